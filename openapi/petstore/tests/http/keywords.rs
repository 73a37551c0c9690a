//! Every keyword accepts the values that the spec allows and reports the others.

use poem::http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::common::{body, client, echo, violations};

#[tokio::test]
async fn accepts_valid_values() {
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
        json!({ "single": f32::MAX }),
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
        json!({ "tree": { "value": 1, "graft": { "value": 2, "graft": null } } }),
        json!({ "label": "small" }),
        json!({ "friend": null }),
        json!({ "friend": { "kind": "cat", "name": "Tom", "lives": 9 } }),
        json!({ "reserved": "none" }),
        json!({ "reserved": "Type" }),
        json!({ "scores": { "total": 1.5, "other": 2.5 } }),
    ] {
        let (status, echoed) = echo(&value.to_string()).await;
        let mut expected = value.clone();
        // Defaults of absent properties.
        expected["level"] = json!(3);
        expected["rank"] = json!(10);
        assert_eq!((status, echoed), (StatusCode::OK, expected), "{value}");
    }
}

#[tokio::test]
async fn reports_the_violated_keyword() {
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
        (r#"{"single":3.5e38}"#, "/single maximum"),
        (r#"{"single":-3.5e38}"#, "/single minimum"),
        (r#"{"flag":"true"}"#, "/flag type"),
        (r#"{"colour":"blue"}"#, "/colour enum"),
        (r#"{"level":null}"#, "/level type"),
        (r#"{"free":[]}"#, "/free type"),
        (r#"{"unknown":1}"#, "/unknown additionalProperties"),
        (r#"{"a/b~c":1}"#, "/a~1b~0c additionalProperties"),
        (r#"{"nested":{}}"#, "/nested/deep-value required"),
        (r#"{"nested":{"deep-value":["c"]}}"#, "/nested/deep-value/0 enum"),
        (r#"{"tree":{"value":1,"children":[{}]}}"#, "/tree/children/0/value required"),
        (r#"{"tree":{"value":1,"graft":{"value":"1"}}}"#, "/tree/graft/value type"),
        (r#"{"label":"S"}"#, "/label pattern"),
        (r#"{"friend":5}"#, "/friend type"),
        (r#"{"friend":{"kind":"cat","name":"Tom","lives":10}}"#, "/friend/lives maximum"),
        (r#"{"reserved":"None"}"#, "/reserved enum"),
        (r#"{"scores":{"total":1,"other":"x"}}"#, "/scores/other type"),
        ("[]", " type"),
        ("null", " type"),
        ("", " required"),
        ("{", " json"),
        (r#"{"text":"ab","text":"ab"}"#, " json"),
        (r#"{"price":1e999}"#, " json"),
    ] {
        let (status, response_body) = echo(text).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{text}: {response_body}");
        assert_eq!(violations(&response_body), [expected], "{text}");
    }
}

#[tokio::test]
async fn reports_all_violations() {
    let (_, response_body) =
        echo(r#"{"text":"a","small":"x","x":1,"nested":{"deep-value":[1,"a"]}}"#).await;
    let expected = [
        "/nested/deep-value/0 enum",
        "/nested/deep-value/0 type",
        "/small type",
        "/text minLength",
        "/x additionalProperties",
    ];
    assert_eq!(violations(&response_body), expected);
    // Those of the body and the parameters together.
    let request = client().put("/pets/0").header("authorization", "Bearer secret");
    let response_body =
        body(request.content_type("application/json").body("{}").send().await).await;
    assert_eq!(violations(&response_body), [" minProperties", "/id minimum"]);
}

#[tokio::test]
async fn a_violation_does_not_contain_the_value() {
    let (_, response_body) =
        echo(r#"{"email":"my secret","colour":"my secret","text":"my secret"}"#).await;
    assert!(!response_body.to_string().contains("my secret"), "{response_body}");
}

#[tokio::test]
async fn accepts_integers_in_any_notation() {
    let (status, echoed) = echo(r#"{"small":5.0,"big":1e3,"ratio":0}"#).await;
    assert_eq!(
        (status, echoed),
        (StatusCode::OK, json!({ "small": 5, "big": 1000, "ratio": 0.0, "level": 3, "rank": 10 }))
    );
}

#[tokio::test]
async fn accepts_integer_defaults_written_as_fractions() {
    let (status, echoed) = echo("{}").await;
    assert_eq!((status, &echoed["rank"]), (StatusCode::OK, &json!(10)));
    let response = client().get("/ping").send().await;
    response.assert_header("x-depth", "10");
}

#[tokio::test]
async fn patterns_have_their_ecma_262_meaning() {
    for (word, valid) in
        [("ab", true), ("ab_9", true), ("ab é", true), ("abé", true), ("éab", true), ("xab", false)]
    {
        let (status, _) = echo(&json!({ "word": word }).to_string()).await;
        assert_eq!(status == StatusCode::OK, valid, "{word}");
    }
    for (digits, valid) in
        [("1 a", true), ("١ a", false), ("1\u{a0}a", true), ("1\u{85}a", false), ("1 é", false)]
    {
        let (status, _) = echo(&json!({ "classes": digits }).to_string()).await;
        assert_eq!(status == StatusCode::OK, valid, "{digits:?}");
    }
    let (_, response_body) = echo(r#"{"word":"xab"}"#).await;
    assert_eq!(response_body["error"]["details"]["fields"][0]["message"], r"must match \bab");
}

#[tokio::test]
async fn accepts_only_the_canonical_form_of_an_email_address() {
    for (email, valid) in [
        ("ada@example.com", true),
        (r#""a b"@example.com"#, true),
        ("Ada <ada@example.com>", false),
        (r#""ada"@example.com"#, false),
        ("ada@example.com(home)", false),
    ] {
        let (status, _) = echo(&json!({ "email": email }).to_string()).await;
        assert_eq!(status == StatusCode::OK, valid, "{email}");
    }
}

/// Sends a pet: the status, the `Location` and the body of the response.
async fn create(pet: &Value) -> (StatusCode, Option<HeaderValue>, Value) {
    let request = client().post("/pets").header("authorization", "bearer secret").body_json(pet);
    let response = request.send().await;
    let location = response.0.headers().get("location").cloned();
    (response.0.status(), location, body(response).await)
}

#[tokio::test]
async fn one_of_accepts_the_variant_of_the_discriminator() {
    let sent = json!({ "kind": "cat", "name": "Tom", "lives": 9, "pin": "1" });
    let (status, location, cat) = create(&sent).await;
    assert_eq!((status, location.unwrap()), (StatusCode::CREATED, "/pets/1".parse().unwrap()));
    // A writeOnly property is not in the response.
    assert_eq!(cat, json!({ "kind": "cat", "name": "Tom", "lives": 9 }));
}

#[tokio::test]
async fn one_of_reports_violations_of_the_variant_of_the_discriminator() {
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
        let (status, _, response_body) = create(&pet).await;
        assert_eq!(
            (status, violations(&response_body)),
            (StatusCode::BAD_REQUEST, expected.iter().map(ToString::to_string).collect()),
            "{pet}"
        );
    }
}
