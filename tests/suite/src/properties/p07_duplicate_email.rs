use proptest::prelude::*;
use serde_json::json;

use super::inputs::{email, name, password};
use super::{check, register};
use crate::support::users;

// Feature: product-order-system, Property 7: Duplicate email registration fails
#[test]
fn duplicate_emails_are_rejected() {
    let flips = prop::collection::vec(any::<bool>(), 80);
    check((email(), password(), name(), flips), async |(email, password, name, flips)| {
        register(&email, "another password", "First").await;
        let flip = |(c, flip): (char, &bool)| if *flip { c.to_ascii_uppercase() } else { c };
        let again: String = email.chars().zip(flips.iter().cycle()).map(flip).collect();
        let body = json!({ "email": again, "password": password, "name": name });
        prop_assert_eq!(users().post("/users", body).await.code(409), "CONFLICT");
        Ok(())
    });
}
