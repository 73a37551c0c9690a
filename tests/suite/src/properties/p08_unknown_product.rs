use proptest::prelude::*;
use serde_json::json;

use super::check;
use super::inputs::object_id;
use crate::support::products;

// Feature: product-order-system, Property 8: Non-existent product retrieval returns 404
#[test]
fn unknown_products_are_not_found() {
    check(object_id(), async |id| {
        let error = products().get(&format!("/products/{id}")).await.assert_status(404);
        prop_assert_eq!(&error["error"]["code"], "NOT_FOUND");
        prop_assert_eq!(
            &error["error"]["details"],
            &json!({ "resource": "product", "id": id.to_lowercase() })
        );
        Ok(())
    });
}
