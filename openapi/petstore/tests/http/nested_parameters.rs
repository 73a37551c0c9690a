//! Arrays and objects within others are JSON where OpenAPI does not define how they are written.

use petstore::parameters::Echo;
use petstore::parameters::api::{DESCRIPTION, ParametersServer};
use poem::test::TestClient;
use poem::{Endpoint, Response};
use serde_json::{Value, json};

use crate::common::{body, violations};

fn client() -> TestClient<impl Endpoint<Output = Response>> {
    TestClient::new(openapi_server::app(&DESCRIPTION, ParametersServer(Echo)))
}

async fn get(paints: &str, x_paints: &str) -> Value {
    let client = client();
    let request = client.get(format!("/nested/{paints}")).header("X-Paints", x_paints);
    body(request.send().await).await
}

async fn find(query: &str) -> Value {
    body(client().get(format!("/nested?{query}")).send().await).await
}

#[tokio::test]
async fn values_of_paths_and_headers_are_json() {
    let received = get("%5B%7B%22R%22:1%7D%5D", r#"{"a": {"R": 2}}"#).await;
    let expected = json!({ "paints": [{ "R": 1 }], "x_paints": { "a": { "R": 2 } } });
    assert_eq!(received, expected);
}

#[tokio::test]
async fn other_values_are_rejected() {
    let received = get("R,1", r#"{"a": {"R": 256}}"#).await;
    assert_eq!(violations(&received), ["/X-Paints/a/R maximum", "/paints type"]);
}

#[tokio::test]
async fn each_item_of_a_repeated_parameter_is_json() {
    assert_eq!(find("paint=%7B%22R%22:1%7D").await, json!([{ "R": 1 }]));
    let received = find("paint=%7B%22R%22:1%7D&paint=%7B%22R%22:2%7D").await;
    assert_eq!(received, json!([{ "R": 1 }, { "R": 2 }]));
    let received = find("paint=%7B%22R%22:256%7D&paint=R").await;
    assert_eq!(violations(&received), ["/paint/0/R maximum", "/paint/1 type"]);
}
