//! Property 9 of the design.

use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::mock::{Behaviour, World};
use super::{check, order};

// Feature: product-order-system, Property 9: Order creation validates user existence
#[test]
fn order_checks_user() {
    let world = World::start();
    let found = prop_oneof![
        Just(Behaviour::Found),
        Just(Behaviour::NotFound),
        Just(Behaviour::Status(500))
    ];
    check((object_id(), order_items(), found), async |(user, items, found)| {
        world.users.behave(found);
        world.products.behave(Behaviour::Found);
        let answer = world.orders.post("/orders", order(&user, &items)).await;
        prop_assert_eq!(world.users.calls(), [format!("GET /users/{}", user.to_lowercase())]);
        // Stored only if the user exists.
        prop_assert_eq!(answer.status == 201, found == Behaviour::Found, "{}", answer.body);
        Ok(())
    });
}
