use proptest::prelude::*;
use serde_json::json;
use system::services::Service;

use super::check;
use super::inputs::{name, object_id};
use super::processes::request_unreadable_document;

// Feature: product-order-system, Property 21: Internal errors return 500 status code
#[test]
fn internal_errors_get_500() {
    check(
        (object_id(), name(), prop::sample::select(Service::ALL.to_vec())),
        async |(id, secret, service)| {
            // The message is constant and reveals nothing.
            let response = request_unreadable_document(service, &id, &secret).await;
            let expected = json!({ "error": { "code": "INTERNAL_ERROR", "message": "Internal server error" } });
            prop_assert_eq!(response.assert_status(500), expected);
            Ok(())
        },
    );
}
