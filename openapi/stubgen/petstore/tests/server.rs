//! The server generated from `petstore.yaml` over HTTP: every keyword lets
//! through what the spec allows and reports what it does not.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod common;

use std::io;

use common::{body, client, echo, violations};
use futures_util::{FutureExt, stream};
use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use poem::http::{Method, StatusCode, Uri};
use poem::test::TestClient;
use poem::{Body, Endpoint, EndpointExt, Request};
use serde_json::{Value, json};

#[tokio::test]
async fn each_keyword_accepts_what_it_allows() {
    for value in [
        json!({ "text": "ab" }),
        json!({ "text": "😀😀😀" }),
        json!({ "code": "A7" }),
        json!({ "email": "ada@example.com" }),
        json!({ "when": "2026-01-02T03:04:05.678Z", "day": "2024-02-29" }),
        json!({ "id": "123e4567-e89b-12d3-a456-426614174000", "home": "https://example.com/a?b#c" }),
        json!({ "small": i32::MIN, "big": i64::MAX }),
        json!({ "even": -4 }),
        json!({ "price": 0.07 }),
        json!({ "price": 1e15 }),
        json!({ "ratio": -0.5 }),
        json!({ "flag": false }),
        json!({ "maybe": null }),
        json!({ "maybe": "" }),
        json!({ "colour": null }),
        json!({ "colour": "light-blue" }),
        json!({ "anything": [1, { "a": null }] }),
        json!({ "free": { "a": 1 }, "open": { "b": [] } }),
        json!({ "type": "a keyword of Rust" }),
        json!({ "nested": { "deep-value": ["a", "b", "a"] } }),
        json!({ "tree": { "value": 1, "children": [{ "value": 2, "children": [] }, { "value": 3 }] } }),
        json!({ "scores": { "total": 1.5, "other": 2.5 } }),
    ] {
        let (status, echoed) = echo(&value.to_string()).await;
        let mut expected = value.clone();
        // The defaults are filled in.
        expected["level"] = json!(3);
        expected["rank"] = json!(10);
        assert_eq!((status, echoed), (StatusCode::OK, expected), "{value}");
    }
}

