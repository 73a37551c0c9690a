use proptest::prelude::*;

use super::check;
use super::inputs::product;
use crate::support::products;

// Feature: product-order-system, Property 2: Product data persistence round trip
#[test]
fn products_are_read_back_as_created() {
    check(product(), async |product| {
        let id = products().post("/products", product.clone()).await.id(201);
        let mut read = products().get(&format!("/products/{id}")).await.assert_status(200);
        let fields = read.as_object_mut().unwrap();
        prop_assert_eq!(fields.remove("id").unwrap(), id);
        prop_assert!(fields.remove("createdAt").is_some());
        prop_assert_eq!(fields["price"].as_f64(), product["price"].as_f64());
        fields["price"] = product["price"].clone();
        prop_assert_eq!(read, product);
        Ok(())
    });
}
