//! The limits on the length of strings, and on cursors.

use serde_json::{Value, json};

use crate::support::{NO_ID, new_email, new_product, new_user, orders, products, run, users};

/// A string of this many characters of four bytes.
fn text(characters: usize) -> String {
    "🫖".repeat(characters)
}

fn user(name: usize, password: usize) -> Value {
    json!({ "email": new_email(), "name": text(name), "password": text(password) })
}

fn product(name: usize, description: usize) -> Value {
    json!({ "name": text(name), "description": text(description), "price": 1, "stock": 1 })
}

#[test]
fn accepts_the_longest_texts() {
    run(async {
        let created = users().post("/users", user(200, 1024)).await.assert_status(201);
        assert_eq!(created["name"], text(200));
        let credentials = json!({ "email": created["email"], "password": text(1024) });
        users().post("/auth/login", credentials).await.assert_status(200);
        let created = products().post("/products", product(200, 4000)).await.assert_status(201);
        assert_eq!(created["name"], text(200));
        assert_eq!(created["description"], text(4000));
    });
}

#[test]
fn rejects_longer_texts_in_new_resources() {
    run(async {
        assert_eq!(
            users().post("/users", user(201, 1025)).await.violations(),
            ["/name maxLength", "/password maxLength"]
        );
        assert_eq!(
            products().post("/products", product(201, 4001)).await.violations(),
            ["/description maxLength", "/name maxLength"]
        );
    });
}

#[test]
fn rejects_longer_texts_in_updates() {
    run(async {
        let change = json!({ "name": text(201), "password": text(1025) });
        assert_eq!(
            users().put(&format!("/users/{}", new_user().await), change).await.violations(),
            ["/name maxLength", "/password maxLength"]
        );
        let change = json!({ "name": text(201), "description": text(4001) });
        let path = format!("/products/{}", new_product(1.0).await);
        assert_eq!(
            products().put(&path, change).await.violations(),
            ["/description maxLength", "/name maxLength"]
        );
    });
}

#[test]
fn short_passwords_are_unauthorized_at_login_and_huge_ones_invalid() {
    run(async {
        let credentials = |password| json!({ "email": new_email(), "password": password });
        users().post("/auth/login", credentials("x".to_owned())).await.assert_status(401);
        let huge = users().post("/auth/login", credentials(text(1025))).await;
        assert_eq!(huge.violations(), ["/password maxLength"]);
    });
}

#[test]
fn rejects_cursors_that_no_item_can_have() {
    run(async {
        // The first is of a year beyond 9999, which some databases reject; the second of 2528.
        for cursor in
            ["324002e9ced3a8f8b13889de7038efde638c970b", "0000100000000000665f1c2ab7e4d90012a3b4c5"]
        {
            let list = products().get(&format!("/products?cursor={cursor}")).await;
            assert_eq!(list.violations(), ["/cursor pattern"], "{cursor}");
            let list = orders().get(&format!("/orders/user/{NO_ID}?cursor={cursor}")).await;
            assert_eq!(list.violations(), ["/cursor pattern"], "{cursor}");
        }
    });
}
