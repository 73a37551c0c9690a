//! What a reference leads to is enforced, wherever it is.

use petstore::references::Pets;
use petstore::references::api::{DESCRIPTION, ReferencesServer};
use poem::test::{TestClient, TestResponse};
use poem::{Endpoint, Response};
use serde_json::{Value, json};

use crate::common::body;

fn client() -> TestClient<impl Endpoint<Output = Response>> {
    TestClient::new(openapi_server::app(&DESCRIPTION, ReferencesServer(Pets)))
}

async fn post(path: &str, content: Value) -> (u16, Value) {
    answer(client().post(path).body_json(&content).send().await).await
}

async fn get(path: &str) -> (u16, Value) {
    answer(client().get(path).send().await).await
}

async fn answer(response: TestResponse) -> (u16, Value) {
    (response.0.status().as_u16(), body(response).await)
}

#[tokio::test]
async fn schemas_of_other_files_are_enforced() {
    let pet = json!({
        "name": "Tom",
        "parent": { "name": "Tim" },
        "toy": { "tag": { "text": "abc" }, "owner": { "name": "Tom" } },
    });
    assert_eq!(post("/pets", pet.clone()).await, (201, pet));
    for (pointer, pet) in [
        ("/name", json!({ "name": "" })),
        ("/parent/name", json!({ "name": "Tom", "parent": { "name": "" } })),
        ("/toy/tag/text", json!({ "name": "Tom", "toy": { "tag": { "text": "abcd" } } })),
    ] {
        let (status, problem) = post("/pets", pet).await;
        // The body of errors is that of a response in another file.
        let title = problem["title"].as_str().unwrap_or_default();
        assert!(status == 400 && title.contains(pointer), "{pointer}: {status} {problem}");
    }
}

#[tokio::test]
async fn a_place_within_a_component_is_a_type() {
    let tag = json!({ "text": "abc" });
    assert_eq!(post("/tags", tag.clone()).await, (201, json!({ "tag": tag })));
    assert_eq!(post("/tags", json!({ "text": "abcd" })).await.0, 400);
}

#[tokio::test]
async fn a_path_can_be_a_reference() {
    assert_eq!(get("/pets/1").await, (200, json!({ "name": "pet 1" })));
    assert_eq!(get("/animals/1").await, (200, json!({ "name": "animal 1" })));
    assert_eq!(get("/animals/x").await.0, 400);
}

#[tokio::test]
async fn components_can_be_references_to_other_files() {
    assert_eq!(get("/labels?limit=2").await, (200, json!(["0", "1"])));
    assert_eq!(get("/labels?max=3").await, (200, json!(["0", "1", "2"])));
    assert_eq!(get("/labels?limit=4").await.0, 400);
    assert_eq!(get("/labels?max=4").await.0, 400);
}

/// Clients cannot read the other files.
#[tokio::test]
async fn the_served_spec_is_a_single_document() {
    let spec: Value = serde_json::from_str(DESCRIPTION.spec_json).unwrap();
    assert_eq!(DESCRIPTION.spec_yaml, DESCRIPTION.spec_json);
    assert_eq!(spec["components"]["schemas"]["pet"]["required"], json!(["name"]));
    let mut references = Vec::new();
    collect_references(&spec, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or("/missing");
        assert!(spec.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| collect_references(value, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        _ => {}
    }
}
