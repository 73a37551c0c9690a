//! The deadline of an order, and the resources that it leaves for other requests.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::{USER, order, place, timed};
use crate::support::mock::Behaviour;
use crate::support::{OrderServiceFixture, run};

/// The bound of the service, and a second for a debug build on a busy machine.
const BOUND: Duration = Duration::from_millis(6_500);

#[test]
fn orders_end_at_their_deadline() {
    let fixture = OrderServiceFixture::start();
    fixture.users.behave(Behaviour::Slow(Duration::from_millis(4_900)));
    fixture.products.behave(Behaviour::Slow(Duration::from_millis(4_900)));
    let (response, elapsed) = run(timed(fixture.orders.post("/orders", order(100))));
    assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
    assert!(elapsed < BOUND, "{elapsed:?}");
}

#[test]
fn calls_wait_for_a_permit_until_the_deadline() {
    let fixture = OrderServiceFixture::start();
    fixture.products.behave(Behaviour::Hang);
    let orders = join_all((0..20).map(|_| timed(fixture.orders.post("/orders", order(16)))));
    let calls = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        fixture.products.requests().len()
    };
    let (orders, calls) = run(async { tokio::join!(orders, calls) });
    assert!(calls <= 64, "{calls} calls");
    for (response, elapsed) in orders {
        assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
        assert!(elapsed < BOUND, "{elapsed:?}");
    }
}

#[test]
fn first_failure_cancels_other_calls() {
    let fixture = OrderServiceFixture::start();
    for (failing, hanging) in
        [(&fixture.users, &fixture.products), (&fixture.products, &fixture.users)]
    {
        for (failure, status) in [(Behaviour::NotFound, 404), (Behaviour::Status(500), 503)] {
            hanging.behave(Behaviour::Hang);
            failing.behave(failure);
            let (response, elapsed) = run(timed(place(&fixture)));
            assert_eq!(response.status, status, "{}", response.body);
            assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
        }
    }
}

#[test]
fn reads_are_served_while_an_upstream_is_frozen() {
    let fixture = OrderServiceFixture::start();
    let id = run(place(&fixture)).id(201);
    fixture.users.behave(Behaviour::Hang);
    run(async {
        let orders = join_all((0..300).map(|_| timed(place(&fixture))));
        let reads = async {
            let mut durations = Vec::new();
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(4) {
                let path = format!("/orders/{id}");
                let (response, elapsed) = timed(fixture.orders.get(&path)).await;
                assert_eq!(response.status, 200, "{}", response.body);
                durations.push(elapsed);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            durations.sort();
            durations
        };
        let (orders, reads) = tokio::join!(orders, reads);
        let p99 = reads[reads.len() * 99 / 100];
        assert!(p99 < Duration::from_millis(500), "p99 of reads: {p99:?}");
        for (response, elapsed) in &orders {
            assert_eq!(response.status, 503, "{}", response.body);
            assert!(response.headers.contains_key("retry-after"));
            assert!(*elapsed < BOUND + Duration::from_secs(2), "{elapsed:?}");
        }
        // All come from one address, which has 96 permits.
        let waited = orders.iter().filter(|(_, elapsed)| *elapsed > Duration::from_secs(4));
        let waited = waited.count();
        assert!(waited <= 96, "{waited} orders waited");
    });
}

#[test]
fn missing_resources_are_reported_immediately() {
    let fixture = OrderServiceFixture::start();
    fixture.users.behave(Behaviour::NotFound);
    fixture.products.behave(Behaviour::Slow(Duration::from_secs(2)));
    let error = run(fixture.orders.post("/orders", order(3))).assert_status(404);
    assert_eq!(error["error"]["details"]["id"], USER);
    // The 404 for the third product comes long before the responses for the others.
    fixture.users.behave(Behaviour::Found);
    let missing = format!("{:024x}", 2);
    fixture.products.remove(&missing);
    let (response, elapsed) = run(timed(fixture.orders.post("/orders", order(3))));
    assert_eq!(response.assert_status(404)["error"]["details"]["id"], missing);
    assert!(elapsed < Duration::from_millis(1_500), "{elapsed:?}");
}
