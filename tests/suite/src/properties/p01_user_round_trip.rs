use proptest::prelude::*;

use super::inputs::{email, name, password};
use super::{check, register};
use crate::support::users;

// Feature: product-order-system, Property 1: User data persistence round trip
#[test]
fn users_are_read_back_as_registered() {
    check((email(), password(), name()), async |(email, password, name)| {
        let created = register(&email, &password, &name).await;
        let read = users()
            .get(&format!("/users/{}", created["id"].as_str().unwrap()))
            .await
            .assert_status(200);
        prop_assert_eq!(&read, &created);
        prop_assert_eq!(read["email"].as_str(), Some(email.as_str()));
        prop_assert_eq!(read["name"].as_str(), Some(name.as_str()));
        prop_assert!(read.get("password").is_none());
        Ok(())
    });
}
