//! Which responses of an upstream an order accepts.

use std::time::Duration;

use super::{PRODUCT, USER, place, timed};
use crate::support::mock::Behaviour;
use crate::support::{OrderServiceFixture, run};

#[test]
fn endless_responses_are_read_up_to_a_bound() {
    let fixture = OrderServiceFixture::start();
    for announced in [true, false] {
        fixture.products.behave(Behaviour::Endless { announced });
        let (response, elapsed) = run(timed(place(&fixture)));
        assert_eq!(response.code(503), "SERVICE_UNAVAILABLE", "announced: {announced}");
        assert!(elapsed < Duration::from_secs(4), "announced: {announced}: {elapsed:?}");
        // A mebibyte, and the content of the system's buffers.
        std::thread::sleep(Duration::from_millis(200));
        let sent = fixture.products.sent();
        assert!(sent < 16 << 20, "{sent} bytes were read");
    }
}

#[test]
fn dripping_responses_are_abandoned_at_the_deadline() {
    let fixture = OrderServiceFixture::start();
    fixture.products.behave(Behaviour::Drip);
    let (response, elapsed) = run(timed(place(&fixture)));
    assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
    assert!(elapsed < Duration::from_millis(6_500), "{elapsed:?}");
}

#[test]
fn only_a_404_about_the_resource_means_not_found() {
    let fixture = OrderServiceFixture::start();
    let not_found = [
        "<html><body>404 Not Found</body></html>",
        r#"{"error":{"code":"NOT_FOUND","message":"The path does not exist"}}"#,
        r#"{"error":{"code":"NOT_FOUND","message":"x","details":{"resource":"user","id":"0123456789abcdef01234568"}}}"#,
        r#"{"error":{"code":"NOT_FOUND","message":"x","details":{"resource":"route","id":"0123456789abcdef01234567"}}}"#,
    ];
    for body in not_found {
        for mock in [&fixture.users, &fixture.products] {
            fixture.users.behave(Behaviour::Found);
            fixture.products.behave(Behaviour::Found);
            mock.behave(Behaviour::Body(404, body));
            assert_eq!(run(place(&fixture)).code(503), "SERVICE_UNAVAILABLE", "{body}");
        }
    }
    fixture.products.behave(Behaviour::Found);
    fixture.users.behave(Behaviour::NotFound);
    assert_eq!(run(place(&fixture)).assert_status(404)["error"]["details"]["id"], USER);
}

#[test]
fn unavailable_services_are_named() {
    let fixture = OrderServiceFixture::start();
    for (mock, name) in [(&fixture.users, "user"), (&fixture.products, "product")] {
        mock.behave(Behaviour::Status(500));
        let error = run(place(&fixture)).assert_status(503);
        let message = error["error"]["message"].as_str().unwrap();
        assert_eq!(message, format!("The {name} service is unavailable"), "{name}");
        mock.behave(Behaviour::Found);
    }
}

#[test]
fn long_product_names_are_truncated() {
    let fixture = OrderServiceFixture::start();
    for (length, kept) in [(200, 200), (201, 200), (65_000, 200)] {
        fixture.products.behave(Behaviour::LongName(length));
        let placed = run(place(&fixture)).assert_status(201);
        assert_eq!(placed["items"][0]["productId"], PRODUCT, "length {length}");
        assert_eq!(placed["items"][0]["productName"], "ü".repeat(kept), "length {length}");
    }
}
