use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::{check, order};
use crate::support::OrderServiceFixture;
use crate::support::mock::Behaviour;

// Feature: product-order-system, Property 10: Order creation validates and retrieves product
// details
#[test]
fn orders_retrieve_each_product_once() {
    let fixture = OrderServiceFixture::start();
    let request_id = "[a-zA-Z0-9._-]{1,128}";
    check((object_id(), order_items(), request_id), async |(user, items, request_id)| {
        fixture.users.behave(Behaviour::Found);
        fixture.products.behave(Behaviour::Found);
        let request = fixture
            .orders
            .request(reqwest::Method::POST, "/orders")
            .header("x-request-id", &request_id);
        let request = request
            .header("content-type", "application/json")
            .body(order(&user, &items).to_string());
        let placed = fixture.orders.send(request).await.assert_status(201);
        let mut expected: Vec<String> =
            items.iter().map(|(id, _)| format!("GET /products/{}", id.to_lowercase())).collect();
        expected.sort();
        expected.dedup();
        let mut calls = fixture.products.requests();
        calls.sort();
        // All requests have the id of the order request.
        prop_assert!(fixture.users.request_ids() == [request_id.as_str()]);
        prop_assert_eq!(fixture.products.request_ids(), vec![request_id; expected.len()]);
        // Each distinct product is requested once.
        prop_assert_eq!(calls, expected);
        for (found, (id, _)) in placed["items"].as_array().unwrap().iter().zip(&items) {
            let name = format!("Product {}", id.to_lowercase());
            prop_assert_eq!(found["productName"].as_str(), Some(name.as_str()));
            prop_assert_eq!(found["price"].as_f64(), Some(0.1));
        }
        Ok(())
    });
}
