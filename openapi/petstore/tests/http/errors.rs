//! The errors of `openapi-server` itself conform to a spec with a closed, typed `Error`.

use openapi_server::{ApiError, codes};
use petstore::api::{ErrorCode, ErrorDetail};
use poem::http::{Method, StatusCode};
use poem::test::TestResponse;
use serde_json::Value;

use crate::common::{body, client};

/// Deserializes an error into the spec's types, which would drop what the spec does not declare.
fn assert_declared(body: &Value) {
    let error: ErrorDetail = serde_json::from_value(body["error"].clone()).unwrap();
    assert_eq!(serde_json::to_value(&error).unwrap(), body["error"]);
    assert_eq!(body.as_object().unwrap().len(), 1);
}

/// Error responses with their expected statuses.
async fn error_responses() -> Vec<(u16, TestResponse)> {
    let post = |text: &str| client().post("/echo").body(text.to_owned());
    let json = "application/json";
    let mut long = r#"{"anything":""#.to_owned();
    long.push_str(&"a".repeat(openapi_server::limits::MAX_BODY_BYTES));
    vec![
        (404, client().get("/nowhere").send().await),
        (405, client().request(Method::PATCH, "/pets").send().await),
        (400, client().get("/pets?limit=0&x=1").send().await),
        (400, post(r#"{"x":1,"text":5}"#).content_type(json).send().await),
        (400, post("{").content_type(json).send().await),
        (413, post(&long).content_type(json).send().await),
        (415, post("{}").send().await),
        (401, client().post("/pets").send().await),
        (404, client().get("/pets/1").send().await),
    ]
}

#[tokio::test]
async fn errors_of_the_server_conform_to_a_closed_schema() {
    for (status, response) in error_responses().await {
        response.assert_status(StatusCode::from_u16(status).unwrap());
        assert_declared(&body(response).await);
    }
    for error in [ApiError::internal(), ApiError::unavailable("Later"), ApiError::conflict("No")] {
        assert_declared(&serde_json::to_value(error.body()).unwrap());
    }
}

#[test]
fn the_spec_lists_every_error_code_of_the_server() {
    let declared: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for code in codes::RUN_TIME {
        assert!(declared.contains(&code), "{code}");
    }
}
