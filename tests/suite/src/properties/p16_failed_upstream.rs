//! Property 16 of the design.

use proptest::prelude::*;

use super::inputs::{object_id, order_items};
use super::mock::{Behaviour, World};
use super::{check, order};

// Feature: product-order-system, Property 16: Failed inter-service calls return error responses
#[test]
fn failed_upstream() {
    // A hanging service costs five seconds, so it is rarer than the others.
    let failing = prop_oneof![
        1 => Just(Behaviour::Hang),
        20 => Just(Behaviour::Refuse),
        20 => Just(Behaviour::Drop),
        20 => Just(Behaviour::Garbage),
        20 => Just(Behaviour::Other),
        40 => prop::sample::select(vec![400, 401, 403, 409, 418, 429, 500, 502, 503]).prop_map(Behaviour::Status),
    ];
    let world = World::start();
    check(
        (object_id(), order_items(), failing, any::<bool>()),
        async |(user, items, failing, at_user)| {
            let (broken, sound) = if at_user {
                (&world.users, &world.products)
            } else {
                (&world.products, &world.users)
            };
            broken.behave(failing);
            if failing == Behaviour::Refuse {
                // Until the order service has seen that its kept connections were closed: on a
                // new connection a call is final.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            sound.behave(Behaviour::Found);
            let started = std::time::Instant::now();
            let answer = world.orders.post("/orders", order(&user, &items)).await;
            prop_assert!(
                started.elapsed().as_secs_f64() < 8.0,
                "{failing:?} took {:?}",
                started.elapsed()
            );
            prop_assert!(answer.headers.contains_key("retry-after"));
            prop_assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
            // Asked once, never again: at most one call for each distinct thing.
            let (calls, mut distinct) = (broken.calls(), broken.calls());
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(calls.len(), distinct.len());
            // The service lives on.
            broken.behave(Behaviour::Found);
            world.orders.post("/orders", order(&user, &items)).await.expect(201);
            Ok(())
        },
    );
}
