//! readOnly and writeOnly, on every level and through references, `allOf`, items and maps.

use petstore::api::Everything;
use poem::http::StatusCode;
use serde_json::json;

use crate::common::{echo, violations};

#[tokio::test]
async fn responses_have_no_write_only_property() {
    let request = json!({ "access": {
        "key": "secret",
        "alias": "secret",
        "pin": "secret",
        "mode": "secret",
        "keys": ["secret"],
        "named": { "a": "secret" },
        "inner": { "key": "secret", "name": "Ada" },
        "accounts": [{ "key": "secret" }],
    }});
    let (status, response) = echo(&request.to_string()).await;
    let expected = json!({ "inner": { "name": "Ada" }, "accounts": [{}] });
    assert_eq!((status, &response["access"]), (StatusCode::OK, &expected));
}

#[tokio::test]
async fn requests_cannot_have_a_read_only_property() {
    for (access, pointer) in [
        (json!({ "id": 1 }), "/access/id"),
        (json!({ "ids": [1] }), "/access/ids"),
        (json!({ "ids": [] }), "/access/ids"),
        (json!({ "inner": { "id": 1, "key": "secret", "name": "Ada" } }), "/access/inner/id"),
        (json!({ "accounts": [{}, { "id": 1 }] }), "/access/accounts/1/id"),
    ] {
        let (status, response) = echo(&json!({ "access": access }).to_string()).await;
        let found = (status, violations(&response));
        assert_eq!(
            found,
            (StatusCode::BAD_REQUEST, vec![format!("{pointer} readOnly")]),
            "{access}"
        );
    }
}

/// A readOnly property is required only in responses.
#[tokio::test]
async fn requests_need_the_required_properties_that_they_can_have() {
    let (status, response) = echo(r#"{"access":{"inner":{}}}"#).await;
    let expected = ["/access/inner/key required", "/access/inner/name required"];
    assert_eq!(
        (status, violations(&response)),
        (StatusCode::BAD_REQUEST, expected.map(String::from).into())
    );
}

#[test]
fn an_absent_write_only_property_has_its_default() {
    let everything: Everything = serde_json::from_value(json!({ "access": {} })).unwrap();
    assert_eq!(everything.access.unwrap().mode.as_deref(), Some("fast"));
}
