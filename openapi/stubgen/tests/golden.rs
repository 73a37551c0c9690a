//! The code generated from the petstore spec, byte for byte. After a change of the generator,
//! `UPDATE_GOLDEN=1 cargo test -p openapi-stubgen` rewrites the golden files; review their diff.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use openapi_stubgen::{GeneratedCode, generate_from_str};

const SPEC: &str = include_str!("../../petstore/petstore.yaml");

fn generate(spec: &str) -> GeneratedCode {
    generate_from_str("petstore.yaml", spec).unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn generated_code_equals_the_golden_files() {
    let generated = generate(SPEC);
    assert_golden("petstore.rs", &generated.rust);
    assert_golden("petstore.server.rs", &generated.server_rust);
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
        for file in [generated.rust, generated.server_rust] {
            assert!(syn::parse_file(&file).is_ok(), "{text:?}");
        }
    }
}

/// The compiler warns of a pattern that matches nothing new.
#[test]
fn the_statuses_that_a_response_excludes_do_not_overlap() {
    let spec = r#"
openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /a:
    get:
      operationId: a
      responses:
        4XX: { description: Refused, content: { application/json: {} } }
        "404": { description: Unknown }
        "204": { description: Fine }
        default: { description: Other, content: { application/json: {} } }
"#;
    let code = generate(spec).server_rust.replace(char::is_whitespace, "");
    for patterns in ["0..=199|204|205|304|400..=499|600..=999", "204|205|304|404"] {
        assert!(code.contains(&format!("status.as_u16(),{patterns})")), "{patterns}: {code}");
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
    let rust = generate(spec).server_rust;
    assert!(rust.contains("fn register(_registry: &mut Registry) {}"), "{rust}");
}

/// People open the first file to find what they have to implement.
#[test]
fn the_trait_comes_first() {
    let rust = generate(SPEC).rust;
    let lines: Vec<&str> = rust.lines().collect();
    let begin = lines.iter().position(|line| line.starts_with("pub trait PetStore:")).unwrap();
    let length = lines[begin..].iter().position(|line| *line == "}").unwrap();
    assert!(begin + length < 150, "the trait ends in line {}", begin + length + 1);
    assert!(lines.len() < 1200, "{} lines", lines.len());
    assert!(lines[0].contains("@generated"), "{}", lines[0]);
    for hidden in ["MetaSchema", "Registry", "OperationSpec"] {
        assert!(!rust.contains(hidden), "{hidden} belongs to the second file");
    }
}

#[test]
fn everything_keeps_the_order_of_the_file() {
    let spec = r##"
openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /z:
    post: { operationId: z2, responses: { "204": { description: Fine }, "201": { description: Fine } } }
    get: { operationId: z1, responses: { "204": { description: Fine } } }
    delete: { operationId: z0, responses: { "204": { description: Fine } } }
  /a:
    get: { operationId: a1, responses: { "204": { description: Fine } } }
components:
  schemas:
    Y: { type: object, properties: { y2: { type: string }, y1: { type: string } } }
    B: { type: string, enum: [b2, b1] }
"##;
    let generated = generate(spec);
    let assert_ordered = |text: &str, parts: &[&str]| {
        let places: Vec<_> = parts.iter().map(|part| text.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{parts:?}: {text}");
    };
    let functions = ["fn z2(", "fn z1(", "fn z0(", "fn a1("];
    let types = ["enum Z2Response", " NoContent,", " Created,", "struct Y", "y2:", "y1:", "enum B"];
    assert_ordered(&generated.rust, &functions);
    assert_ordered(&generated.rust, &types);
    assert_ordered(&generated.rust, &["    B2,", "    B1,"]);
    let json = ["openapi", "/z\"", "post", "get", "delete", "/a\"", "\"Y\"", "y2", "y1", "\"B\""];
    assert_ordered(&generated.spec_json, &json);
}

#[test]
fn parameters_and_headers_are_redacted_too() {
    let spec = r##"
openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /a:
    get:
      operationId: a
      parameters:
        - { name: p, in: query, schema: { type: string, format: password } }
        - { name: q, in: query, schema: { type: string } }
        - { name: r, in: query, schema: { type: string } }
      responses:
        "204": { description: Fine, headers: { X-P: { schema: { type: string, format: password } } } }
"##;
    let generated = generate(spec);
    for (keyword, name) in [("struct", "AParameters"), ("enum", "AResponse")] {
        let definition = format!("#[derive(Clone, PartialEq)]\npub {keyword} {name} {{");
        assert!(generated.rust.contains(&definition), "{}", generated.rust);
        let implementation = format!("impl std::fmt::Debug for super::{name}");
        assert!(generated.server_rust.contains(&implementation), "{}", generated.server_rust);
    }
}

/// Text of a spec is not code, and cannot end a comment or begin a doctest.
#[test]
fn docs_state_constraints_as_text() {
    let spec = r##"
openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /a:
    get: { operationId: a, responses: { "204": { description: Fine } } }
components:
  schemas:
    A: { type: string, pattern: "^`{3}rust$", minLength: 2, description: "Some\n\n```\nf()\n```" }
    B: { type: integer, minimum: 0, exclusiveMinimum: true, maximum: 9, multipleOf: 3, nullable: true }
    C: { type: array, minItems: 1, maxItems: 1, uniqueItems: true, items: { type: string, format: email } }
    D: { type: object, maxProperties: 4 }
    E: { type: object, properties: { a: { type: boolean, default: true }, b: { type: string, readOnly: true, minLength: 3, maxLength: 3 } } }
"##;
    let rust = generate(spec).rust;
    for line in [
        "/// A string of at least 2 characters that matches `` ^`{3}rust$ ``.",
        "/// ```text",
        "/// An integer, greater than 0, at most 9, a multiple of 3, or null.",
        "/// A list of exactly 1 item without duplicates; each item: an e-mail address.",
        "/// An object with at most 4 properties.",
        "    /// A boolean. Default: `true`.",
        "    /// A string of exactly 3 characters. Only in responses.",
    ] {
        assert!(rust.lines().any(|known| known == line), "{line}: {rust}");
    }
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
