//! Headers that `openapi-server` adds to responses.

use openapi_server::ApiError;
use poem::IntoResponse;
use poem::http::StatusCode;

use crate::common::client;

#[tokio::test]
async fn responses_carry_the_request_id_once() {
    for path in ["/pets", "/pets/1", "/pets?limit=0"] {
        let response = client().get(path).header("X-Request-Id", "my-own.id_7").send().await;
        response.assert_header("x-request-id", "my-own.id_7");
        let sent = response.0.headers().get_all("x-request-id").iter().count();
        assert_eq!(sent, 1, "{path}");
    }
    let response = client().get("/pets").send().await;
    assert_eq!(response.0.headers()["x-request-id"].len(), 32);
}

#[tokio::test]
async fn every_401_carries_a_challenge() {
    let response = client().post("/pets").send().await;
    response.assert_status(StatusCode::UNAUTHORIZED);
    response.assert_header("www-authenticate", "Bearer");
    let request = client().post("/pets").header("authorization", "Bearer wrong");
    let challenge = r#"Bearer error="invalid_token""#;
    request.send().await.assert_header("www-authenticate", challenge);
    // The implementation's own challenge is kept.
    let request = client().delete("/pets/1").header("authorization", "Bearer secret");
    let response = request.header("X-Admin-Key", "wrong").send().await;
    response.assert_header("www-authenticate", "ApiKey");
    let response = ApiError::new(StatusCode::UNAUTHORIZED, "OTHER", "Another").into_response();
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn documentation_carries_security_headers() {
    for path in ["/docs", "/openapi.json", "/openapi.yaml"] {
        let response = client().get(path).send().await;
        response.assert_header("x-content-type-options", "nosniff");
    }
    let response = client().get("/docs").send().await;
    response.assert_header("referrer-policy", "no-referrer");
    let policy = response.0.headers()["content-security-policy"].to_str().unwrap();
    for directive in ["default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'"] {
        assert!(policy.contains(directive), "{policy}");
    }
    assert_eq!(policy.matches("'sha256-").count(), 3, "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}
