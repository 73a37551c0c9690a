//! The circuit breakers of the order service.

use std::time::Duration;

use super::{order, place, timed};
use crate::properties::mock::{Behaviour, World};
use crate::support::run;

/// Opens the breaker of a service that fails.
fn open(world: &World) {
    for _ in 0..5 {
        assert_eq!(run(place(world)).code(503), "SERVICE_UNAVAILABLE");
    }
}

#[test]
fn a_breaker_opens_after_five_failures_and_refuses_immediately() {
    let world = World::start_with(true);
    world.users.behave(Behaviour::Status(500));
    open(&world);
    world.users.behave(Behaviour::Found);
    world.products.behave(Behaviour::Found);
    let (answer, elapsed) = run(timed(place(&world)));
    // Under 10 ms in an optimised build.
    assert!(elapsed < Duration::from_millis(200), "{elapsed:?}");
    let retry_after: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=5).contains(&retry_after), "{retry_after}");
    assert_eq!(answer.expect(503)["error"]["message"], "The user service is unavailable");
    assert_eq!((world.users.calls().len(), world.products.calls().len()), (0, 0));
}

#[test]
fn a_service_that_is_back_is_found_by_one_probe() {
    let world = World::start_with(true);
    world.products.behave(Behaviour::Refuse);
    open(&world);
    std::thread::sleep(Duration::from_millis(5_100));
    // It is not back: one call finds out, and the breaker is open again.
    world.products.behave(Behaviour::Status(503));
    assert_eq!(run(world.orders.post("/orders", order(20))).status, 503);
    assert_eq!(run(world.orders.post("/orders", order(20))).status, 503);
    assert_eq!(world.products.calls().len(), 1);
    std::thread::sleep(Duration::from_millis(5_100));
    // It is back: the order whose first call is the probe goes through whole.
    world.products.behave(Behaviour::Found);
    run(world.orders.post("/orders", order(20))).expect(201);
    run(place(&world)).expect(201);
}

#[test]
fn resources_that_do_not_exist_are_no_failures() {
    let world = World::start_with(true);
    world.users.behave(Behaviour::NotFound);
    for _ in 0..25 {
        assert_eq!(run(place(&world)).code(404), "NOT_FOUND");
    }
    assert_eq!(world.users.calls().len(), 25);
}

#[test]
fn without_a_breaker_every_order_asks() {
    let world = World::start_with(false);
    world.users.behave(Behaviour::Status(500));
    for _ in 0..8 {
        assert_eq!(run(place(&world)).code(503), "SERVICE_UNAVAILABLE");
    }
    assert_eq!(world.users.calls().len(), 8);
}
