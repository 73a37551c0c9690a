//! The petstore as the tests ask it: over HTTP, without a socket.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::sync::LazyLock;

use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::test::{TestClient, TestResponse};
use serde_json::Value;

pub fn client() -> &'static TestClient<BoxEndpoint<'static>> {
    static CLIENT: LazyLock<TestClient<BoxEndpoint<'static>>> = LazyLock::new(|| {
        TestClient::new(openapi_server::app(&DESCRIPTION, PetStoreServer(Store)).boxed())
    });
    &CLIENT
}

pub async fn body(response: TestResponse) -> Value {
    response.json().await.value().deserialize()
}

/// What `/echo` says to a body: the status and the body.
pub async fn echo(body_text: &str) -> (StatusCode, Value) {
    let request =
        client().post("/echo").content_type("application/json").body(body_text.to_owned());
    let response = request.send().await;
    (response.0.status(), body(response).await)
}

/// `pointer rule` of each violation, sorted.
pub fn violations(body: &Value) -> Vec<String> {
    assert_eq!(body["error"]["code"], "VALIDATION_ERROR", "{body}");
    let text = |field: &Value, name: &str| field[name].as_str().unwrap_or_default().to_owned();
    let fields = body["error"]["details"]["fields"].as_array().unwrap();
    let mut found: Vec<String> = fields
        .iter()
        .map(|field| format!("{} {}", text(field, "pointer"), text(field, "rule")))
        .collect();
    found.sort();
    found
}
