//! Property 10 of the design.

use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::mock::{Behaviour, World};
use super::{check, order};

// Feature: product-order-system, Property 10: Order creation validates and retrieves product details
#[test]
fn order_checks_products() {
    let world = World::start();
    check((object_id(), order_items()), async |(user, items)| {
        world.users.behave(Behaviour::Found);
        world.products.behave(Behaviour::Found);
        let placed = world.orders.post("/orders", order(&user, &items)).await.expect(201);
        let mut expected: Vec<String> =
            items.iter().map(|(id, _)| format!("GET /products/{}", id.to_lowercase())).collect();
        expected.sort();
        expected.dedup();
        let mut calls = world.products.calls();
        calls.sort();
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
