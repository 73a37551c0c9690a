use std::time::Duration;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use proptest::prelude::*;
use serde_json::json;

use super::{check, order};
use crate::support::{
    new_product_with_stock, new_user, reserving_collection, reserving_orders, run,
};

/// An order that is stored but not placed, and that the settler leaves alone for a minute.
fn hidden(user: &str, status: &str, lines: &[i32]) -> Document {
    let now = DateTime::now();
    let later = DateTime::from_system_time(now.to_system_time() + Duration::from_secs(60));
    let lines: Vec<Document> = lines
        .iter()
        .map(|quantity| doc! { "productId": ObjectId::new().to_hex(), "quantity": *quantity })
        .collect();
    doc! {
        "_id": ObjectId::new(),
        "userId": user,
        "lines": lines,
        "status": status,
        "createdAt": now,
        "updatedAt": now,
        "nextAttemptAt": later,
    }
}

// Feature: product-order-system, Property 33: An order that is being placed is invisible
#[test]
fn placing_orders_are_invisible() {
    let product = run(new_product_with_stock(1_000_000));
    let stored = run(reserving_collection());
    let lines = prop::collection::vec(1i32..9, 1..5);
    check((lines, "(placing|abandoned)"), async |(lines, status)| {
        let user = new_user().await;
        let orders = reserving_orders();
        let visible = orders.post("/orders", order(&user, &[(product.clone(), 1)])).await.id(201);
        let document = hidden(&user, &status, &lines);
        stored.insert_one(&document).await.unwrap();
        let id = document.get_object_id("_id").unwrap().to_hex();
        prop_assert_eq!(orders.get(&format!("/orders/{id}")).await.status, 404);
        for status in ["pending", "processing", "completed", "cancelled"] {
            let path = format!("/orders/{id}/status");
            let change = orders.put(&path, json!({ "status": status })).await;
            prop_assert_eq!(change.status, 404, "{}", status);
        }
        let page = orders.get(&format!("/orders/user/{user}")).await.assert_status(200);
        let listed: Vec<_> =
            page["orders"].as_array().unwrap().iter().map(|order| order["id"].clone()).collect();
        prop_assert_eq!(listed, [json!(visible)]);
        stored.delete_one(doc! { "_id": document.get_object_id("_id").unwrap() }).await.unwrap();
        Ok(())
    });
}
