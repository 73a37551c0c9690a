use proptest::prelude::*;

use super::check;
use super::inputs::user;
use crate::support::users;

// Feature: product-order-system, Property 1: User data persistence round trip
#[test]
fn users_are_read_back_as_registered() {
    check(user(), async |user| {
        let created = users().post("/users", user.clone()).await.assert_status(201);
        let path = format!("/users/{}", created["id"].as_str().unwrap());
        let read = users().get(&path).await.assert_status(200);
        prop_assert_eq!(&read, &created);
        prop_assert!(read.get("password").is_none());
        for (field, value) in user.as_object().unwrap() {
            if field != "password" {
                prop_assert_eq!(read.get(field), Some(value), "{}", field);
            }
        }
        Ok(())
    });
}
