use proptest::prelude::*;

use super::check;
use super::inputs::{email, name, password};
use crate::support::users;

// Feature: product-order-system, Property 4: Valid user registration succeeds
#[test]
fn valid_registrations_succeed() {
    check((email(), password(), name()), async |(email, password, name)| {
        let body = serde_json::json!({ "email": email, "password": password, "name": name });
        let response = users().post("/users", body).await;
        let location = response.headers.get("location").cloned();
        let id = response.id(201);
        prop_assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        prop_assert_eq!(location.unwrap(), format!("/users/{id}"));
        Ok(())
    });
}
