//! Property 21 of the design.

use proptest::prelude::*;
use serde_json::json;
use system::system::Service;

use super::check;
use super::inputs::{name, object_id};
use super::processes::broken_document_answer;

// Feature: product-order-system, Property 21: Internal errors return 500 status code
#[test]
fn internal_errors() {
    check(
        (object_id(), name(), prop::sample::select(Service::ALL.to_vec())),
        async |(id, secret, service)| {
            // The same words whatever happened, and nothing of what happened.
            let answer = broken_document_answer(service, &id, &secret).await;
            let expected = json!({ "error": { "code": "INTERNAL_ERROR", "message": "Internal server error" } });
            prop_assert_eq!(answer.expect(500), expected);
            Ok(())
        },
    );
}
