//! The values that a mock server makes up.

use openapi_stubgen::mock::{MockHeader, MockResponse, mock_from_str};
use serde_json::{Value, json};

/// The response with a body and a header of the component schema `S`.
fn response(definitions: &str) -> MockResponse {
    let spec = super::schemas(definitions).replace(
        r#""204": { description: Fine }"#,
        r##""200": { description: Fine, content: { application/json: { schema: { $ref: "#/components/schemas/S" } } }, headers: { X-A: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/S" } } } } } }"##,
    );
    let mut api = mock_from_str("spec.yaml", &spec).unwrap_or_else(|report| panic!("{report}"));
    api.operations.remove(0).responses.remove(0)
}

/// The body for a schema.
fn body(schema: &str) -> Option<Value> {
    response(&format!("S: {schema}")).content.remove(0).body
}

/// The value of the header, which is not validated.
fn header(definitions: &str) -> Value {
    match response(definitions).headers.remove(0) {
        (_, MockHeader::Json(value)) => value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn texts_have_the_format() {
    for (format, value) in [
        ("date-time", "2026-01-31T12:00:00Z"),
        ("date", "2026-01-31"),
        ("time", "12:00:00Z"),
        ("duration", "P1D"),
        ("uuid", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        ("email", "user@example.com"),
        ("hostname", "example.com"),
        ("ipv4", "192.0.2.1"),
        ("ipv6", "2001:db8::1"),
        ("uri", "https://example.com/"),
        ("byte", "YWJj"),
        ("json-pointer", "/a"),
        ("relative-json-pointer", "0"),
    ] {
        assert_eq!(body(&format!("{{ type: string, format: {format} }}")), Some(json!(value)));
    }
}

#[test]
fn numbers_are_within_their_bounds() {
    for (schema, value) in [
        ("type: integer, minimum: 5, exclusiveMinimum: true", json!(6)),
        ("type: integer, maximum: 10, multipleOf: 4", json!(4)),
        ("type: integer, maximum: 0, exclusiveMaximum: true", json!(-1)),
        ("type: number, maximum: 10, multipleOf: 0.5", json!(1)),
        ("type: number, minimum: 1.5, exclusiveMinimum: true, multipleOf: 0.5", json!(2)),
        ("type: number, maximum: 0.5, exclusiveMaximum: true, multipleOf: 0.25", json!(0.25)),
        ("type: number, maximum: 0.5, multipleOf: 0.25", json!(0.5)),
        ("type: number, minimum: 1.5, multipleOf: 0.5", json!(1.5)),
        ("type: number, minimum: 9000000000000000", json!(9e15)),
    ] {
        assert_eq!(body(&format!("{{ {schema} }}")), Some(value), "{schema}");
    }
}

#[test]
fn responses_have_no_write_only_properties() {
    let properties = "properties: { a: { type: string, writeOnly: true }, b: { type: string } }";
    for required in ["", "required: [a, b], "] {
        let value = body(&format!("{{ type: object, {required}{properties} }}"));
        assert_eq!(value, Some(json!({ "b": "string" })));
    }
}

/// A level is an object or a list.
#[test]
fn optional_parts_are_filled_in_four_levels_deep() {
    let node = r##"S: { type: object, properties: { list: { type: array, items: { $ref: "#/components/schemas/S" } } } }"##;
    assert_eq!(header(node), json!({ "list": [{ "list": [{}] }] }));
}

#[test]
fn required_parts_are_filled_in_64_levels_deep() {
    let mut value = &header(
        r##"S: { type: object, required: [list], properties: { list: { type: array, minItems: 1, items: { $ref: "#/components/schemas/S" } } } }"##,
    );
    let mut levels = 0;
    while let Some(inner) = value.get("list").or(value.get(0)) {
        value = inner;
        levels += 1;
    }
    assert_eq!((levels, value), (65, &Value::Null));
}

#[test]
fn a_value_ends_after_2000_parts() {
    fn count(value: &Value) -> usize {
        match value {
            Value::Null => 0,
            Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
            _ => 1,
        }
    }
    let rows = "{ type: array, minItems: 30, items: { type: boolean } }";
    // The reference to the schema counts as well.
    assert_eq!(
        count(&header(&format!("S: {{ type: array, minItems: 90, items: {rows} }}"))),
        1_999
    );
}

/// Text is sent as it is, so that it need not satisfy a schema.
#[test]
fn a_text_is_made_up_even_if_no_value_satisfies_the_schema() {
    let text = "{ type: string, not: { type: string } }";
    let spec = super::schemas(&format!("S: {text}")).replace(
        r#""204": { description: Fine }"#,
        r##""200": { description: Fine, content: { text/plain: { schema: { $ref: "#/components/schemas/S" } }, application/json: { schema: { $ref: "#/components/schemas/S" } } } }"##,
    );
    let mut api = mock_from_str("spec.yaml", &spec).unwrap_or_else(|report| panic!("{report}"));
    let bodies = api.operations.remove(0).responses.remove(0).content;
    let bodies: Vec<_> = bodies.into_iter().map(|content| content.body).collect();
    assert_eq!(bodies, [Some(json!("string")), None]);
}

/// Each row and each object is a part, and so is each property that is filled in.
#[test]
fn optional_parts_are_filled_in_up_to_the_1000th_part() {
    let object = "{ type: object, properties: { a: { type: boolean } } }";
    let value = header(&format!(
        "S: {{ type: array, minItems: 30, items: {{ type: array, minItems: 30, items: {object} }} }}"
    ));
    let rows = value.as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
    assert_eq!(rows.filter(|object| **object == json!({ "a": true })).count(), 490);
}

#[test]
fn values_are_those_of_the_spec_if_it_has_some() {
    for (schema, value) in [
        ("{ type: string, example: x }", json!("x")),
        ("{ type: string, default: x }", json!("x")),
        ("{ type: string, enum: [x] }", json!("x")),
        ("{ enum: [1, x] }", json!(1)),
        ("{}", json!({})),
    ] {
        assert_eq!(header(&format!("S: {schema}")), value, "{schema}");
    }
}

#[test]
fn required_headers_are_written_as_the_spec_says() {
    let mut api = mock_from_str("spec.yaml", include_str!("specs/content.yaml")).unwrap();
    let position = api.operations.iter().position(|known| known.id == "headers").unwrap();
    let responses = api.operations.remove(position).responses;
    insta::assert_snapshot!(format!("{responses:#?}"));
}
