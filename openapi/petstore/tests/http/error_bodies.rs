//! Errors have the body that the spec describes, whoever finds them.

use petstore::errors::Pets;
use petstore::errors::api::{DESCRIPTION, ErrorsServer, Unimplemented};
use poem::test::{TestClient, TestResponse};
use poem::{Endpoint, Response};
use serde_json::{Value, json};

use crate::common::body;

fn client() -> TestClient<impl Endpoint<Output = Response>> {
    TestClient::new(openapi_server::app(&DESCRIPTION, ErrorsServer(Pets)))
}

async fn get(path: &str) -> (u16, Value) {
    answer(client().get(path).send().await).await
}

async fn answer(response: TestResponse) -> (u16, Value) {
    let status = response.0.status().as_u16();
    let text = response.0.into_body().into_string().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_default())
}

async fn add(name: &Value) -> (u16, Value) {
    answer(client().post("/pets").body_json(&json!({ "name": name })).send().await).await
}

fn problem(title: &str, status: u16) -> Value {
    json!({ "title": title, "status": status })
}

#[tokio::test]
async fn a_class_describes_the_statuses_without_a_response() {
    assert_eq!(get("/pets/409").await, (409, problem("Sold", 409)));
    let (status, invalid) = get("/pets/x").await;
    assert_eq!((status, &invalid["status"]), (400, &json!(400)));
    assert!(invalid["title"].as_str().unwrap().contains("path /id"), "{invalid}");
}

#[tokio::test]
async fn a_code_precedes_its_class() {
    assert_eq!(get("/pets/404").await, (404, Value::Null));
}

#[tokio::test]
async fn the_default_describes_every_other_error() {
    let failure =
        json!({ "code": "INTERNAL_ERROR", "cause": problem("Internal server error", 500) });
    // A panic of the implementation.
    assert_eq!(get("/pets/500").await, (500, failure));
}

#[tokio::test]
async fn the_implementation_chooses_the_status_of_a_range() {
    let gone = client().get("/pets/410").send().await;
    gone.assert_header("x-hint", "gone");
    assert_eq!(gone.0.status().as_u16(), 410);
    let (status, upstream) = get("/pets/502").await;
    assert_eq!((status, &upstream["code"]), (502, &json!("UPSTREAM")));
    assert_eq!(add(&json!("Tom")).await, (201, Value::Null));
    assert_eq!(add(&json!("later")).await, (202, Value::Null));
}

#[tokio::test]
async fn a_status_with_another_response_is_an_internal_error() {
    for id in [1, 2] {
        let (status, body) = get(&format!("/pets/{id}")).await;
        assert_eq!((status, &body["code"]), (500, &json!("INTERNAL_ERROR")), "{id}");
    }
}

#[tokio::test]
async fn violations_and_errors_of_the_implementation_have_the_declared_body() {
    let (status, invalid) = add(&json!(1)).await;
    assert_eq!((status, &invalid["status"]), (400, &json!(400)));
    assert_eq!(add(&json!("taken")).await, (409, problem("The name is taken", 409)));
    // An undeclared status is a bug, which clients see as a 500.
    assert_eq!(add(&json!("teapot")).await, (500, problem("Internal server error", 500)));
}

#[tokio::test]
async fn errors_outside_of_operations_have_the_usual_body() {
    assert_eq!(get("/nowhere").await, (404, problem("The path does not exist", 404)));
    let response = client().delete("/pets").send().await;
    response.assert_header("allow", "POST");
    let (status, body) = answer(response).await;
    assert_eq!((status, &body["status"]), (405, &json!(405)));
    // The operation declares no errors.
    let (status, body) = get("/moved?x=1").await;
    assert_eq!((status, &body["status"]), (400, &json!(400)));
}

#[tokio::test]
async fn an_error_body_needs_no_type() {
    let (status, body) = get("/count?x=1").await;
    assert_eq!(status, 400);
    assert!(body["reason"].as_str().unwrap().contains("query /x"), "{body}");
}

#[tokio::test]
async fn an_operation_needs_no_2xx_response() {
    let moved = client().get("/moved").send().await;
    moved.assert_header("location", "/pets/1");
    assert_eq!(moved.0.status().as_u16(), 302);
}

#[tokio::test]
async fn the_implementation_to_start_from_has_bodies_of_the_types() {
    let client = TestClient::new(openapi_server::app(&DESCRIPTION, ErrorsServer(Unimplemented)));
    let response = client.get("/pets/1").send().await;
    assert_eq!(response.0.status().as_u16(), 501);
    let message = "The operation getPet is not implemented";
    let cause = json!({ "title": message, "status": 501, "detail": message });
    assert_eq!(body(response).await, json!({ "code": "NOT_IMPLEMENTED", "cause": cause }));
    let (status, body) = answer(client.get("/pets/x").send().await).await;
    assert_eq!((status, &body["status"]), (400, &json!(400)));
}
