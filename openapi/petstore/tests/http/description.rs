//! What poem-openapi derives from the generated code.

use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use poem_openapi::OpenApiService;
use serde_json::Value;

/// The names of the schemas of a document.
fn schemas(spec: &str) -> Vec<String> {
    let spec: Value = serde_json::from_str(spec).unwrap();
    let mut names: Vec<_> = spec["components"]["schemas"].as_object().unwrap().keys().collect();
    names.sort();
    names.into_iter().cloned().collect()
}

#[test]
fn has_the_components_of_the_spec() {
    let derived = OpenApiService::new(PetStoreServer(Store), "Pet store", "1").spec();
    let mut written = schemas(DESCRIPTION.spec_json);
    // It is only merged into others, by `allOf`.
    written.retain(|name| name != "Animal");
    assert_eq!(schemas(&derived), written);
}
