//! Every style writes values as the table "Style Values" of OpenAPI 3.0.3 and RFC 6570 define.

use std::sync::LazyLock;

use petstore::parameters::Echo;
use petstore::parameters::api::{DESCRIPTION, ParametersServer};
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::test::{TestClient, TestResponse};
use serde_json::{Value, json};

use crate::common::{body, violations};

fn client() -> &'static TestClient<BoxEndpoint<'static>> {
    static CLIENT: LazyLock<TestClient<BoxEndpoint<'static>>> = LazyLock::new(|| {
        TestClient::new(openapi_server::app(&DESCRIPTION, ParametersServer(Echo)).boxed())
    });
    &CLIENT
}

async fn get(path: &str, headers: &[(&str, &str)]) -> TestResponse {
    let request = client().get(path);
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value))
        .send()
        .await
}

/// Expects that the values are received, those that are not named as null.
async fn assert_received(path: &str, headers: &[(&str, &str)], expected: &Value) {
    let response = get(path, headers).await;
    let status = response.0.status();
    let mut received = body(response).await;
    assert_eq!(status, 200, "{path} {headers:?}: {received}");
    if let Value::Object(values) = &mut received {
        values.retain(|_, value| !value.is_null());
    }
    assert_eq!(received, *expected, "{path} {headers:?}");
}

async fn assert_violation(path: &str, headers: &[(&str, &str)], expected: &str) {
    let received = body(get(path, headers).await).await;
    assert!(violations(&received).contains(&expected.to_owned()), "{path} {headers:?}: {received}");
}

fn color() -> Value {
    json!({ "R": 100, "G": 200, "B": 150 })
}

const COLORS: [&str; 3] = ["blue", "black", "brown"];

#[tokio::test]
async fn path_styles_express_every_type() {
    let all = json!({ "text": "blue", "list": COLORS, "items": COLORS, "color": color(), "paint": color() });
    let matrix = "/matrix/;text=blue/;list=blue,black,brown/;items=blue;items=black;items=brown/;color=R,100,G,200,B,150/;R=100;G=200;B=150";
    assert_received(matrix, &[], &all).await;
    let label =
        "/label/.blue/.blue,black,brown/.blue.black.brown/.R,100,G,200,B,150/.R=100.G=200.B=150";
    assert_received(label, &[], &all).await;
    let simple = json!({ "text": "blue", "list": COLORS, "color": color(), "paint": color() });
    let path = "/simple/blue/blue,black,brown/R,100,G,200,B,150/R=100,G=200,B=150";
    assert_received(path, &[], &simple).await;
}

#[tokio::test]
async fn path_styles_encode_empty_values_and_separators() {
    let received = json!({ "text": "", "list": [""], "items": ["", "a;b"], "color": { "R": 1 }, "paint": { "R": 1 } });
    for text in ["/matrix/;text", "/matrix/;text="] {
        let path = format!("{text}/;list/;items;items=a%3Bb/;color=R,1/;R=1");
        assert_received(&path, &[], &received).await;
    }
    let received =
        json!({ "text": "a,b", "list": ["a,b", "c/d"], "color": { "R": 1 }, "paint": { "R": 1 } });
    assert_received("/simple/a,b/a%2Cb,c%2Fd/R,1/R=1", &[], &received).await;
    let received = json!({ "text": ".5", "list": ["a", "b"], "items": ["", ""], "color": { "R": 1 }, "paint": { "R": 1 } });
    assert_received("/label/..5/.a,b/../.R,1/.R=1", &[], &received).await;
}

#[tokio::test]
async fn malformed_path_styles_are_reported() {
    let matrix = [";text=a", ";list=a", ";items=a", ";color=R,1", ";R=1"];
    for (index, text, expected) in [
        (0, "a", "/text style"),
        (0, ";texts=a", "/text style"),
        (1, ";lists=a", "/list style"),
        (1, ";list=a,b,c,d", "/list maxItems"),
        (2, ";items=a;other=b", "/items style"),
        (3, ";color=R", "/color style"),
        (3, ";color=R,x", "/color/R type"),
        (3, ";color=R,1,R,2", "/color/R duplicate"),
        (3, ";color=R,1,X,2", "/color/X additionalProperties"),
        (3, ";color=G,1", "/color/R required"),
        (4, "R=1", "/paint style"),
        (4, ";R", "/paint style"),
        (4, ";R=256", "/paint/R maximum"),
    ] {
        let mut segments = matrix;
        segments[index] = text;
        assert_violation(&format!("/matrix/{}", segments.join("/")), &[], expected).await;
    }
    for (path, expected) in [
        ("/label/a/.a/.a/.R,1/.R=1", "/text style"),
        ("/label/.a/a/.a/.R,1/.R=1", "/list style"),
        ("/label/.a/.a/.a.b.c.d/.R,1/.R=1", "/items maxItems"),
        ("/label/.a/.a/.a/.R=1/.R=1", "/color style"),
        ("/label/.a/.a/.a/.R,1/.R,1", "/paint style"),
    ] {
        assert_violation(path, &[], expected).await;
    }
}

