//! Property 13 of the design.

use proptest::prelude::*;
use serde_json::json;

use super::inputs::{object_id, order_items};
use super::mock::{Behaviour, World};
use super::{check, order};

// Feature: product-order-system, Property 13: Invalid product ID rejects order creation
#[test]
fn unknown_product_rejected() {
    let world = World::start();
    let wrong = any::<prop::sample::Index>();
    check((object_id(), order_items(), wrong), async |(user, items, wrong)| {
        world.users.behave(Behaviour::Found);
        let missing = wrong.get(&items).0.to_lowercase();
        world.products.behave(Behaviour::Found);
        world.products.lacks(&missing);
        let error = world.orders.post("/orders", order(&user, &items)).await.expect(404);
        prop_assert_eq!(
            &error["error"]["details"],
            &json!({ "resource": "product", "id": missing })
        );
        let page = world.orders.get(&format!("/orders/user/{user}")).await.expect(200);
        prop_assert_eq!(page, json!({ "orders": [] }));
        Ok(())
    });
}
