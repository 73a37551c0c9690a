//! What the run time itself answers is what a spec with a closed, typed
//! `Error` says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod common;

use common::{body, client};
use openapi_server::{ApiError, codes};
use petstore::api::{ErrorCode, ErrorDetail};
use poem::http::{Method, StatusCode};
use poem::test::TestResponse;
use serde_json::Value;

/// Reads an error into the types that a client has; they know every code, and
/// whatever they do not know is lost.
fn assert_typed(answer: &Value) {
    let error: ErrorDetail = serde_json::from_value(answer["error"].clone()).unwrap();
    assert_eq!(serde_json::to_value(&error).unwrap(), answer["error"]);
    assert_eq!(answer.as_object().unwrap().len(), 1);
}

async fn answers() -> Vec<(u16, TestResponse)> {
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
async fn answers_of_the_run_time_conform_to_a_closed_schema() {
    for (status, response) in answers().await {
        response.assert_status(StatusCode::from_u16(status).unwrap());
        assert_typed(&body(response).await);
    }
    for failure in [ApiError::internal(), ApiError::unavailable("Later"), ApiError::conflict("No")]
    {
        assert_typed(&serde_json::to_value(failure.body()).unwrap());
    }
}

#[test]
fn a_spec_lists_every_code_of_the_run_time() {
    let known: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for code in codes::RUN_TIME {
        assert!(known.contains(&code), "{code}");
    }
}
