//! Files of forms reach the implementation whatever composition describes them, and the composition
//! is validated.

use std::sync::LazyLock;

use petstore::files::Echo;
use petstore::files::api::{DESCRIPTION, FilesServer};
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::test::TestClient;
use serde_json::Value;

use crate::common::violations;

fn client() -> &'static TestClient<BoxEndpoint<'static>> {
    static CLIENT: LazyLock<TestClient<BoxEndpoint<'static>>> = LazyLock::new(|| {
        TestClient::new(openapi_server::app(&DESCRIPTION, FilesServer(Echo)).boxed())
    });
    &CLIENT
}

/// A part that is neither UTF-8 nor a number.
const FILE: &[u8] = &[0, 255];

/// A part of a form: the rest of its head, from the name on, and its content.
type Part<'a> = (&'a str, &'a [u8]);
type Parts<'a> = &'a [Part<'a>];

fn form(parts: Parts<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{head}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--b--\r\n");
    body
}

/// The status, and the text or the violations.
async fn post(path: &str, parts: Parts<'_>) -> (u16, String) {
    let request = client().post(path).header("content-type", "multipart/form-data; boundary=b");
    let response = request.body(form(parts)).send().await.0;
    let status = response.status().as_u16();
    let text = response.into_body().into_string().await.unwrap();
    match serde_json::from_str::<Value>(&text) {
        Ok(body) if status == 400 => (status, violations(&body).join(", ")),
        _ => (status, text),
    }
}

async fn assert_answers(path: &str, cases: &[(Parts<'_>, u16, &str)]) {
    for (parts, status, expected) in cases {
        assert_eq!(post(path, parts).await, (*status, (*expected).to_owned()), "{path} {parts:?}");
    }
}

#[tokio::test]
async fn a_referenced_branch_allows_the_file_of_the_body() {
    let title: Part = ("title\"", b"A");
    let (file, url): (Part, Part) = (("file\"", FILE), ("url\"", b"a.b"));
    let other: Part = ("x\"", b"1");
    const OTHERS: &str = "A [[0, 255]] None {\"x\": Array [String(\"1\"), String(\"1\")]}";
    assert_answers(
        "/attachments",
        &[
            (&[title, file], 200, "A [[0, 255]] None {}"),
            (&[title, url], 200, "A [] Some(\"a.b\") {}"),
            (&[title, ("url\"", b"5")], 200, "A [] Some(\"5\") {}"),
            (&[title, file, other, other], 200, OTHERS),
            (&[title, file, url], 400, " oneOf"),
            (&[title], 400, " oneOf"),
            (&[("title\"", b"too long"), file], 400, "/title maxLength"),
        ],
    )
    .await;
}

#[tokio::test]
async fn files_that_only_branches_describe_are_files() {
    let page: Part = ("pages\"\r\nContent-Type: image/png", FILE);
    assert_answers(
        "/scans",
        &[
            (&[("file\"", FILE)], 200, "[[0, 255]] [] {}"),
            (
                &[page, page, ("count\"", b"2")],
                200,
                "[] [[0, 255], [0, 255]] {\"count\": Number(2)}",
            ),
            // The other branch says nothing of the count.
            (&[("file\"", b""), ("count\"", b"x")], 200, "[[]] [] {\"count\": String(\"x\")}"),
            (&[page, page, page, ("count\"", b"3")], 400, " anyOf"),
            (&[("pages\"", FILE), ("count\"", b"1")], 400, "/pages contentType"),
            (&[("other\"", b"1")], 400, " anyOf"),
        ],
    )
    .await;
}

#[tokio::test]
async fn branches_that_add_properties_keep_the_files() {
    let file: Part = ("file\"", FILE);
    let (title, pin): (Part, Part) = (("title\"", b"A"), ("pin\"", b"1234"));
    let (page, count): (Part, Part) = (("pages\"", b"p"), ("count\"", b"1"));
    assert_answers(
        "/covers",
        &[
            (&[title, file, pin], 200, "A [[0, 255]] [] None true"),
            (&[title, file, pin, page], 200, "A [[0, 255]] [[112]] None true"),
            (&[title, file, pin, page, count], 400, " oneOf"),
            (&[title, file, ("pin\"", b"1")], 400, " anyOf"),
            (&[file, pin], 400, "/title required"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_discriminator_selects_what_a_form_with_files_must_be() {
    let file: Part = ("file\"", FILE);
    assert_answers(
        "/media",
        &[
            (&[("kind\"", b"Image"), file], 200, "[[0, 255]] {\"kind\": String(\"Image\")}"),
            (&[("kind\"", b"Image")], 400, "/file required"),
            (&[("kind\"", b"Link"), file], 400, "/url required"),
        ],
    )
    .await;
}

#[tokio::test]
async fn fields_without_a_name_or_a_type_can_be_files() {
    assert_answers(
        "/bundles",
        &[
            (&[("a\"", FILE), ("b\"", b"b")], 200, "[\"a\", \"b\"] [[0, 255], [98]]"),
            (&[("a\"", FILE), ("a\"", b"b")], 400, "/a duplicate"),
        ],
    )
    .await;
    assert_answers(
        "/untyped",
        &[
            (&[("file\"", FILE)], 200, "[[0, 255]]"),
            (&[("f\"", FILE)], 400, "/f type, /file required"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_form_that_is_one_binary_string_is_passed_on_as_it_is() {
    let length = form(&[("file\"", FILE)]).len();
    let (status, text) = post("/raw", &[("file\"", FILE)]).await;
    assert_eq!((status, text), (200, format!("{length} bytes")));
}
