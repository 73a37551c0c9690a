//! The server around the operations: authentication, bodies, undeclared responses, panics, overload
//! and routing.

use std::io;

use futures_util::{FutureExt, stream};
use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use poem::http::{Method, StatusCode, Uri};
use poem::test::{TestClient, TestResponse};
use poem::{Body, Endpoint, EndpointExt, Request};
use serde_json::json;

use crate::common::{body, client, violations};

#[tokio::test]
async fn authentication_precedes_validation() {
    for (header, value) in [
        ("x", "y"),
        ("authorization", "secret"),
        ("authorization", "Bearer wrong"),
        ("authorization", "Basic secret"),
    ] {
        // The invalid body is not reported to a client without a token.
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
}

#[tokio::test]
async fn all_schemes_of_an_operation_must_be_satisfied() {
    for (token, key, status) in
        [("secret", "key", 204), ("secret", "none", 401), ("none", "key", 401), ("secret", "", 401)]
    {
        let request = client().delete("/pets/1").header("authorization", format!("Bearer {token}"));
        let response = request.header("X-Admin-Key", key).send().await;
        assert_eq!(response.0.status().as_u16(), status, "{token} {key}");
    }
}

#[tokio::test]
async fn an_optional_body_may_be_absent() {
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
async fn accepts_only_unencoded_json_in_utf_8() {
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
        "application/json; profile=pets; charset",
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
        let response_body = body(response).await;
        assert_eq!(response_body["error"]["code"], "UNSUPPORTED_MEDIA_TYPE");
        assert!(response_body["error"]["message"].as_str().unwrap().contains("Content-Encoding"));
    }
}

/// Creates a cat, whose name makes the implementation respond in different ways.
async fn create_cat(name: &str) -> TestResponse {
    let cat = json!({ "kind": "cat", "name": name, "lives": 1 });
    client().post("/pets").header("authorization", "Bearer secret").body_json(&cat).send().await
}

#[tokio::test]
async fn an_undeclared_status_becomes_a_500() {
    create_cat("taken").await.assert_status(StatusCode::CONFLICT);
    let undeclared = create_cat("teapot").await;
    undeclared.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        body(undeclared).await,
        json!({ "error": { "code": "INTERNAL_ERROR", "message": "Internal server error" } })
    );
}

#[tokio::test]
async fn a_panic_becomes_a_500_and_the_next_request_succeeds() {
    let response = create_cat("panic").await;
    response.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        body(response).await,
        json!({ "error": { "code": "INTERNAL_ERROR", "message": "Internal server error" } })
    );
    client().get("/pets").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn requests_beyond_the_concurrency_limit_get_an_immediate_503() {
    let app = openapi_server::app(&DESCRIPTION, PetStoreServer(Store)).boxed();
    let post_pet = |body: Body| {
        let request = Request::builder().method(Method::POST).uri(Uri::from_static("/pets"));
        let request = request.header("authorization", "Bearer secret");
        let mut response = Box::pin(app.call(request.content_type("application/json").body(body)));
        assert!(response.as_mut().now_or_never().is_none());
        response
    };
    // A request holds a permit while its handler runs, but not while its body arrives.
    let receiving =
        |_| post_pet(Body::from_bytes_stream(stream::pending::<Result<Vec<u8>, io::Error>>()));
    let _receiving: Vec<_> =
        (0..2 * openapi_server::limits::MAX_IN_FLIGHT).map(receiving).collect();
    let running =
        |_| post_pet(json!({ "kind": "cat", "name": "stall", "lives": 1 }).to_string().into());
    let mut running: Vec<_> = (0..openapi_server::limits::MAX_IN_FLIGHT).map(running).collect();
    let client = TestClient::new(&app);
    let rejected = client.get("/pets").send().await;
    rejected.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    rejected.assert_header("retry-after", "1");
    assert_eq!(body(rejected).await["error"]["code"], "SERVICE_UNAVAILABLE");
    client.get("/openapi.json").send().await.assert_status_is_ok();
    let metrics = client.get("/metrics").send().await.0.into_body().into_string().await.unwrap();
    let shed = metrics.lines().filter(|line| line.starts_with("http_server_shed_requests_total"));
    let shed: Vec<&str> = shed.filter(|line| line.contains("\"concurrency\"")).collect();
    assert!(matches!(shed.as_slice(), [line] if line.ends_with(" 1")), "{metrics}");
    running.pop();
    client.get("/pets").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn unknown_paths_and_methods_get_the_error_envelope() {
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

#[tokio::test]
async fn head_is_get_without_the_body() {
    let response = client().head("/pets").send().await.0;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.content_type(), Some("application/json"));
    assert_eq!(response.into_body().into_string().await.unwrap(), "");
    client().head("/echo").send().await.assert_status(StatusCode::METHOD_NOT_ALLOWED);
}
