//! Parameters reach the implementation as sent, or the request is rejected.

use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::common::{body, client, violations};

#[tokio::test]
async fn parses_parameters_by_type_and_applies_defaults() {
    for (query, arguments) in [
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
        assert_eq!(response.0.headers().contains_key("x-next"), arguments.contains("Tag"));
        assert_eq!(body(response).await[0]["name"], arguments, "{query}");
    }
    let response = client().get("/pets").header("X-Trace", "abc").send().await;
    assert_eq!(
        body(response).await[0]["name"],
        r#"20 None None false None newest-first Some("abc")"#
    );
}

#[tokio::test]
async fn reports_violations_of_parameters() {
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
        let response_body = body(client().get(format!("/pets?{query}")).send().await).await;
        assert!(
            violations(&response_body).contains(&expected.to_owned()),
            "{query}: {response_body}"
        );
    }
    let response_body = body(client().get("/pets").header("X-Trace", "a").send().await).await;
    assert_eq!(violations(&response_body), ["/X-Trace minLength"]);
}

#[tokio::test]
async fn bounds_are_exact_beyond_the_precision_of_a_double() {
    // The maximum is 2^53 + 1, which a double cannot represent.
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

async fn pets(query: &str) -> Value {
    body(client().get(format!("/pets?{query}")).send().await).await
}

#[tokio::test]
async fn rejects_numbers_with_surrounding_characters() {
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
        let response_body = body(client().get(path).send().await).await;
        assert_eq!(violations(&response_body), expected, "{path}");
        assert!(
            response_body["error"]["details"]["fields"].to_string().contains(r#""in":"query""#)
        );
    }
    let removed = client()
        .delete("/pets/1?x=1")
        .header("authorization", "Bearer secret")
        .header("X-Admin-Key", "key")
        .send()
        .await;
    removed.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn documentation_routes_ignore_query_parameters() {
    for path in ["/docs?x=1", "/openapi.json?x=1", "/openapi.yaml?x=1"] {
        client().get(path).send().await.assert_status_is_ok();
    }
}

#[tokio::test]
async fn percent_decodes_path_parameters_once() {
    let label = async |text: &str| {
        let response = client().get(format!("/labels/{text}")).send().await;
        (response.0.status().as_u16(), body(response).await)
    };
    for (sent, decoded) in [
        ("%2536", "%36"),
        ("%36", "6"),
        ("a%2Fb", "a/b"),
        ("a+b", "a+b"),
        ("%E2%82%AC", "€"),
        ("%25", "%"),
    ] {
        assert_eq!(label(sent).await, (200, json!(decoded)), "{sent}");
    }
    let (status, response_body) = label("%ff").await;
    assert_eq!((status, violations(&response_body)), (400, vec!["/text type".to_owned()]));
    let (_, response_body) = label("aaaaaaaaaaa").await;
    assert_eq!(violations(&response_body), ["/text maxLength"]);
}

#[tokio::test]
async fn joins_repeated_headers_into_a_list() {
    let request = client().get("/ping").header("X-Colours", "red, blue");
    let response = request.header("X-Colours", "green,,").send().await;
    response.assert_header("x-count", "3");
    let response = client().get("/ping").header("X-Colours", "red,Blue").send().await;
    assert_eq!(violations(&body(response).await), ["/X-Colours/1 pattern"]);
}
