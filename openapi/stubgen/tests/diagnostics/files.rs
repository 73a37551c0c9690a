//! Files of forms that cannot be handed over, and what has no effect on a file.

use super::{HEAD, RESPONSES, accepted};

/// A spec with a form of this schema, and two components.
fn form(schema: &str) -> String {
    let content = format!("multipart/form-data: {{ schema: {schema} }}");
    format!(
        "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      requestBody:\n        content: {{ {content} }}\n{RESPONSES}components:
  schemas:
    Short: {{ type: string, format: binary, maxLength: 9 }}
    Upload: {{ type: object, properties: {{ f: {{ $ref: \"#/components/schemas/Short\" }} }} }}
"
    )
}

#[test]
fn rejects_fields_that_can_be_files_and_other_values() {
    assert_rendered!([
        (
            "a file or a text",
            form(
                "{ properties: { f: { oneOf: [{ type: string, format: binary }, { type: string, format: uri }] } } }"
            ),
        ),
        (
            "a file or a value",
            form(
                "{ anyOf: [{ properties: { f: { type: string, format: binary } } }, { properties: { f: { enum: [1, a] } } }] }"
            ),
        ),
        (
            "a file or several",
            form(
                "{ anyOf: [{ properties: { f: { type: string, format: binary } } }, { properties: { f: { type: array, items: { type: string, format: binary } } } }] }"
            ),
        ),
        (
            "files in files",
            form(
                "{ type: object, properties: { f: { type: array, items: { type: array, items: { type: string, format: binary } } } } }"
            ),
        ),
        (
            "fields without a name",
            form(
                "{ anyOf: [{ additionalProperties: { type: string, format: binary } }, { additionalProperties: { type: integer } }] }"
            ),
        ),
        (
            "a file among others",
            form(
                "{ type: object, additionalProperties: { type: string, format: binary }, anyOf: [{ properties: { n: { type: integer } } }] }"
            ),
        ),
    ]);
}

#[test]
fn rejects_limits_of_files_that_only_a_composition_describes() {
    assert_rendered!([
        ("by reference", form("{ anyOf: [{ $ref: \"#/components/schemas/Upload\" }] }")),
        (
            "inline",
            form(
                "{ anyOf: [{ properties: { f: { type: string, format: binary, pattern: ^a } } }] }"
            ),
        ),
    ]);
}

#[test]
fn notes_keywords_without_effect_on_files() {
    assert_rendered!([
        ("limits", form("{ $ref: \"#/components/schemas/Upload\" }")),
        (
            "a default",
            form(
                "{ type: object, properties: { f: { type: string, format: binary, default: a }, fs: { type: array, items: { type: string, format: binary }, default: [] } } }"
            ),
        ),
        (
            "an undefined property",
            form(
                "{ required: [b, c], properties: { f: { type: string, format: binary } }, anyOf: [{ properties: { c: {} } }] }"
            ),
        ),
        (
            "the encoding of a text",
            form(
                "{ type: object, properties: { a: { type: string }, b: { type: string } } }, encoding: { a: { contentType: \"application/json, text/plain\" }, b: { contentType: text/html } }"
            ),
        ),
        (
            "an encoding",
            form(
                "{ anyOf: [{ properties: { f: { type: string, format: binary } } }] }, encoding: { f: { contentType: image/png }, g: {} }"
            ),
        ),
    ]);
}

/// Each of them is searched for files.
#[test]
fn a_form_with_a_file_can_have_many_fields() {
    let fields: String = (0..300).map(|i| format!("p{i}: {{ type: string }}, ")).collect();
    let rust = accepted(&form(&format!(
        "{{ type: object, properties: {{ {fields}file: {{ type: string, format: binary }} }} }}"
    )));
    assert!(rust.contains("pub file: Option<openapi_server::File>"), "{rust}");
}

/// A schema without constraints does not say that the field can be something else.
#[test]
fn a_composition_can_mention_a_file_without_describing_it() {
    let rust = accepted(&form(
        "{ type: object, properties: { file: { type: string, format: binary } }, anyOf: [{ type: object, properties: { file: {} } }] }",
    ));
    assert!(rust.contains("pub file: Option<openapi_server::File>"), "{rust}");
}

/// The fields that the spec does not name are others than the file.
#[test]
fn fields_beside_a_file_can_be_anything_else() {
    for schema in [
        "{ type: object, properties: { file: { type: string, format: binary } }, additionalProperties: { type: string } }",
        "{ type: object, additionalProperties: { type: string }, anyOf: [{ properties: { file: { type: string, format: binary } } }] }",
        "{ type: object, properties: { file: { type: string, format: binary }, tags: { type: array, items: { type: string } }, table: { type: array, items: { type: array, items: { type: string } } } } }",
        "{ type: object, properties: { file: { type: string, format: binary }, any: { enum: [1, a] } } }",
    ] {
        let rust = accepted(&form(schema));
        assert!(rust.contains("pub file: Option<openapi_server::File>"), "{rust}");
    }
}
