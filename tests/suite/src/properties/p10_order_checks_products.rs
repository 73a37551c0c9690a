//! Property 10 of the design.

use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::mock::{Behaviour, World};
use super::{check, order};

// Feature: product-order-system, Property 10: Order creation validates and retrieves product details
#[test]
fn order_checks_products() {
    let world = World::start();
    let request_id = "[a-zA-Z0-9._-]{1,128}";
    check((object_id(), order_items(), request_id), async |(user, items, request_id)| {
        world.users.behave(Behaviour::Found);
        world.products.behave(Behaviour::Found);
        let request = world
            .orders
            .request(reqwest::Method::POST, "/orders")
            .header("x-request-id", &request_id);
        let request = request
            .header("content-type", "application/json")
            .body(order(&user, &items).to_string());
        let placed = world.orders.answer(request).await.expect(201);
        let mut expected: Vec<String> =
            items.iter().map(|(id, _)| format!("GET /products/{}", id.to_lowercase())).collect();
        expected.sort();
        expected.dedup();
        let mut calls = world.products.calls();
        calls.sort();
        // All of it under the id of the request that it is part of.
        prop_assert!(world.users.request_ids() == [request_id.as_str()]);
        prop_assert_eq!(world.products.request_ids(), vec![request_id; expected.len()]);
        // Each distinct product is asked for once.
        prop_assert_eq!(calls, expected);
        for (found, (id, _)) in placed["items"].as_array().unwrap().iter().zip(&items) {
            let name = format!("Product {}", id.to_lowercase());
            prop_assert_eq!(found["productName"].as_str(), Some(name.as_str()));
            prop_assert_eq!(found["price"].as_f64(), Some(0.1));
        }
        Ok(())
    });
}
