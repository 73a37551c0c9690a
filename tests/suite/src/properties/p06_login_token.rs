use proptest::prelude::*;
use serde_json::json;

use super::inputs::{email, name, password};
use super::{check, register};
use crate::support::users;

// Feature: product-order-system, Property 6: Authentication with valid credentials returns token
#[test]
fn valid_credentials_return_a_token() {
    check((email(), password(), name()), async |(email, password, name)| {
        let user = register(&email, &password, &name).await;
        let session = users()
            .post("/auth/login", json!({ "email": email, "password": password }))
            .await
            .assert_status(200);
        prop_assert_eq!(&session["userId"], &user["id"]);
        prop_assert_eq!(session["token"].as_str().unwrap().split('.').count(), 3);
        Ok(())
    });
}
