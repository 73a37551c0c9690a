use proptest::prelude::*;
use serde_json::json;

use super::inputs::{object_id, order_items};
use super::{check, order};
use crate::support::OrderServiceFixture;
use crate::support::mock::Behaviour;

// Feature: product-order-system, Property 12: Invalid user ID rejects order creation
#[test]
fn orders_of_unknown_users_are_rejected() {
    let fixture = OrderServiceFixture::start();
    check((object_id(), order_items()), async |(user, items)| {
        fixture.users.behave(Behaviour::NotFound);
        fixture.products.behave(Behaviour::Found);
        let error = fixture.orders.post("/orders", order(&user, &items)).await.assert_status(404);
        prop_assert_eq!(
            &error["error"]["details"],
            &json!({ "resource": "user", "id": user.to_lowercase() })
        );
        let page = fixture.orders.get(&format!("/orders/user/{user}")).await.assert_status(200);
        prop_assert_eq!(page, json!({ "orders": [] }));
        Ok(())
    });
}
