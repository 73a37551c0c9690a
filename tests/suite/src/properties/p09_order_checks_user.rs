use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::{check, order};
use crate::support::OrderServiceFixture;
use crate::support::mock::Behaviour;

// Feature: product-order-system, Property 9: Order creation validates user existence
#[test]
fn orders_validate_the_user() {
    let fixture = OrderServiceFixture::start();
    let found = prop_oneof![
        Just(Behaviour::Found),
        Just(Behaviour::NotFound),
        Just(Behaviour::Status(500))
    ];
    check((object_id(), order_items(), found), async |(user, items, found)| {
        fixture.users.behave(found);
        fixture.products.behave(Behaviour::Found);
        let response = fixture.orders.post("/orders", order(&user, &items)).await;
        prop_assert_eq!(fixture.users.requests(), [format!("GET /users/{}", user.to_lowercase())]);
        // Stored only if the user exists.
        prop_assert_eq!(response.status == 201, found == Behaviour::Found, "{}", response.body);
        Ok(())
    });
}