#[tokio::test]
async fn each_keyword_reports_what_it_forbids() {
    for (text, expected) in [
        (r#"{"text":"a"}"#, "/text minLength"),
        (r#"{"text":"abcd"}"#, "/text maxLength"),
        (r#"{"text":"😀😀😀😀"}"#, "/text maxLength"),
        (r#"{"text":5}"#, "/text type"),
        (r#"{"text":null}"#, "/text type"),
        (r#"{"code":"A7 "}"#, "/code pattern"),
        (r#"{"email":"ada"}"#, "/email format"),
        (r#"{"when":"2026-01-02"}"#, "/when format"),
        (r#"{"day":"2026-02-29"}"#, "/day format"),
        (r#"{"id":"123"}"#, "/id format"),
        (r#"{"home":"not a uri"}"#, "/home format"),
        (r#"{"small":2147483648}"#, "/small maximum"),
        (r#"{"big":9223372036854775808}"#, "/big maximum"),
        (r#"{"big":1.5}"#, "/big type"),
        (r#"{"big":"1"}"#, "/big type"),
        (r#"{"even":3}"#, "/even multipleOf"),
        (r#"{"price":0}"#, "/price exclusiveMinimum"),
        (r#"{"price":0.075}"#, "/price multipleOf"),
        (r#"{"ratio":1}"#, "/ratio exclusiveMaximum"),
        (r#"{"ratio":-1.0000000000000002}"#, "/ratio minimum"),
        (r#"{"flag":"true"}"#, "/flag type"),
        (r#"{"colour":"blue"}"#, "/colour enum"),
        (r#"{"level":null}"#, "/level type"),
        (r#"{"free":[]}"#, "/free type"),
        (r#"{"unknown":1}"#, "/unknown additionalProperties"),
        (r#"{"a/b~c":1}"#, "/a~1b~0c additionalProperties"),
        (r#"{"nested":{}}"#, "/nested/deep-value required"),
        (r#"{"nested":{"deep-value":["c"]}}"#, "/nested/deep-value/0 enum"),
        (r#"{"tree":{"value":1,"children":[{}]}}"#, "/tree/children/0/value required"),
        (r#"{"scores":{"total":1,"other":"x"}}"#, "/scores/other type"),
        ("[]", " type"),
        ("null", " type"),
        ("", " required"),
        ("{", " json"),
        (r#"{"text":"ab","text":"ab"}"#, " json"),
        (r#"{"price":1e999}"#, " json"),
    ] {
        let (status, answer) = echo(text).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{text}: {answer}");
        assert_eq!(violations(&answer), [expected], "{text}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let (_, answer) =
        echo(r#"{"text":"a","small":"x","x":1,"nested":{"deep-value":[1,"a"]}}"#).await;
    let expected = [
        "/nested/deep-value/0 enum",
        "/nested/deep-value/0 type",
        "/small type",
        "/text minLength",
        "/x additionalProperties",
    ];
    assert_eq!(violations(&answer), expected);
    // A body and parameters together.
    let request = client().put("/pets/0").header("authorization", "Bearer secret");
    let answer = body(request.content_type("application/json").body("{}").send().await).await;
    assert_eq!(violations(&answer), [" minProperties", "/id minimum"]);
}

#[tokio::test]
async fn a_violation_never_repeats_the_value() {
    let (_, answer) =
        echo(r#"{"email":"my secret","colour":"my secret","text":"my secret"}"#).await;
    assert!(!answer.to_string().contains("my secret"), "{answer}");
}

#[tokio::test]
async fn whole_numbers_are_integers_however_they_are_written() {
    let (status, echoed) = echo(r#"{"small":5.0,"big":1e3,"ratio":0}"#).await;
    assert_eq!(
        (status, echoed),
        (StatusCode::OK, json!({ "small": 5, "big": 1000, "ratio": 0.0, "level": 3, "rank": 10 }))
    );
}

#[tokio::test]
async fn one_of_checks_the_variant_that_the_discriminator_names() {
    let create = async |pet: Value| {
        let request =
            client().post("/pets").header("authorization", "bearer secret").body_json(&pet);
        let response = request.send().await;
        let location = response.0.headers().get("location").cloned();
        (response.0.status(), location, body(response).await)
    };
    let (status, location, cat) =
        create(json!({ "kind": "cat", "name": "Tom", "lives": 9, "pin": "1" })).await;
    assert_eq!((status, location.unwrap()), (StatusCode::CREATED, "/pets/1".parse().unwrap()));
    // What is write-only goes in and never comes out.
    assert_eq!(cat, json!({ "kind": "cat", "name": "Tom", "lives": 9 }));
    for (pet, expected) in [
        (json!({ "name": "Tom" }), vec!["/kind required"]),
        (json!({ "kind": "cow", "name": "Tom" }), vec!["/kind enum"]),
        (json!({ "kind": "cat", "name": "Tom" }), vec!["/lives required"]),
        (
            json!({ "kind": "cat", "name": "", "lives": 10 }),
            vec!["/lives maximum", "/name minLength"],
        ),
        (
            json!({ "kind": "dog", "name": "Rex", "tricks": ["sit", "sit"] }),
            vec!["/tricks uniqueItems"],
        ),
        (
            json!({ "kind": "dog", "name": "Rex", "tricks": ["a", "b", "c"] }),
            vec!["/tricks maxItems"],
        ),
        (json!({ "kind": "dog", "name": "Rex", "tricks": ["Sit"] }), vec!["/tricks/0 pattern"]),
        (json!({ "kind": "dog", "name": "Rex", "id": 5 }), vec!["/id readOnly"]),
    ] {
        let (status, _, answer) = create(pet.clone()).await;
        assert_eq!(
            (status, violations(&answer)),
            (StatusCode::BAD_REQUEST, expected.iter().map(ToString::to_string).collect()),
            "{pet}"
        );
    }
}

#[tokio::test]
async fn parameters_are_read_with_their_types_and_defaults() {
    for (query, said) in [
        ("", "20 None None false None newest-first None"),
        ("limit=5.0&sold=true&order=oldest-first", "5 None None true None oldest-first None"),
        (
            "tag=a&tag=b&ids=1,2,3",
            r#"20 Some([Tag("a"), Tag("b")]) Some([1, 2, 3]) false None newest-first None"#,
        ),
        ("maxWeight=0.07", "20 None None false Some(0.07) newest-first None"),
        ("t%61g=%61", r#"20 Some([Tag("a")]) None false None newest-first None"#),
    ] {
        let response = client().get(format!("/pets?{query}")).send().await;
        response.assert_status_is_ok();
        response.assert_header("x-total", "7");
        assert_eq!(response.0.headers().contains_key("x-next"), said.contains("Tag"));
        assert_eq!(body(response).await[0]["name"], said, "{query}");
    }
    let response = client().get("/pets").header("X-Trace", "abc").send().await;
    assert_eq!(
        body(response).await[0]["name"],
        r#"20 None None false None newest-first Some("abc")"#
    );
}

#[tokio::test]
async fn parameters_are_checked_like_bodies() {
    for (query, expected) in [
        ("limit=0", "/limit minimum"),
        ("limit=101", "/limit maximum"),
        ("limit=x", "/limit type"),
        ("limit=", "/limit type"),
        ("limit=1&limit=1", "/limit duplicate"),
        ("limit=%2B1", "/limit type"),
        ("limit=%ff", "/limit type"),
        ("sold=yes", "/sold type"),
        ("sold=True", "/sold type"),
        ("maxWeight=0.001", "/maxWeight multipleOf"),
        ("order=newest", "/order enum"),
        ("tag=A", "/tag/0 pattern"),
        ("tag=a&tag=a", "/tag uniqueItems"),
        ("tag=a&tag=b&tag=c&tag=d", "/tag maxItems"),
        ("ids=1,0", "/ids/1 minimum"),
        ("ids=1,,2", "/ids/1 type"),
    ] {
        let answer = body(client().get(format!("/pets?{query}")).send().await).await;
        assert!(violations(&answer).contains(&expected.to_owned()), "{query}: {answer}");
    }
    let answer = body(client().get("/pets").header("X-Trace", "a").send().await).await;
    assert_eq!(violations(&answer), ["/X-Trace minLength"]);
}

#[tokio::test]
async fn bounds_are_exact_beyond_what_a_double_tells_apart() {
    // The maximum is 2^53 + 1, which is no double.
    for (id, status) in [
        ("9007199254740993", 404),
        ("9007199254740994", 400),
        ("1e0", 404),
        ("1.5", 400),
        ("%20", 400),
    ] {
        let response = client().get(format!("/pets/{id}")).send().await;
        assert_eq!(response.0.status().as_u16(), status, "{id}");
    }
}

#[tokio::test]
async fn security_comes_before_everything_else() {
    for (header, value) in [
        ("x", "y"),
        ("authorization", "secret"),
        ("authorization", "Bearer wrong"),
        ("authorization", "Basic secret"),
    ] {
        // The body is wrong, but nobody learns that without a token.
        let response = client()
            .post("/pets")
            .header(header, value)
            .content_type("application/json")
            .body("{")
            .send()
            .await;
        response.assert_status(StatusCode::UNAUTHORIZED);
        assert_eq!(body(response).await["error"]["code"], "UNAUTHORIZED");
    }
    // Schemes side by side must all be satisfied.
    for (token, key, status) in
        [("secret", "key", 204), ("secret", "none", 401), ("none", "key", 401), ("secret", "", 401)]
    {
        let request = client().delete("/pets/1").header("authorization", format!("Bearer {token}"));
        let response = request.header("X-Admin-Key", key).send().await;
        assert_eq!(response.0.status().as_u16(), status, "{token} {key}");
    }
}

#[tokio::test]
async fn an_optional_body_may_be_left_out() {
    let request = || client().put("/pets/1").header("authorization", "Bearer secret");
    assert_eq!(body(request().send().await).await, json!({ "none": null }));
    let notes = json!({ "a": "b", "c": null });
    assert_eq!(body(request().body_json(&notes).send().await).await, notes);
    for (notes, expected) in [
        (json!({}), " minProperties"),
        (json!({ "a": "", "b": "", "c": "" }), " maxProperties"),
        (json!({ "a": "longer than ten" }), "/a maxLength"),
    ] {
        assert_eq!(violations(&body(request().body_json(&notes).send().await).await), [expected]);
    }
}

#[tokio::test]
async fn an_implementation_cannot_answer_what_the_spec_does_not_say() {
    let create = async |name: &str| {
        let cat = json!({ "kind": "cat", "name": name, "lives": 1 });
        client().post("/pets").header("authorization", "Bearer secret").body_json(&cat).send().await
    };
    create("taken").await.assert_status(StatusCode::CONFLICT);
    let undeclared = create("teapot").await;
    undeclared.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        body(undeclared).await,
        json!({ "error": { "code": "INTERNAL_ERROR", "message": "Internal server error" } })
    );
}

#[tokio::test]
async fn a_panic_is_a_500_that_says_nothing_and_the_next_request_works() {
    let client = client();
    let cat = json!({ "kind": "cat", "name": "panic", "lives": 1 });
    let response =
        client.post("/pets").header("authorization", "Bearer secret").body_json(&cat).send().await;
    response.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        body(response).await,
        json!({ "error": { "code": "INTERNAL_ERROR", "message": "Internal server error" } })
    );
    client.get("/pets").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn beyond_what_is_worked_on_the_answer_is_an_immediate_503() {
    let app = openapi_server::app(&DESCRIPTION, PetStoreServer(Store)).boxed();
    let body_of = |body: Body| {
        let request = Request::builder().method(Method::POST).uri(Uri::from_static("/pets"));
        let request = request.header("authorization", "Bearer secret");
        let mut call = Box::pin(app.call(request.content_type("application/json").body(body)));
        assert!(call.as_mut().now_or_never().is_none());
        call
    };
    // A body that is still arriving holds no permit, a handler that works does.
    let arriving =
        |_| body_of(Body::from_bytes_stream(stream::pending::<Result<Vec<u8>, io::Error>>()));
    let _arriving: Vec<_> = (0..2 * openapi_server::limits::MAX_IN_FLIGHT).map(arriving).collect();
    let working =
        |_| body_of(json!({ "kind": "cat", "name": "stall", "lives": 1 }).to_string().into());
    let mut working: Vec<_> = (0..openapi_server::limits::MAX_IN_FLIGHT).map(working).collect();
    let client = TestClient::new(&app);
    let refused = client.get("/pets").send().await;
    refused.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    refused.assert_header("retry-after", "1");
    assert_eq!(body(refused).await["error"]["code"], "SERVICE_UNAVAILABLE");
    client.get("/openapi.json").send().await.assert_status_is_ok();
    working.pop();
    client.get("/pets").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_told_in_the_envelope() {
    let response = client().get("/nowhere").send().await;
    response.assert_status(StatusCode::NOT_FOUND);
    assert_eq!(body(response).await["error"]["code"], "NOT_FOUND");
    for (method, path, allow) in [
        (Method::PATCH, "/pets", "GET, HEAD, POST"),
        (Method::POST, "/pets/1", "DELETE, GET, HEAD, PUT"),
        (Method::GET, "/echo", "POST"),
        (Method::PUT, "/docs", "GET, HEAD"),
    ] {
        let response = client().request(method, path).send().await;
        response.assert_status(StatusCode::METHOD_NOT_ALLOWED);
        response.assert_header("allow", allow);
        assert_eq!(body(response).await["error"]["code"], "METHOD_NOT_ALLOWED");
    }
}
