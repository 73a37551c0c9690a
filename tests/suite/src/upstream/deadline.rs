//! An order has one deadline, and leaves room for everything else.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::{USER, order, place, timed};
use crate::properties::mock::{Behaviour, World};
use crate::support::run;

/// The bound that the service keeps, and a second for a debug build on a busy machine.
const BOUND: Duration = Duration::from_millis(6_500);

#[test]
fn an_order_of_a_hundred_slow_products_ends_at_its_deadline() {
    let world = World::start();
    world.users.behave(Behaviour::Slow(Duration::from_millis(4_900)));
    world.products.behave(Behaviour::Slow(Duration::from_millis(4_900)));
    let (answer, elapsed) = run(timed(world.orders.post("/orders", order(100))));
    assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
    assert!(elapsed < BOUND, "{elapsed:?}");
}

#[test]
fn calls_wait_for_a_permit_until_the_deadline() {
    let world = World::start();
    world.products.behave(Behaviour::Hang);
    let orders = join_all((0..20).map(|_| timed(world.orders.post("/orders", order(16)))));
    let calls = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        world.products.calls().len()
    };
    let (orders, calls) = run(async { tokio::join!(orders, calls) });
    assert!(calls <= 64, "{calls} calls");
    for (answer, elapsed) in orders {
        assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
        assert!(elapsed < BOUND, "{elapsed:?}");
    }
}

#[test]
fn the_first_failure_ends_the_other_calls() {
    let world = World::start();
    for (failing, hanging) in [(&world.users, &world.products), (&world.products, &world.users)] {
        for (failure, status) in [(Behaviour::NotFound, 404), (Behaviour::Status(500), 503)] {
            hanging.behave(Behaviour::Hang);
            failing.behave(failure);
            let (answer, elapsed) = run(timed(place(&world)));
            assert_eq!(answer.status, status, "{}", answer.body);
            assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
        }
    }
}

#[test]
fn reads_are_served_while_an_upstream_is_frozen() {
    let world = World::start();
    let id = run(place(&world)).id(201);
    world.users.behave(Behaviour::Hang);
    run(async {
        let orders = join_all((0..300).map(|_| timed(place(&world))));
        let reads = async {
            let mut durations = Vec::new();
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(4) {
                let path = format!("/orders/{id}");
                let (answer, elapsed) = timed(world.orders.get(&path)).await;
                assert_eq!(answer.status, 200, "{}", answer.body);
                durations.push(elapsed);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            durations.sort();
            durations
        };
        let (orders, reads) = tokio::join!(orders, reads);
        let p99 = reads[reads.len() * 99 / 100];
        assert!(p99 < Duration::from_millis(500), "p99 of reads: {p99:?}");
        for (answer, elapsed) in &orders {
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert!(answer.headers.contains_key("retry-after"));
            assert!(*elapsed < BOUND + Duration::from_secs(2), "{elapsed:?}");
        }
        // They come from one address, which has 96 permits.
        let waited = orders.iter().filter(|(_, elapsed)| *elapsed > Duration::from_secs(4));
        let waited = waited.count();
        assert!(waited <= 96, "{waited} orders waited");
    });
}

#[test]
fn what_is_missing_is_named_without_waiting_for_the_other_calls() {
    let world = World::start();
    world.users.behave(Behaviour::NotFound);
    world.products.behave(Behaviour::Slow(Duration::from_secs(2)));
    let error = run(world.orders.post("/orders", order(3))).expect(404);
    assert_eq!(error["error"]["details"]["id"], USER);
    // The third product is known to be missing long before the others are found.
    world.users.behave(Behaviour::Found);
    let missing = format!("{:024x}", 2);
    world.products.lacks(&missing);
    let (answer, elapsed) = run(timed(world.orders.post("/orders", order(3))));
    assert_eq!(answer.expect(404)["error"]["details"]["id"], missing);
    assert!(elapsed < Duration::from_millis(1_500), "{elapsed:?}");
}
