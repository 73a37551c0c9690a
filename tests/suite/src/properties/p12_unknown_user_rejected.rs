//! Property 12 of the design.

use proptest::prelude::*;
use serde_json::json;

use super::inputs::{object_id, order_items};
use super::mock::{Behaviour, World};
use super::{check, order};

// Feature: product-order-system, Property 12: Invalid user ID rejects order creation
#[test]
fn unknown_user_rejected() {
    let world = World::start();
    check((object_id(), order_items()), async |(user, items)| {
        world.users.behave(Behaviour::NotFound);
        world.products.behave(Behaviour::Found);
        let error = world.orders.post("/orders", order(&user, &items)).await.expect(404);
        prop_assert_eq!(
            &error["error"]["details"],
            &json!({ "resource": "user", "id": user.to_lowercase() })
        );
        let page = world.orders.get(&format!("/orders/user/{user}")).await.expect(200);
        prop_assert_eq!(page, json!({ "orders": [] }));
        Ok(())
    });
}
