//! Rules of OpenAPI 3.0 about what the server does not need: documentation, keywords without effect,
//! and components that no operation uses. A document that breaks them is invalid all the same.

use super::{HEAD, RESPONSES, document, operation, schemas};

/// A spec with an operation that has a body with this content.
fn with_body(content: &str) -> String {
    format!(
        "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {{ content: {{ {content} }} }}\n{RESPONSES}"
    )
}

#[test]
fn rejects_keywords_without_effect_that_have_invalid_values() {
    assert_rendered!([
        (
            "keywords of other types",
            schemas(
                "A: { type: string, required: true, minimum: x, uniqueItems: 1, maxItems: -1 }
B: { type: integer, properties: { a: { type: strin } }, items: 5, additionalProperties: 5 }
C: { type: boolean, format: 5, pattern: 5, exclusiveMaximum: 5, maxLength: a }
D: { type: object, minProperties: 1, multipleOf: [] }"
            ),
        ),
        (
            "xml",
            schemas(
                "A: { type: string, xml: 5 }\nB: { type: string, xml: { name: 5, attribute: x, other: 1 } }"
            ),
        ),
        (
            "a mapping",
            schemas(
                r##"A: { oneOf: [{ type: object }], discriminator: { propertyName: k, mapping: { a: 5 } } }
B: { oneOf: [{ type: object }], discriminator: { propertyName: k, mapping: { a: "#/components/schemas/None" } } }
C: { oneOf: [{ type: object }], discriminator: { propertyName: k, mapping: [] } }"##
            ),
        ),
        (
            "encodings",
            with_body(
                "application/x-www-form-urlencoded: { schema: { type: object, properties: { a: {}, b: {} } }, encoding: { a: { style: simple }, b: { allowReserved: 5 } } }"
            ),
        ),
        (
            "flags",
            operation(
                "      parameters: [{ name: a, in: query, allowReserved: 5, schema: { type: string } }]\n"
            ),
        ),
    ]);
}

#[test]
fn rejects_what_belongs_to_schema_beside_content() {
    let keywords = "explode: true, allowReserved: true, example: 1, examples: {}, style: form";
    let content = "content: { application/json: { schema: { type: integer } } }";
    let parameter =
        format!("      parameters: [{{ name: a, in: query, {keywords}, {content} }}]\n");
    assert_rendered!([("a parameter", operation(&parameter))]);
}

#[test]
fn rejects_defaults_that_do_not_match() {
    let definitions = "A: { type: integer, default: x }
B: { type: string, default: null }
C: { type: string, enum: [a], default: b }
D: { type: array, items: { type: string }, default: [1] }
E: { type: string, format: date, default: today }
F: { type: string, pattern: ^a$, default: b }
G: { anyOf: [{ type: string }, { type: boolean }], default: 5 }
H: { type: string, nullable: true, default: null }";
    assert_rendered!([("defaults", schemas(definitions))]);
}

#[test]
fn rejects_invalid_parts_of_operations() {
    let link = operation("")
        .replace("description: Fine", "description: Fine, links: { a: { operationRef: 5 } }");
    let headers = operation("").replace(
        "description: Fine",
        "description: Fine, headers: { X-A: { schema: { type: string } }, x-a: { schema: { type: string } } }",
    );
    let responses = format!("{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n");
    assert_rendered!([
        ("no responses", format!("{responses}      responses: {{}}\n")),
        ("only an extension", format!("{responses}      responses: {{ x-a: 1 }}\n")),
        ("a link", link),
        ("a header in two casings", headers),
        (
            "a callback",
            operation(
                "      callbacks:
        c:
          \"{$request.body#/url}\":
            parameters: [{ name: a, in: body }]
            post:
              foo: 1
              requestBody: { content: { application/json: { schema: { type: strin } } } }
              responses: { \"200\": {} }
            get: 5
"
            ),
        ),
    ]);
}

/// A reference in another unused component, or in a value, does not use them.
#[test]
fn rejects_unused_components_that_are_invalid() {
    let definitions = r##"components:
  examples: { E: { value: 1, externalValue: x }, F: { externalValue: 5 }, G: { $ref: "#/components/examples/G" } }
  responses: { R: { headers: { X-A: { $ref: "#/components/headers/H" } } } }
  headers: { H: {} }
  requestBodies: { B: { content: 5 } }
  parameters: { P: { name: p, in: nowhere, schema: {} } }
  callbacks: { C: { x: { post: { callbacks: { c: { $ref: "#/components/callbacks/C" } } } } } }
x-values: [{ $ref: "#/components/requestBodies/B" }, { $ref: "#/components/parameters/P" }]
"##;
    assert_rendered!([("components", document(definitions))]);
}

#[test]
fn notes_encodings_outside_of_forms_and_examples_without_a_value() {
    assert_rendered!([
        (
            "an encoding",
            with_body("application/json: { schema: { type: object }, encoding: { a: {} } }"),
        ),
        ("an example", with_body("application/json: { examples: { a: {} } }")),
        (
            "a response header in two casings",
            operation("").replace(
                "description: Fine",
                "description: Fine, headers: { X-A: { schema: { type: string } }, x-a: { schema: { type: string } } }",
            ),
        ),
        (
            "nullable beside an enum without type", schemas("A: { nullable: true, enum: [a, 1] }"),),
        (
            "siblings of the variants",
            schemas(
                r##"A: { type: object, required: [k], properties: { k: { type: string } } }
B: { oneOf: [{ $ref: "#/components/schemas/A", description: x }], discriminator: { propertyName: k } }"##
            ),
        ),
    ]);
}