#[tokio::test]
async fn the_form_style_expresses_every_type() {
    for (query, expected) in [
        ("text=blue", json!({ "text": "blue" })),
        ("text=", json!({ "text": "" })),
        ("list=blue,black,brown", json!({ "list": COLORS })),
        ("list=blue%2Cblack%2Cbrown", json!({ "list": COLORS })),
        ("list=a%2Cb,c", json!({ "list": ["a,b", "c"] })),
        ("items=blue&items=black&items=brown", json!({ "items": COLORS })),
        ("color=R,100,G,200,B,150", json!({ "color": color() })),
        ("R=100&G=200&B=150", json!({ "paint": color() })),
        ("R=1&color=R,2&list=", json!({ "paint": { "R": 1 }, "color": { "R": 2 }, "list": [""] })),
    ] {
        assert_received(&format!("/form?{query}"), &[], &expected).await;
    }
    for (query, expected) in [
        ("paint=1", "/paint unknown"),
        ("R=1&other=2", "/other unknown"),
        ("R=1&R=2", "/paint/R duplicate"),
        ("G=1", "/paint/R required"),
        ("R=a", "/paint/R type"),
        ("R=%ff", "/paint type"),
        ("list=a&list=b", "/list duplicate"),
        ("color=R,100,G", "/color style"),
        ("color[R]=1", "/color[R] unknown"),
    ] {
        assert_violation(&format!("/form?{query}"), &[], expected).await;
    }
}

#[tokio::test]
async fn spaces_and_pipes_separate_items_and_properties() {
    for (query, expected) in [
        ("spaces=blue%20black%20brown", json!({ "spaces": COLORS })),
        ("spaces=blue+black+brown", json!({ "spaces": COLORS })),
        ("pipes=blue|black|brown", json!({ "pipes": COLORS })),
        ("pipes=blue%7Cblack%7Cbrown", json!({ "pipes": COLORS })),
        ("color=R%20100%20G%20200%20B%20150", json!({ "color": color() })),
        ("paint=R%7C100%7CG%7C200%7CB%7C150", json!({ "paint": color() })),
        ("items=a%7Cb&items=c", json!({ "items": ["a|b", "c"] })),
    ] {
        assert_received(&format!("/delimited?{query}"), &[], &expected).await;
    }
    assert_violation("/delimited?pipes=a|b|c|d", &[], "/pipes maxItems").await;
    assert_violation("/delimited?color=R%20100%20G", &[], "/color style").await;
    assert_violation("/delimited?R=100", &[], "/R unknown").await;
}

#[tokio::test]
async fn brackets_express_nested_values() {
    for (query, expected) in [
        ("color[R]=100&color[G]=200&color[B]=150", json!({ "color": color() })),
        ("color%5BR%5D=100", json!({ "color": { "R": 100 } })),
        ("filter[tags][]=a&filter[tags][]=b", json!({ "filter": { "tags": ["a", "b"] } })),
        ("filter[price][max]=5", json!({ "filter": { "price": { "max": 5 } } })),
        (
            "filter[price][0]=5&filter[price][1]=6",
            json!({ "filter": { "price": { "0": 5, "1": 6 } } }),
        ),
        ("filter[0]=a", json!({ "filter": {} })),
        ("created=5", json!({ "created": 5 })),
        ("created[gt]=5", json!({ "created": { "gt": 5 } })),
    ] {
        assert_received(&format!("/deep?{query}"), &[], &expected).await;
    }
    for (query, expected) in [
        ("color=1", "/color type"),
        ("color[R]=1&color[R]=2", "/color duplicate"),
        ("color[R]=1&color[X]=2", "/color/X additionalProperties"),
        ("color[G]=1", "/color/R required"),
        ("color[R=1", "/color type"),
        ("colors[R]=1", "/colors[R] unknown"),
        ("filter[tags][3]=a", "/filter/tags type"),
        ("filter[price][]=5", "/filter/price type"),
        ("filter[price][max]=x", "/filter/price/max type"),
    ] {
        assert_violation(&format!("/deep?{query}"), &[], expected).await;
    }
    assert_eq!(get("/deep?created=x", &[]).await.0.status(), 400);
}

#[tokio::test]
async fn a_map_takes_the_parameters_that_the_operation_does_not_declare() {
    let expected = json!({ "limit": 5, "counts": { "a": 1, "b": 2 } });
    assert_received("/open?a=1&limit=5&b=2", &[], &expected).await;
    assert_received("/open", &[], &json!({})).await;
    assert_violation("/open?a=x", &[], "/counts/a type").await;
}

