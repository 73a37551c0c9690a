//! The circuit breakers of the order service.

use std::time::Duration;

use super::{order, place, timed};
use crate::support::mock::Behaviour;
use crate::support::{OrderServiceFixture, run};

/// Opens the breaker of a failing upstream.
fn open(fixture: &OrderServiceFixture) {
    for _ in 0..5 {
        assert_eq!(run(place(fixture)).code(503), "SERVICE_UNAVAILABLE");
    }
}

#[test]
fn breaker_opens_after_five_failures_and_rejects_immediately() {
    let fixture = OrderServiceFixture::start_with_breaker();
    fixture.users.behave(Behaviour::Status(500));
    open(&fixture);
    fixture.users.behave(Behaviour::Found);
    fixture.products.behave(Behaviour::Found);
    let (response, elapsed) = run(timed(place(&fixture)));
    // Less than 10 ms in an optimized build.
    assert!(elapsed < Duration::from_millis(200), "{elapsed:?}");
    let retry_after: u64 = response.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=5).contains(&retry_after), "{retry_after}");
    assert_eq!(response.assert_status(503)["error"]["message"], "The user service is unavailable");
    assert_eq!((fixture.users.requests().len(), fixture.products.requests().len()), (0, 0));
}

#[test]
fn one_probe_detects_a_recovered_service() {
    let fixture = OrderServiceFixture::start_with_breaker();
    fixture.products.behave(Behaviour::Disconnect);
    open(&fixture);
    std::thread::sleep(Duration::from_millis(5_100));
    // It has not recovered: one call detects that, and the breaker opens again.
    fixture.products.behave(Behaviour::Status(503));
    assert_eq!(run(fixture.orders.post("/orders", order(20))).status, 503);
    assert_eq!(run(fixture.orders.post("/orders", order(20))).status, 503);
    assert_eq!(fixture.products.requests().len(), 1);
    std::thread::sleep(Duration::from_millis(5_100));
    // It has recovered: the order whose first call is the probe succeeds.
    fixture.products.behave(Behaviour::Found);
    run(fixture.orders.post("/orders", order(20))).assert_status(201);
    run(place(&fixture)).assert_status(201);
}

#[test]
fn missing_resources_do_not_count_as_failures() {
    let fixture = OrderServiceFixture::start_with_breaker();
    fixture.users.behave(Behaviour::NotFound);
    for _ in 0..25 {
        assert_eq!(run(place(&fixture)).code(404), "NOT_FOUND");
    }
    assert_eq!(fixture.users.requests().len(), 25);
}

#[test]
fn orders_without_a_breaker_call_the_service() {
    let fixture = OrderServiceFixture::start();
    fixture.users.behave(Behaviour::Status(500));
    for _ in 0..8 {
        assert_eq!(run(place(&fixture)).code(503), "SERVICE_UNAVAILABLE");
    }
    assert_eq!(fixture.users.requests().len(), 8);
}
