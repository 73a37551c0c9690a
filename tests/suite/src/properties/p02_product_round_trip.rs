use proptest::prelude::*;
use serde_json::{Map, Value};

use super::check;
use super::inputs::{product, product_change};
use crate::support::products;

// Feature: product-order-system, Property 2: Product data persistence round trip
#[test]
fn products_are_read_back_as_created_and_changed() {
    check((product(), product_change()), async |(product, change)| {
        let id = products().post("/products", product.clone()).await.id(201);
        let mut expected = product.as_object().unwrap().clone();
        prop_assert_eq!(stored_fields(&id).await, with_doubles(&expected));

        let changed = products().put(&format!("/products/{id}"), change.clone().into()).await;
        changed.assert_status(200);
        expected.extend(change);
        // Null has removed the field.
        expected.retain(|_, value| !value.is_null());
        prop_assert_eq!(stored_fields(&id).await, with_doubles(&expected));
        Ok(())
    });
}

/// Reads the fields that clients write.
async fn stored_fields(id: &str) -> Map<String, Value> {
    let mut product = products().get(&format!("/products/{id}")).await.assert_status(200);
    let fields = product.as_object_mut().unwrap();
    assert_eq!(fields.remove("id").unwrap(), id);
    assert!(fields.remove("createdAt").is_some());
    with_doubles(fields)
}

/// The same fields with all numbers as doubles, so that 1 equals 1.0.
fn with_doubles(fields: &Map<String, Value>) -> Map<String, Value> {
    let double = |value: &Value| value.as_f64().map_or_else(|| value.clone(), Value::from);
    fields.iter().map(|(name, value)| (name.clone(), double(value))).collect()
}
