//! What an order takes as an answer of another service, and what it does not.

use std::time::Duration;

use super::{PRODUCT, USER, place, timed};
use crate::properties::mock::{Behaviour, World};
use crate::support::run;

#[test]
fn an_answer_without_end_is_read_up_to_a_bound() {
    let world = World::start();
    for announced in [true, false] {
        world.products.behave(Behaviour::Endless { announced });
        let (answer, elapsed) = run(timed(place(&world)));
        assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
        assert!(elapsed < Duration::from_secs(4), "{elapsed:?}");
        // A mebibyte, and what the system's buffers hold.
        std::thread::sleep(Duration::from_millis(200));
        let sent = world.products.sent();
        assert!(sent < 16 << 20, "{sent} bytes were taken");
    }
}

#[test]
fn an_answer_that_drips_is_given_up_at_the_deadline() {
    let world = World::start();
    world.products.behave(Behaviour::Drip);
    let (answer, elapsed) = run(timed(place(&world)));
    assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
    assert!(elapsed < Duration::from_millis(6_500), "{elapsed:?}");
}

#[test]
fn a_404_that_is_not_about_the_resource_is_a_503() {
    let world = World::start();
    let not_found = [
        "<html><body>404 Not Found</body></html>",
        r#"{"error":{"code":"NOT_FOUND","message":"There is no such path"}}"#,
        r#"{"error":{"code":"NOT_FOUND","message":"x","details":{"resource":"user","id":"0123456789abcdef01234568"}}}"#,
        r#"{"error":{"code":"NOT_FOUND","message":"x","details":{"resource":"route","id":"0123456789abcdef01234567"}}}"#,
    ];
    for body in not_found {
        for mock in [&world.users, &world.products] {
            world.users.behave(Behaviour::Found);
            world.products.behave(Behaviour::Found);
            mock.behave(Behaviour::Body(404, body));
            assert_eq!(run(place(&world)).code(503), "SERVICE_UNAVAILABLE", "{body}");
        }
    }
    world.products.behave(Behaviour::Found);
    world.users.behave(Behaviour::NotFound);
    assert_eq!(run(place(&world)).expect(404)["error"]["details"]["id"], USER);
}

#[test]
fn an_unavailable_service_is_named() {
    let world = World::start();
    for (mock, name) in [(&world.users, "user"), (&world.products, "product")] {
        mock.behave(Behaviour::Status(500));
        let error = run(place(&world)).expect(503);
        let message = error["error"]["message"].as_str().unwrap();
        assert_eq!(message, format!("The {name} service is unavailable"));
        mock.behave(Behaviour::Found);
    }
}

#[test]
fn long_product_names_are_cut_to_two_hundred_characters() {
    let world = World::start();
    for (length, kept) in [(200, 200), (201, 200), (65_000, 200)] {
        world.products.behave(Behaviour::LongName(length));
        let placed = run(place(&world)).expect(201);
        assert_eq!(placed["items"][0]["productId"], PRODUCT);
        assert_eq!(placed["items"][0]["productName"], "ü".repeat(kept));
    }
}
