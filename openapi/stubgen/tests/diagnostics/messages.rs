//! Messages say what is wrong and what to do.

use super::{accepted, document, operation, schemas};

#[test]
fn numbers_of_yaml_that_json_has_not_are_normalized() {
    for (yaml, json) in [
        (".5", "0.5"),
        ("+1", "1"),
        ("1.", "1.0"),
        ("-.5e1", "-5.0"),
        ("1e2", "100.0"),
        ("1.50", "1.5"),
        ("1.25e2", "125.0"),
    ] {
        let spec = schemas(&format!("S: {{ type: number, minimum: {yaml} }}"));
        let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
        let spec: serde_json::Value = serde_json::from_str(&generated.spec_json).unwrap();
        let minimum = spec.pointer("/components/schemas/S/minimum").unwrap();
        assert_eq!(minimum.to_string(), json, "{yaml}");
    }
}

#[test]
fn other_numbers_say_what_is_wrong_with_them() {
    let cases = ["0x1F", "0o17", ".inf", ".nan", "007", "0.12345678901234567890123", "1e400"];
    assert_rendered!(
        cases.map(|number| (number, schemas(&format!("S: {{ type: number, minimum: {number} }}"))))
    );
}

/// They have no effect on what the server accepts.
#[test]
fn numbers_of_documentation_that_json_has_not_are_strings() {
    let spec = operation("x-number: 0x1F\n").replace(
        "description: Fine",
        "description: Fine, content: { application/json: { examples: { E: { value: [0149, 1e400] } } } }",
    ) + "components: { schemas: { S: { type: string, example: 007 } } }\n";
    let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
    let json: serde_json::Value = serde_json::from_str(&generated.spec_json).unwrap();
    assert_eq!(json.pointer("/components/schemas/S/example").unwrap(), "007");
    assert_rendered!([("numbers in documentation", spec)]);
}

/// YAML takes these for strings.
#[test]
fn words_that_resemble_numbers_are_strings() {
    accepted(&schemas(
        "S: { type: string, enum: [0x, 0xyz, 0o8, 1_000, 1e, .e1, +0x1, 1.2.3, -a] }",
    ));
}

#[test]
fn a_file_in_another_encoding_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spec.yaml");
    let check = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let report = openapi_stubgen::check(path.to_str().unwrap()).unwrap().to_string();
        report.replace(path.to_str().unwrap(), "spec.yaml")
    };
    let latin1 = [document("x-a: \r\nx-b: ").as_bytes(), b"caf\xe9\n"].concat();
    let utf16: Vec<u8> = document("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [b"\xff\xfe", utf16.as_slice()].concat();
    let reports = [check(&latin1), check(&utf16)].join("\n\n");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
        insta::assert_snapshot!(reports);
    });
}

#[test]
fn a_byte_order_mark_does_not_count() {
    accepted(&format!("\u{feff}{}", document("")));
    let spec = format!("\u{feff}{}", schemas("S: { type: strin }"));
    assert_rendered!([("a byte order mark", spec)]);
}

#[test]
fn json_may_write_characters_as_surrogate_pairs() {
    let json = |description: &str, id: &str| {
        format!(
            r#"{{"openapi": "3.0.3", "info": {{"title": "T", "version": "1", "description": "{description}"}}, "paths": {{"/a": {{"get": {{"operationId": "{id}", "responses": {{"default": {{"description": "ok"}}}}}}}}}}}}"#
        )
    };
    let rust = accepted(&json(r"a\/b \u00e9 \ud83d\ude00 \\ud83d", "a"));
    assert!(rust.contains(r"a/b é 😀 \ud83d"), "{rust}");
    assert_rendered!([
        ("half a pair", json(r"\ud83d\ude00 \ud800", "a")),
        ("a problem after a pair in the line", json(r"\ud83d\ude00", "a-b")),
    ]);
}

/// YAML has no surrogates.
#[test]
fn only_json_may_write_surrogate_pairs() {
    let spec = document("x-pair: { a: \"\\ud83d\\ude00\" }\n");
    let flow = "{ openapi: 3.0.3, x-pair: \"\\ud83d\\ude00\" }".to_owned();
    for spec in [spec, flow] {
        let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
        assert!(report.contains("invalid YAML"), "{report}");
    }
}

#[test]
fn other_versions_and_formats_are_named() {
    assert_rendered!([
        ("Swagger 2.0", "swagger: \"2.0\"\ninfo: { title: T, version: \"1\" }\npaths: {}\n".into()),
        ("OpenAPI 3.1", document("").replace("3.0.3", "3.1.0")),
        ("a version as a number", document("").replace("3.0.3", "3.0")),
        ("info.version as a number", document("").replace("\"1\"", "1")),
    ]);
}

#[test]
fn unsupported_constructs_name_the_alternative() {
    let content = operation(
        "      parameters:
        - { name: q, in: query, content: { image/png: {} } }
",
    );
    assert_rendered!([
        (
            "keywords without type",
            schemas(
                "A: { properties: { b: { type: string } } }\nB: { maxLength: 5 }\nC: { minimum: 1 }\nD: { items: {} }"
            )
        ),
        ("content in a parameter", content),
        ("an alias in its own anchor", schemas("A: &a { type: array, items: *a }")),
    ]);
}
