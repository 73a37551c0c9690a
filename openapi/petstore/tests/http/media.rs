//! Bodies of all media types reach the implementation as sent, or the request is rejected.

use std::io;
use std::sync::LazyLock;

use futures_util::{FutureExt, stream};
use openapi_server::limits::MAX_IN_FLIGHT;
use petstore::media::Echo;
use petstore::media::api::{DESCRIPTION, MediaServer};
use poem::endpoint::BoxEndpoint;
use poem::http::header::CONTENT_TYPE;
use poem::http::{Method, Uri};
use poem::test::TestClient;
use poem::{Body, Endpoint, EndpointExt, Request, Response};
use serde_json::{Value, json};

use crate::common::violations;

fn client() -> &'static TestClient<BoxEndpoint<'static>> {
    static CLIENT: LazyLock<TestClient<BoxEndpoint<'static>>> = LazyLock::new(|| {
        TestClient::new(openapi_server::app(&DESCRIPTION, MediaServer(Echo)).boxed())
    });
    &CLIENT
}

/// The status, the media type and the body of the response to a POST.
async fn post(path: &str, content_type: &str, body: impl Into<Vec<u8>>) -> (u16, String, String) {
    let request = client().post(path).header("content-type", content_type).body(body.into());
    parts(request.send().await.0).await
}

async fn parts(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let media_type = response.headers().get(CONTENT_TYPE);
    let media_type = media_type.map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().into_string().await.unwrap();
    (status, media_type.unwrap_or_default(), body)
}

fn answer(status: u16, media_type: &str, body: &str) -> (u16, String, String) {
    (status, media_type.to_owned(), body.to_owned())
}

#[tokio::test]
async fn the_media_type_selects_the_variant() {
    let note = r#"{"text":"a b","stars":5,"tags":["x","y"]}"#;
    let json = answer(200, "application/vnd.note+json", note);
    assert_eq!(post("/notes", "application/json", note).await, json);
    assert_eq!(post("/notes", "APPLICATION/JSON; charset=UTF-8", note).await, json);
    let form = "text=a+b&stars=5&tags=x&tags=y";
    assert_eq!(post("/notes", "application/x-www-form-urlencoded", form).await, json);
    let text = answer(200, "text/plain", "5");
    assert_eq!(post("/notes", "text/plain", "5 ").await.2, "5 ");
    assert_eq!(post("/notes", "text/plain", "five").await, answer(200, "text/plain", "five"));
    assert_ne!(post("/notes", "text/plain", "5").await, text, "shorter than minLength");
    assert_eq!(post("/notes", "application/xml", "<a/>").await.2, "XML: <a/>");
    let binary = answer(200, "application/octet-stream", "\u{0}\u{1}");
    assert_eq!(post("/notes", "application/octet-stream", vec![0, 1]).await, binary);
}

#[tokio::test]
async fn other_media_types_are_refused_with_those_of_the_spec() {
    for content_type in ["application/cbor", "text/html", "text/plain; charset=latin1", "x"] {
        let (status, media_type, body) = post("/notes", content_type, "five").await;
        assert_eq!((status, media_type.as_str()), (415, "text/plain"), "{content_type}");
        assert!(body.contains("application/json or application/x-www-form"), "{body}");
    }
    let (status, ..) = parts(client().post("/notes").body("five").send().await.0).await;
    assert_eq!(status, 415);
    let (status, _, body) = parts(client().post("/notes").send().await.0).await;
    assert_eq!((status, body.as_str()), (400, "Invalid request: body is required"));
}

#[tokio::test]
async fn every_format_is_validated() {
    for (content_type, body, expected) in [
        ("application/json", r#"{"text":"a","stars":0}"#, "body /stars must be at least 1"),
        ("application/x-www-form-urlencoded", "text=a&stars=0", "body /stars must be at least 1"),
        ("application/x-www-form-urlencoded", "text=a&x=1", "body /x is not a known property"),
        ("application/x-www-form-urlencoded", "text=a&text=b", "body /text must not be repeated"),
        ("text/plain", "a", "body must have at least 2 characters"),
    ] {
        let (status, _, text) = post("/notes", content_type, body).await;
        assert_eq!(status, 400, "{content_type} {body}");
        assert!(text.contains(expected), "{content_type} {body}: {text}");
    }
    let (status, _, text) = post("/notes", "text/plain", vec![0xff, 0xff]).await;
    assert_eq!((status, text.as_str()), (400, "Invalid request: body must be valid UTF-8"));
}

#[tokio::test]
async fn a_suffix_or_parameter_does_not_change_json() {
    let patch = async |content_type: &str, body: &'static str| {
        let request = client().patch("/patches").header("content-type", content_type).body(body);
        request.send().await.0
    };
    let response = patch("application/merge-patch+json", r#"{"text":"a"}"#).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-text"]),
        (204, &"a".parse().unwrap())
    );
    assert_eq!(patch("application/merge-patch+json", r#"{"b":1}"#).await.status(), 400);
    assert_eq!(patch("application/json", "{}").await.status(), 415);
    assert_eq!(client().patch("/patches").send().await.0.status(), 204);
    let any = post("/any", "application/ld+json", "[1]").await;
    assert_eq!(any, answer(200, "application/json", "[1]"));
}

#[tokio::test]
async fn forms_follow_their_encoding() {
    let form = "name=a&ok=true&sizes=1|2.5&note=%7B%22text%22%3A%22b%22%7D\
                &filter[min]=5&filter[tags][]=x&filter[tags][]=y";
    let (status, _, text) = post("/forms", "application/x-www-form-urlencoded", form).await;
    let received: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "name": "a", "ok": true, "sizes": [1.0, 2.5], "note": { "text": "b" },
        "filter": { "min": 5, "tags": ["x", "y"] },
    });
    assert_eq!((status, received), (200, expected));
    let (_, _, text) = post("/forms", "application/x-www-form-urlencoded", "filter[min]=x").await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(violations(&body), ["/filter/min type", "/name required"]);
}

