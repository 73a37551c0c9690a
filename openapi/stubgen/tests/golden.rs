//! What the generator writes for the fixture spec, to the byte. After a change
//! of the generator, `UPDATE_GOLDEN=1 cargo test -p openapi-stubgen` writes the
//! files anew: read their diff as you would read the change itself.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;

const SPEC: &str = include_str!("../petstore/petstore.yaml");

#[test]
fn the_stub_is_as_it_was() {
    let stub =
        openapi_stubgen::stub("petstore.yaml", SPEC).unwrap_or_else(|refusal| panic!("{refusal}"));
    compare("petstore.rs", &stub.rust);
    compare("petstore.json", &stub.spec_json);
    compare("petstore.schemas.json", &stub.schemas_json);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(
        openapi_stubgen::stub("petstore.yaml", SPEC),
        openapi_stubgen::stub("petstore.yaml", SPEC)
    );
}

#[test]
fn a_spec_in_json_gives_the_same_stub() {
    let from_yaml = openapi_stubgen::stub("petstore.yaml", SPEC).unwrap();
    let from_json = openapi_stubgen::stub("petstore.yaml", &from_yaml.spec_json).unwrap();
    assert_eq!(from_json.spec_json, from_yaml.spec_json);
    assert_eq!(from_json.schemas_json, from_yaml.schemas_json);
}

/// Found by mutation: Rust has no carriage return in a comment.
#[test]
fn whatever_stands_in_a_text_is_documented() {
    for text in ["\r", "a\r\nb", "*/", "\"", "\\", "\u{2028}", "{}"] {
        let quoted = serde_json::to_string(text).unwrap();
        let spec = SPEC.replace("A cat or a dog", &quoted);
        let stub = openapi_stubgen::stub("petstore.yaml", &spec)
            .unwrap_or_else(|refusal| panic!("{refusal}"));
        assert!(syn::parse_file(&stub.rust).is_ok(), "{text:?}");
    }
}

/// The lints of the crate that includes the module see this.
#[test]
fn an_operation_without_described_types_leaves_no_argument_unused() {
    let spec = r#"
openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /a:
    get:
      operationId: a
      responses:
        "204": { description: Fine }
"#;
    let stub = openapi_stubgen::stub("spec.yaml", spec).unwrap();
    assert!(stub.rust.contains("fn register(_registry: &mut Registry) {}"), "{}", stub.rust);
}

fn compare(name: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, made).unwrap();
    }
    let golden = fs::read_to_string(&file).unwrap_or_default();
    let line = made.lines().zip(golden.lines()).position(|(made, golden)| made != golden);
    assert!(
        made == golden,
        "{name} differs from the golden file, first in line {:?}",
        line.map(|line| line + 1)
    );
}
