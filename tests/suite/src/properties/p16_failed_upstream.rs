use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::{check, order};
use crate::support::OrderServiceFixture;
use crate::support::mock::Behaviour;

// Feature: product-order-system, Property 16: Failed inter-service calls return error responses
#[test]
fn failed_upstream_calls_return_503() {
    // A hanging service takes five seconds, so it is rarer than the others.
    let failing = prop_oneof![
        1 => Just(Behaviour::Hang),
        20 => Just(Behaviour::Disconnect),
        20 => Just(Behaviour::DropBody),
        20 => Just(Behaviour::Garbage),
        20 => Just(Behaviour::WrongId),
        40 => prop::sample::select(vec![400, 401, 403, 409, 418, 429, 500, 502, 503]).prop_map(Behaviour::Status),
    ];
    let fixture = OrderServiceFixture::start();
    check(
        (object_id(), order_items(), failing, any::<bool>()),
        async |(user, items, failing, at_user)| {
            let (broken, sound) = if at_user {
                (&fixture.users, &fixture.products)
            } else {
                (&fixture.products, &fixture.users)
            };
            broken.behave(failing);
            if failing == Behaviour::Disconnect {
                // Until the order service has noticed that its persistent connections are closed:
                // calls on new connections are not retried.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            sound.behave(Behaviour::Found);
            let started = std::time::Instant::now();
            let response = fixture.orders.post("/orders", order(&user, &items)).await;
            prop_assert!(
                started.elapsed().as_secs_f64() < 8.0,
                "{failing:?} took {:?}",
                started.elapsed()
            );
            prop_assert!(response.headers.contains_key("retry-after"));
            prop_assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
            // No call is retried: at most one for each distinct resource.
            let calls = broken.requests();
            // Not read again: a call that was cancelled may arrive at any time.
            let mut distinct = calls.clone();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(calls.len(), distinct.len());
            // The service recovers.
            broken.behave(Behaviour::Found);
            fixture.orders.post("/orders", order(&user, &items)).await.assert_status(201);
            Ok(())
        },
    );
}
