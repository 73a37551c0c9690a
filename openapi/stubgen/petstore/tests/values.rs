//! A value reaches the implementation as it was sent, or the request is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod common;

use common::{body, client, echo, violations};
use poem::http::StatusCode;
use serde_json::{Value, json};

async fn pets(query: &str) -> Value {
    body(client().get(format!("/pets?{query}")).send().await).await
}

#[tokio::test]
async fn rejects_numbers_with_anything_around_them() {
    for query in ["limit=+5", "limit=%205", "limit=5%0A", "limit=5%20", "limit=%095", "limit=05"] {
        assert_eq!(violations(&pets(query).await), ["/limit type"], "{query}");
    }
    assert_eq!(violations(&pets("ids=1,%202").await), ["/ids/1 type"]);
}

#[tokio::test]
async fn rejects_unknown_query_parameters() {
    for (path, expected) in [
        ("/pets?sort=price", vec!["/sort unknown"]),
        ("/pets?Limit=5", vec!["/Limit unknown"]),
        ("/pets?a/b~c", vec!["/a~1b~0c unknown"]),
        ("/pets?X-Trace=abc", vec!["/X-Trace unknown"]),
        ("/pets?limit=0&x=1", vec!["/limit minimum", "/x unknown"]),
        ("/pets/1?id=1", vec!["/id unknown"]),
        ("/ping?x", vec!["/x unknown"]),
        ("/pets?%ff=1", vec!["/\u{fffd} unknown"]),
    ] {
        let answer = body(client().get(path).send().await).await;
        assert_eq!(violations(&answer), expected, "{path}");
        assert!(answer["error"]["details"]["fields"].to_string().contains(r#""in":"query""#));
    }
    let removed = client()
        .delete("/pets/1?x=1")
        .header("authorization", "Bearer secret")
        .header("X-Admin-Key", "key")
        .send()
        .await;
    removed.assert_status(StatusCode::BAD_REQUEST);
    // An API key in the query is not a parameter, and not unknown.
    client().get("/ping/guarded?key=key").send().await.assert_status(StatusCode::NO_CONTENT);
    client().get("/ping/guarded").send().await.assert_status(StatusCode::UNAUTHORIZED);
    client()
        .get("/ping/guarded?key=key&key=key")
        .send()
        .await
        .assert_status(StatusCode::UNAUTHORIZED);
    // These are not of the spec.
    for path in ["/docs?x=1", "/openapi.json?x=1", "/openapi.yaml?x=1"] {
        client().get(path).send().await.assert_status_is_ok();
    }
}

#[tokio::test]
async fn decodes_path_parameters_once() {
    let label = async |text: &str| {
        let response = client().get(format!("/labels/{text}")).send().await;
        (response.0.status().as_u16(), body(response).await)
    };
    for (sent, read) in [
        ("%2536", "%36"),
        ("%36", "6"),
        ("a%2Fb", "a/b"),
        ("a+b", "a+b"),
        ("%E2%82%AC", "€"),
        ("%25", "%"),
    ] {
        assert_eq!(label(sent).await, (200, json!(read)), "{sent}");
    }
    let (status, answer) = label("%ff").await;
    assert_eq!((status, violations(&answer)), (400, vec!["/text type".to_owned()]));
    let (_, answer) = label("aaaaaaaaaaa").await;
    assert_eq!(violations(&answer), ["/text maxLength"]);
}

#[tokio::test]
async fn reads_repeated_lines_of_a_header_as_one_list() {
    let request = client().get("/ping").header("X-Colours", "red, blue");
    let response = request.header("X-Colours", "green,,").send().await;
    response.assert_header("x-count", "3");
    let response = client().get("/ping").header("X-Colours", "red,Blue").send().await;
    assert_eq!(violations(&body(response).await), ["/X-Colours/1 pattern"]);
}

#[tokio::test]
async fn matches_patterns_as_ecma_262_does() {
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
    let (_, answer) = echo(r#"{"word":"xab"}"#).await;
    assert_eq!(answer["error"]["details"]["fields"][0]["message"], r"must match \bab");
}

#[tokio::test]
async fn accepts_one_spelling_of_an_email_address() {
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

#[tokio::test]
async fn reads_whole_defaults_written_as_fractions() {
    let (status, echoed) = echo("{}").await;
    assert_eq!((status, &echoed["rank"]), (StatusCode::OK, &json!(10)));
    let response = client().get("/ping").send().await;
    response.assert_header("x-depth", "10");
}

#[tokio::test]
async fn accepts_json_in_utf_8_without_encoding_only() {
    let send = async |content_type: &str, encoding: &str| {
        let request = client().post("/echo").header("content-type", content_type);
        let request = match encoding {
            "" => request,
            encoding => request.header("content-encoding", encoding),
        };
        request.body(r#"{"text":"ab"}"#).send().await
    };
    for content_type in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=utf8",
        r#"application/json; charset="utf-8""#,
    ] {
        send(content_type, "").await.assert_status_is_ok();
    }
    for content_type in ["application/json; charset=latin1", "text/plain", "application/jsonp"] {
        send(content_type, "").await.assert_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    send("application/json", "identity").await.assert_status_is_ok();
    for encoding in ["gzip", "br", "identity, gzip", "x"] {
        let response = send("application/json", encoding).await;
        response.assert_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        response.assert_header("accept-encoding", "identity");
        let answer = body(response).await;
        assert_eq!(answer["error"]["code"], "UNSUPPORTED_MEDIA_TYPE");
        assert!(answer["error"]["message"].as_str().unwrap().contains("Content-Encoding"));
    }
}
