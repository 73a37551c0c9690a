//! A client of the petstore, without a socket.

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

/// Sends a body to `/echo`.
pub async fn echo(request_body: &str) -> (StatusCode, Value) {
    let request =
        client().post("/echo").content_type("application/json").body(request_body.to_owned());
    let response = request.send().await;
    (response.0.status(), body(response).await)
}

/// The violations as `pointer rule`, sorted.
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
