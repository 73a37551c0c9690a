use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use proptest::prelude::*;
use system::services::Service;

use super::inputs::{basket, name};
use super::{both_ways, check, place};
use crate::support::{collection, reserving_collection, run};

// Feature: product-order-system, Property 11: Successfully created orders have pending status
#[test]
fn new_orders_are_pending() {
    let stored =
        run(async { [collection(Service::Order, "orders").await, reserving_collection().await] });
    check((basket(), name()), async |(basket, name)| {
        for ((orders, stock), stored) in both_ways().into_iter().zip(&stored) {
            let (placed, _) = place(&orders, stock, &basket, &name).await;
            let order = placed.assert_status(201);
            prop_assert_eq!(&order["status"], "pending");
            let id = order["id"].as_str().unwrap();
            let read = orders.get(&format!("/orders/{id}")).await.assert_status(200);
            prop_assert_eq!(&read["status"], "pending");
            let filter = doc! { "_id": id.parse::<ObjectId>().unwrap() };
            let document = stored.find_one(filter).await.unwrap().unwrap();
            prop_assert_eq!(document.get_str("status").ok(), Some("pending"));
        }
        Ok(())
    });
}
