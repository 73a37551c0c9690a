//! What is sent once more, and what is not (RFC 9110 section 9.2.2, property 16).

use std::time::Duration;

use super::{USER, place};
use crate::properties::mock::{Behaviour, Mock, World};
use crate::support::run;

/// An order service that has a kept connection to its user service.
fn connected() -> World {
    let world = World::start();
    run(place(&world)).expect(201);
    world
}

fn assert_calls(mock: &Mock, expected: usize) {
    assert_eq!(mock.calls(), vec![format!("GET /users/{USER}"); expected]);
}

#[test]
fn a_connection_that_was_closed_while_idle_costs_nothing() {
    let world = connected();
    world.users.behave(Behaviour::CloseIdle);
    for _ in 0..3 {
        run(place(&world)).expect(201);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_calls(&world.users, 3);
}

#[test]
fn a_request_on_a_reused_connection_that_is_closed_is_sent_once_more_on_a_new_one() {
    let world = connected();
    // The kept connection has had its first request.
    world.users.behave(Behaviour::CloseReused);
    run(place(&world)).expect(201);
    assert_calls(&world.users, 2);
    assert_eq!(world.users.connections(), 1, "on a new connection");
}

#[test]
fn a_request_is_sent_twice_at_most() {
    let world = connected();
    world.users.behave(Behaviour::CloseReused);
    run(place(&world)).expect(201);
    // Each attempt on a reused connection was followed by one on a new connection.
    for orders in 2..5 {
        run(place(&world)).expect(201);
        let (calls, connections) = (world.users.calls().len(), world.users.connections());
        assert!(calls <= orders * 2, "{calls} calls for {orders} orders");
        assert!(connections <= orders, "{connections} connections for {orders} orders");
    }
}

#[test]
fn a_request_on_a_new_connection_that_is_closed_is_not_sent_again() {
    let world = connected();
    world.users.behave(Behaviour::Refuse);
    for orders in 1..4 {
        assert_eq!(run(place(&world)).code(503), "SERVICE_UNAVAILABLE");
        assert_calls(&world.users, orders);
        assert_eq!(world.users.connections(), orders);
    }
}

#[test]
fn a_request_whose_answer_has_begun_is_not_sent_again() {
    for behaviour in [Behaviour::DropHead, Behaviour::Drop] {
        let world = connected();
        world.users.behave(behaviour);
        assert_eq!(run(place(&world)).code(503), "SERVICE_UNAVAILABLE");
        assert_calls(&world.users, 1);
        assert_eq!(world.users.connections(), 0, "on the kept connection");
    }
}

#[test]
fn an_answer_that_is_an_error_is_final() {
    let world = connected();
    world.users.behave(Behaviour::Status(503));
    assert_eq!(run(place(&world)).code(503), "SERVICE_UNAVAILABLE");
    assert_calls(&world.users, 1);
}
