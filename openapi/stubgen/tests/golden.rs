//! The code generated from the petstore spec, byte for byte. After a change of the generator,
//! `UPDATE_GOLDEN=1 cargo test -p openapi-stubgen` rewrites the golden files; review their diff.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use openapi_stubgen::{GeneratedCode, generate_from_str};

const SPEC: &str = include_str!("../petstore/petstore.yaml");

fn generate(spec: &str) -> GeneratedCode {
    generate_from_str("petstore.yaml", spec).unwrap_or_else(|diagnostic| panic!("{diagnostic}"))
}

#[test]
fn generated_code_equals_the_golden_files() {
    let generated = generate(SPEC);
    assert_golden("petstore.rs", &generated.rust);
    assert_golden("petstore.json", &generated.spec_json);
    assert_golden("petstore.schemas.json", &generated.schemas_json);
}

#[test]
fn generation_is_deterministic() {
    assert_eq!(generate(SPEC), generate(SPEC));
}

#[test]
fn a_spec_in_json_generates_the_same_files() {
    let from_yaml = generate(SPEC);
    let from_json = generate(&from_yaml.spec_json);
    assert_eq!(from_json.spec_json, from_yaml.spec_json);
    assert_eq!(from_json.schemas_json, from_yaml.schemas_json);
}

/// Found by the mutation tests: Rust does not allow a carriage return in a doc comment.
#[test]
fn descriptions_with_special_characters_generate_valid_rust() {
    for text in ["\r", "a\r\nb", "*/", "\"", "\\", "\u{2028}", "{}"] {
        let quoted = serde_json::to_string(text).unwrap();
        let generated = generate(&SPEC.replace("A cat or a dog", &quoted));
        assert!(syn::parse_file(&generated.rust).is_ok(), "{text:?}");
    }
}

/// The crate that includes the module would get a lint warning.
#[test]
fn an_operation_without_named_types_has_no_unused_argument() {
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
    let rust = generate(spec).rust;
    assert!(rust.contains("fn register(_registry: &mut Registry) {}"), "{rust}");
}

fn assert_golden(name: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, generated).unwrap();
    }
    let golden = fs::read_to_string(&file).unwrap_or_default();
    let difference =
        generated.lines().zip(golden.lines()).position(|(generated, golden)| generated != golden);
    assert!(
        generated == golden,
        "{name} differs from the golden file, first in line {:?}",
        difference.map(|index| index + 1)
    );
}
