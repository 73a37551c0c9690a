//! Schemas without a dedicated Rust type are enforced, and their values reach the implementation.

use std::sync::LazyLock;

use petstore::schemas::Echo;
use petstore::schemas::api::{DESCRIPTION, SchemasServer};
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::test::TestClient;
use serde_json::{Value, json};

use crate::common::{body, violations};

async fn send(values: &Value) -> (StatusCode, Value) {
    static CLIENT: LazyLock<TestClient<BoxEndpoint<'static>>> = LazyLock::new(|| {
        TestClient::new(openapi_server::app(&DESCRIPTION, SchemasServer(Echo)).boxed())
    });
    let request = CLIENT.post("/values").content_type("application/json");
    let response = request.body(values.to_string()).send().await;
    (response.0.status(), body(response).await)
}

#[tokio::test]
async fn values_reach_the_implementation_whole() {
    for value in [
        json!({ "one": { "radius": 1.5, "extra": [null] } }),
        json!({ "one": { "points": 3 } }),
        json!({ "any": "abc" }),
        json!({ "any": 10 }),
        json!({ "not": "user" }),
        json!({ "either": { "email": "a@b.c" } }),
        json!({ "untyped": { "a": "x", "other": 1 } }),
        json!({ "untyped": 5 }),
        json!({ "untyped": "abc" }),
        json!({ "mixed": "two" }),
        json!({ "mixed": [3] }),
        json!({ "size": 4, "flag": true, "code": "b" }),
        json!({ "all": "ab" }),
        json!({ "narrowed": { "kind": "x", "level": 5 } }),
        json!({ "open": { "name": "a", "more": { "b": [1] } } }),
        json!({ "free": { "id": 1, "x": 2 } }),
        json!({ "tree": ["a", ["b", []]] }),
        json!({ "byte": "TQ==", "address": "192.0.2.1", "host": "a.example", "span": "P1DT2H" }),
        json!({ "tiny": -128, "huge": u64::MAX, "whole": 5 }),
        json!({ "secret": "1admin", "lower": "a1" }),
        json!({ "lower": 5 }),
    ] {
        let (status, mut echoed) = send(&value).await;
        assert_eq!(status, StatusCode::OK, "{value}: {echoed}");
        assert_eq!(echoed.as_object_mut().unwrap().remove("list"), Some(json!([1, 2])));
        assert_eq!(echoed, value);
    }
}

#[tokio::test]
async fn every_keyword_is_enforced() {
    for (value, expected) in [
        (json!({ "one": { "radius": 1, "side": 1 } }), "/one oneOf"),
        (json!({ "one": {} }), "/one oneOf"),
        (json!({ "one": { "side": 0 } }), "/one oneOf"),
        // A property that is only in responses.
        (json!({ "one": { "radius": 1, "key": "k" } }), "/one oneOf"),
        (json!({ "any": "abcd" }), "/any anyOf"),
        (json!({ "any": 9 }), "/any anyOf"),
        (json!({ "not": "root" }), "/not not"),
        (json!({ "either": {} }), "/either oneOf"),
        (json!({ "either": { "email": "a@b.c", "phone": "1" } }), "/either oneOf"),
        (json!({ "either": { "email": 1 } }), "/either/email type"),
        (json!({ "untyped": {} }), "/untyped/a required"),
        (json!({ "untyped": { "a": 1 } }), "/untyped/a type"),
        (json!({ "untyped": "abcd" }), "/untyped maxLength"),
        (json!({ "mixed": 2 }), "/mixed enum"),
        (json!({ "size": 3 }), "/size enum"),
        (json!({ "flag": false }), "/flag enum"),
        (json!({ "code": "c" }), "/code enum"),
        (json!({ "all": "a" }), "/all minLength"),
        (json!({ "all": "AB" }), "/all pattern"),
        (json!({ "narrowed": { "level": 1 } }), "/narrowed/kind required"),
        (json!({ "narrowed": { "kind": "z" } }), "/narrowed/kind enum"),
        (json!({ "narrowed": { "kind": "x", "level": 6 } }), "/narrowed/level maximum"),
        (json!({ "free": {} }), "/free/id required"),
        (json!({ "tree": [1] }), "/tree anyOf"),
        (json!({ "byte": "TQ" }), "/byte format"),
        (json!({ "address": "192.0.2.256" }), "/address format"),
        (json!({ "host": "-a" }), "/host format"),
        (json!({ "span": "1 day" }), "/span format"),
        (json!({ "tiny": 128 }), "/tiny maximum"),
        (json!({ "huge": -1 }), "/huge minimum"),
        (json!({ "whole": 1.5 }), "/whole type"),
        (json!({ "secret": "12345" }), "/secret pattern"),
        (json!({ "secret": "abcde" }), "/secret pattern"),
        (json!({ "secret": "a123" }), "/secret pattern"),
        (json!({ "secret": "admin1" }), "/secret not"),
        (json!({ "lower": "1" }), "/lower pattern"),
        (json!({ "lower": "aA" }), "/lower not"),
        (json!({ "unmatched": ["a"] }), "/unmatched not"),
    ] {
        let (status, answer) = send(&value).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{value}: {answer}");
        let found = violations(&answer);
        assert!(found.iter().any(|violation| violation == expected), "{value}: {found:?}");
    }
}
