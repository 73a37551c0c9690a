use proptest::prelude::*;
use serde_json::json;

use super::inputs::{object_id, order_items};
use super::{check, order};
use crate::support::OrderServiceFixture;
use crate::support::mock::Behaviour;

// Feature: product-order-system, Property 13: Invalid product ID rejects order creation
#[test]
fn orders_of_unknown_products_are_rejected() {
    let fixture = OrderServiceFixture::start();
    let wrong = any::<prop::sample::Index>();
    check((object_id(), order_items(), wrong), async |(user, items, wrong)| {
        fixture.users.behave(Behaviour::Found);
        let missing = wrong.get(&items).0.to_lowercase();
        fixture.products.behave(Behaviour::Found);
        fixture.products.remove(&missing);
        let error = fixture.orders.post("/orders", order(&user, &items)).await.assert_status(404);
        prop_assert_eq!(
            &error["error"]["details"],
            &json!({ "resource": "product", "id": missing })
        );
        let page = fixture.orders.get(&format!("/orders/user/{user}")).await.assert_status(200);
        prop_assert_eq!(page, json!({ "orders": [] }));
        Ok(())
    });
}
