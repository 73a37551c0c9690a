//! Secrets are not in `Debug` output, wherever they are in a type.

use petstore::api::{Everything, ListPetsParameters, Pet};
use serde_json::json;

#[test]
fn debug_redacts_passwords_and_write_only_values() {
    let body = json!({
        "text": "shown",
        "secret": "hunter1",
        "passwords": ["hunter2"],
        "hidden": { "key": "hunter3" },
        "pets": [{ "kind": "cat", "name": "shown", "lives": 1, "pin": "hunter4" }],
    });
    let body: Everything = serde_json::from_value(body).unwrap();
    let text = format!("{body:?}");
    assert!(!text.contains("hunter"), "{text}");
    assert_eq!(text.matches("shown").count(), 2, "{text}");
    let hidden = body.hidden.map(|hidden| format!("{hidden:?}"));
    assert!(hidden.is_some_and(|text| !text.contains("hunter")));
    let secret = body.secret.map(|secret| format!("{secret:?}"));
    assert!(secret.is_some_and(|text| !text.contains("hunter")));
    for pet in body.pets.unwrap() {
        let Pet::Cat(cat) = pet else { panic!("not a cat") };
        assert!(!format!("{cat:?}").contains("hunter"));
    }
}

#[test]
fn debug_shows_what_is_no_secret() {
    let parameters = ListPetsParameters {
        limit: 1,
        tag: None,
        ids: None,
        sold: true,
        max_weight: None,
        order: petstore::api::ListPetsOrder::OldestFirst,
        x_trace: Some("shown".into()),
    };
    assert!(format!("{parameters:?}").contains("shown"));
}