#[tokio::test]
async fn parameters_with_content_are_json() {
    let path = "/json?color=%7B%22R%22:1%7D";
    assert_received(path, &[], &json!({ "color": { "R": 1 } })).await;
    let expected = json!({ "color": { "R": 1 }, "x_color": { "R": 2 }, "note": "5" });
    let headers = [("X-Color", r#"{"R": 2}"#)];
    assert_received(&format!("{path}&note=5"), &headers, &expected).await;
    for (query, expected) in [
        ("color=%7B", "/color type"),
        ("color=%7B%22R%22:%22a%22%7D", "/color/R type"),
        ("color=%7B%22R%22:1,%22R%22:2%7D", "/color type"),
        ("", "/color required"),
        ("color=%7B%22R%22:1%7D&note=abcdef", "/note maxLength"),
    ] {
        assert_violation(&format!("/json?{query}"), &[], expected).await;
    }
    assert_violation(path, &[("X-Color", "{")], "/X-Color type").await;
}

#[tokio::test]
async fn cookies_are_parameters() {
    for (cookie, expected) in [
        ("session=ab", json!({ "session": "ab" })),
        ("other=1; session=a%20b", json!({ "session": "a b" })),
        ("session=ab; list=1,2", json!({ "session": "ab", "list": [1, 2] })),
        ("session=ab; items=x; items=y", json!({ "session": "ab", "items": ["x", "y"] })),
        ("session=ab; color=R,1", json!({ "session": "ab", "color": { "R": 1 } })),
        ("session=ab; R=1; G=2", json!({ "session": "ab", "paint": { "R": 1, "G": 2 } })),
    ] {
        assert_received("/cookies", &[("Cookie", cookie)], &expected).await;
    }
    for (cookie, expected) in [
        ("other=1", "/session required"),
        ("session=a", "/session minLength"),
        ("session=ab; session=cd", "/session duplicate"),
        ("session=%ff", "/session type"),
        ("session=ab; list=a", "/list/0 type"),
        ("session=ab; R=256", "/paint/R maximum"),
    ] {
        assert_violation("/cookies", &[("Cookie", cookie)], expected).await;
    }
    let received = body(get("/cookies", &[]).await).await;
    assert_eq!(received["error"]["details"]["fields"][0]["in"], "cookie");
}

#[tokio::test]
async fn headers_express_arrays_and_objects_in_both_directions() {
    let headers = [
        ("X-List", "a, b"),
        ("X-List", "c"),
        ("X-Color", "R,100, G,200,B,150"),
        ("X-Paint", "R=100,G=200,B=150"),
    ];
    let expected = json!({ "list": ["a", "b", "c"], "color": color(), "paint": color() });
    assert_received("/headers", &headers, &expected).await;
    let response = get("/headers", &headers).await;
    response.assert_header("x-list", "a,b,c");
    // Properties are sent in alphabetical order.
    response.assert_header("x-color", "B,150,G,200,R,100");
    response.assert_header("x-paint", "B=150,G=200,R=100");
    response.assert_header("x-json", r#"["a","b","c"]"#);
    let sparse = get("/headers", &[("X-List", "a")]).await;
    assert!(!sparse.0.headers().contains_key("x-color"));
    assert_violation("/headers", &[("X-Color", "R")], "/X-Color style").await;
    assert_violation("/headers", &[("X-Paint", "R,1")], "/X-Paint style").await;
}

#[tokio::test]
async fn schemas_of_several_types_decide_what_a_text_is() {
    for (query, expected) in [
        ("version=5", json!({ "version": 5 })),
        ("version=latest", json!({ "version": "latest" })),
        ("words=abc", json!({ "words": "abc" })),
        ("words=abcd", json!({ "words": ["abcd"] })),
        ("words=abc&words=abcd", json!({ "words": ["abc", "abcd"] })),
        ("limited=5", json!({ "limited": 5 })),
        ("level=1", json!({ "level": 1 })),
        ("level=true", json!({ "level": true })),
        ("level=high", json!({ "level": "high" })),
        ("verbose=true", json!({ "verbose": true })),
        ("verbose=", json!({})),
        ("verbose", json!({})),
        ("any=5", json!({ "any": "5" })),
        ("any=5&any=6", json!({ "any": ["5", "6"] })),
    ] {
        assert_received(&format!("/types?{query}"), &[], &expected).await;
    }
    for (query, expected) in [
        ("version=first", "/version oneOf"),
        ("version=0", "/version oneOf"),
        ("limited=6", "/limited maximum"),
        ("limited=x", "/limited type"),
        ("level=2", "/level enum"),
        ("verbose=yes", "/verbose type"),
    ] {
        assert_violation(&format!("/types?{query}"), &[], expected).await;
    }
}
