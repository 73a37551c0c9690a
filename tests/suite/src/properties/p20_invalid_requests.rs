use proptest::prelude::*;
use serde_json::Value;

use super::check;
use super::inputs::invalid_request;
use crate::support::services;

// Feature: product-order-system, Property 20: Invalid requests return 400 with error message
#[test]
fn invalid_requests_get_400() {
    check(invalid_request(), async |(service, put, path, body)| {
        let api = &services()[service];
        let response = if put {
            api.put(&path, body.clone()).await
        } else {
            api.post(&path, body.clone()).await
        };
        let error = response.assert_status(400);
        prop_assert_eq!(&error["error"]["code"], "VALIDATION_ERROR", "{}", body);
        prop_assert!(error["error"]["message"].as_str().unwrap().len() > "Invalid request: ".len());
        let fields = error["error"]["details"]["fields"].as_array().unwrap();
        let is_complete = |field: &Value| {
            ["in", "pointer", "rule", "message"].iter().all(|key| field[key].is_string())
        };
        prop_assert!(fields.iter().all(is_complete));
        prop_assert!(!fields.is_empty());
        Ok(())
    });
}