/// A body with the given parts, each with its head.
fn multipart(parts: &[(&str, &str)]) -> String {
    let parts = parts.iter().map(|(head, content)| {
        format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    });
    format!("{}--b--\r\n", parts.collect::<String>())
}

const MULTIPART: &str = "multipart/form-data; boundary=b";

#[tokio::test]
async fn files_and_fields_of_multipart_have_their_types() {
    let body = multipart(&[
        ("name=\"title\"", "A book"),
        ("name=\"count\"", "2"),
        ("name=\"meta\"", r#"{"text":"m","stars":3}"#),
        ("name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/csv", "1,2"),
        ("name=\"pages\"; filename=\"1\"", "one"),
        ("name=\"pages\"; filename=\"2\"", "second"),
    ]);
    let file = r#"File { name: Some("a.txt"), content_type: Some("text/csv"), bytes: 3 }"#;
    let expected = format!("A book 2 Some(3) {file} [3, 6]");
    assert_eq!(post("/files", MULTIPART, body).await, answer(200, "text/plain", &expected));
    let body = multipart(&[("name=\"title\"", "A"), ("name=\"file\"", "")]);
    let (status, _, text) = post("/files", MULTIPART, body).await;
    assert_eq!((status, text.starts_with("A 1 None File")), (200, true), "{text}");
}

#[tokio::test]
async fn reports_violations_of_multipart() {
    let page = ("name=\"pages\"", "");
    let file = ("name=\"file\"", "");
    for (parts, expected) in [
        (vec![("name=\"title\"", "A")], "/file required"),
        (vec![file, ("name=\"title\"", "A long title")], "/title maxLength"),
        (vec![("name=\"title\"", "A"), file, file], "/file duplicate"),
        (vec![("name=\"title\"", "A"), file, page, page, page], "/pages maxItems"),
        (vec![("name=\"title\"", "A"), file, ("name=\"count\"", "x")], "/count type"),
    ] {
        let (status, _, text) = post("/files", MULTIPART, multipart(&parts)).await;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!((status, violations(&body)), (400, vec![expected.to_owned()]), "{expected}");
    }
    let (_, _, text) = post("/files", MULTIPART, "--b\r\n").await;
    assert!(text.contains("is not valid multipart/form-data"), "{text}");
    let (_, _, text) = post("/files", "multipart/form-data", "").await;
    assert!(text.contains("is not valid multipart/form-data"), "{text}");
}

#[tokio::test]
async fn files_have_the_media_types_of_their_encoding() {
    let upload = |head: &str| {
        let cover = format!("name=\"cover\"; filename=\"a\"{head}");
        multipart(&[("name=\"title\"", "A"), ("name=\"file\"", ""), (&cover, "")])
    };
    for media_type in ["image/png", "application/pdf"] {
        let body = upload(&format!("\r\nContent-Type: {media_type}"));
        assert_eq!(post("/files", MULTIPART, body).await.0, 200, "{media_type}");
    }
    for head in ["", "\r\nContent-Type: text/csv"] {
        let (status, _, text) = post("/files", MULTIPART, upload(head)).await;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!((status, violations(&body)), (400, vec!["/cover contentType".to_owned()]));
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let large = vec![b'a'; 70_000];
    assert_eq!(post("/notes", "text/plain", large.clone()).await.0, 413);
    let text = String::from_utf8(large.clone()).unwrap();
    let upload = multipart(&[("name=\"title\"", "A"), ("name=\"file\"", &text)]);
    assert_eq!(post("/files", MULTIPART, upload).await.0, 200);
    assert_eq!(post("/files", MULTIPART, vec![b'a'; 5_000_000]).await.0, 413);
    let put = async |length: usize| {
        let request = client().put("/images/a").header("content-type", "image/gif");
        parts(request.body(vec![b'a'; length]).send().await.0).await
    };
    let received = answer(200, "text/plain; charset=utf-8", "image/gif 70000");
    assert_eq!(put(70_000).await, received);
    // The implementation's limit.
    assert_eq!(put(100_001).await.0, 413);
}

#[tokio::test]
async fn streams_that_arrive_slowly_hold_no_permit() {
    let app = openapi_server::app(&DESCRIPTION, MediaServer(Echo)).boxed();
    let upload = |_| {
        let endless = stream::pending::<Result<Vec<u8>, io::Error>>();
        let request = Request::builder().method(Method::PUT).uri(Uri::from_static("/images/a"));
        let request = request.content_type("image/gif").body(Body::from_bytes_stream(endless));
        let mut response = Box::pin(app.call(request));
        assert!(response.as_mut().now_or_never().is_none());
        response
    };
    let _uploads: Vec<_> = (0..2 * MAX_IN_FLIGHT).map(upload).collect();
    let removed = TestClient::new(&app).delete("/images/cat").send().await;
    removed.assert_status_is_ok();
}

#[tokio::test]
async fn a_range_is_sent_as_one_of_its_types() {
    let image = parts(client().get("/images/cat").send().await.0).await;
    assert_eq!(image, answer(200, "image/png", "cat"));
    assert_eq!(client().get("/images/text").send().await.0.status(), 500);
    let removed = parts(client().delete("/images/cat").send().await.0).await;
    assert_eq!(removed, answer(200, "text/plain", "3"));
}
