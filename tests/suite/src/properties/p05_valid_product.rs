use proptest::prelude::*;

use super::check;
use super::inputs::product;
use crate::support::products;

// Feature: product-order-system, Property 5: Valid product creation succeeds
#[test]
fn valid_products_are_created() {
    check(product(), async |product| {
        let created = products().post("/products", product.clone()).await.assert_status(201);
        let id = created["id"].as_str().unwrap();
        prop_assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        prop_assert_eq!(&created["name"], &product["name"]);
        prop_assert_eq!(&created["stock"], &product["stock"]);
        Ok(())
    });
}
