//! Which requests are retried, and which are not (RFC 9110 section 9.2.2, property 16).

use std::time::Duration;

use super::{USER, place};
use crate::support::mock::{Behaviour, Mock};
use crate::support::{OrderServiceFixture, run};

/// An order service with a persistent connection to its user service.
fn connected() -> OrderServiceFixture {
    let fixture = OrderServiceFixture::start();
    run(place(&fixture)).assert_status(201);
    fixture
}

fn assert_requests(mock: &Mock, expected: usize) {
    assert_eq!(mock.requests(), vec![format!("GET /users/{USER}"); expected]);
}

#[test]
fn connections_closed_while_idle_cause_no_errors() {
    let fixture = connected();
    fixture.users.behave(Behaviour::CloseIdle);
    for _ in 0..3 {
        run(place(&fixture)).assert_status(201);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_requests(&fixture.users, 3);
}

#[test]
fn requests_on_closed_reused_connections_are_retried_once() {
    let fixture = connected();
    // The persistent connection has had its first request.
    fixture.users.behave(Behaviour::CloseReused);
    run(place(&fixture)).assert_status(201);
    assert_requests(&fixture.users, 2);
    assert_eq!(fixture.users.connections(), 1, "the retry uses a new connection");
}

#[test]
fn requests_are_sent_at_most_twice() {
    let fixture = connected();
    fixture.users.behave(Behaviour::CloseReused);
    run(place(&fixture)).assert_status(201);
    // Each attempt on a reused connection is followed by one on a new connection.
    for orders in 2..5 {
        run(place(&fixture)).assert_status(201);
        let calls = fixture.users.requests().len();
        let connections = fixture.users.connections();
        assert!(calls <= orders * 2, "{calls} calls for {orders} orders");
        assert!(connections <= orders, "{connections} connections for {orders} orders");
    }
}

#[test]
fn requests_on_closed_new_connections_are_not_retried() {
    let fixture = connected();
    fixture.users.behave(Behaviour::Disconnect);
    for orders in 1..4 {
        assert_eq!(run(place(&fixture)).code(503), "SERVICE_UNAVAILABLE");
        assert_requests(&fixture.users, orders);
        assert_eq!(fixture.users.connections(), orders);
    }
}

#[test]
fn requests_with_partial_responses_are_not_retried() {
    for behaviour in [Behaviour::DropHead, Behaviour::DropBody] {
        let fixture = connected();
        fixture.users.behave(behaviour);
        assert_eq!(run(place(&fixture)).code(503), "SERVICE_UNAVAILABLE");
        assert_requests(&fixture.users, 1);
        assert_eq!(fixture.users.connections(), 0, "the persistent connection is used");
    }
}

#[test]
fn error_responses_are_not_retried() {
    let fixture = connected();
    fixture.users.behave(Behaviour::Status(503));
    assert_eq!(run(place(&fixture)).code(503), "SERVICE_UNAVAILABLE");
    assert_requests(&fixture.users, 1);
}
