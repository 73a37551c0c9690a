use proptest::prelude::*;
use system::services::Service;

use super::inputs::{basket, name};
use super::{check, place};
use crate::support::{collection, orders};

// Feature: product-order-system, Property 11: Successfully created orders have pending status
#[test]
fn new_orders_are_pending() {
    let stored = crate::support::run(collection(Service::Order, "orders"));
    check((basket(), name()), async |(basket, name)| {
        let (placed, _) = place(&basket, &name).await;
        let order = placed.assert_status(201);
        prop_assert_eq!(&order["status"], "pending");
        let id = order["id"].as_str().unwrap();
        prop_assert_eq!(
            &orders().get(&format!("/orders/{id}")).await.assert_status(200)["status"],
            "pending"
        );
        let filter =
            mongodb::bson::doc! { "_id": id.parse::<mongodb::bson::oid::ObjectId>().unwrap() };
        let document = stored.find_one(filter).await.unwrap().unwrap();
        prop_assert_eq!(document.get_str("status").ok(), Some("pending"));
        Ok(())
    });
}
