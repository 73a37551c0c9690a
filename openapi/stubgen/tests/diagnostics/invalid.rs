//! Invalid specs that older versions accepted.

use super::{HEAD, RESPONSES, document, operation, schemas};

#[test]
fn rejects_invalid_documents() {
    let info =
        |fields: &str| document("").replace("version: \"1\"", &format!("version: \"1\", {fields}"));
    assert_rendered!([
        ("a tag twice", document("tags: [{ name: a }, { name: b }, { name: a }]\n")),
        ("a version that is none", document("").replace("3.0.3", "3.0.banana")),
        ("a license without a name", info("license: { url: x }")),
        ("a contact that is a number", info("contact: 5")),
        ("an undefined server variable", document("servers: [{ url: \"https://{host}/\" }]\n")),
        (
            "a server variable with a default beside its enum",
            document("servers: [{ url: \"/{v}\", variables: { v: { default: a, enum: [b] } } }]\n"),
        ),
    ]);
}

#[test]
fn rejects_invalid_schemas() {
    assert_rendered!([
        ("an empty required", schemas("S: { type: object, required: [] }")),
        (
            "a required property twice",
            schemas("S: { type: object, required: [a, a], properties: { a: {} } }"),
        ),
        ("an empty allOf", schemas("S: { allOf: [] }")),
        (
            "a variant twice",
            schemas(
                r##"A: { type: object, required: [k], properties: { k: { type: string } } }
S: { oneOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/A" }], discriminator: { propertyName: k } }"##,
            ),
        ),
        ("external documentation without a URL", schemas("S: { type: string, externalDocs: 5 }")),
    ]);
}

/// No value could satisfy the constraints.
#[test]
fn rejects_constraints_that_exclude_each_other() {
    let definitions = "A: { type: string, minLength: 2, maxLength: 1 }
B: { type: array, items: {}, minItems: 2, maxItems: 1 }
C: { type: object, minProperties: 2, maxProperties: 1 }
D: { type: number, minimum: 1, maximum: 1.0, exclusiveMaximum: true }
E: { type: integer, minimum: 9223372036854775807, exclusiveMinimum: true }
F: { type: string, pattern: ^a$, enum: [a, b] }
G: { type: string, format: date, nullable: true, enum: [2026-01-01, today, null] }";
    assert_rendered!([("constraints", schemas(definitions))]);
}

/// `format: float` is a single-precision number.
#[test]
fn rejects_numbers_beyond_the_range_of_their_format() {
    let definitions = "A: { type: number, format: float, default: 1e39 }
B: { type: number, format: float, example: -3.5e38 }
C: { type: number, format: float, minimum: 3.5e38 }
D: { type: number, format: float, maximum: -3.5e38 }
E: { type: number, format: float, minimum: -1e39, maximum: 1e39 }
F: { type: integer, format: int32, maximum: 4294967295 }
G: { type: integer, maximum: 1e30, minimum: -9223372036854775808 }
H: { type: number, format: float, minimum: -3.4028234663852886e38, default: 3.4028234663852886e38 }
I: { type: number, maximum: 1e39, example: 1e39 }";
    assert_rendered!([("numbers", schemas(definitions))]);
}

#[test]
fn rejects_invalid_operations() {
    let path = format!("{HEAD}paths:\n  /a//b:\n    get:\n      operationId: a\n{RESPONSES}");
    let link = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        \"200\":\n          description: x\n          links: {{ next: {{ operationId: b }}, none: {{}} }}\n"
    );
    let link_with_both =
        link.replace("operationId: b", "operationId: a, operationRef: x, server: 5");
    let security = document("security: [{ none: [] }]\n")
        .replace("operationId: a", "operationId: a\n      security: []");
    let header = operation(
        "      parameters: [{ name: X-A, in: header, schema: {} }, { name: x-a, in: header, schema: {} }]\n",
    )
    .replace("schema: {}", "schema: { type: string }");
    let documentation = document("externalDocs: {}\n")
        .replace("  /a:\n", "  /a:\n    summary: 5\n    description: []\n")
        .replace("operationId: a", "operationId: a\n      externalDocs: x");
    let status = operation("").replace("\"200\"", "\"+200\"");
    let twice = operation("        \"0200\": { description: Again }\n");
    assert_rendered!([
        ("an empty path segment", path),
        ("links without an operation", link),
        ("a link with two operations", link_with_both),
        ("an undefined scheme that every operation overrides", security),
        ("a header in two casings", header),
        ("documentation of other types", documentation),
        ("a status with a sign", status),
        ("a status with a zero", twice),
    ]);
}

#[test]
fn rejects_examples_that_do_not_match() {
    let body = format!(
        r##"{HEAD}paths:
  /a:
    post:
      operationId: a
      parameters:
        - {{ name: both, in: query, schema: {{ type: string }}, example: a, examples: {{}} }}
        - {{ name: n, in: query, schema: {{ type: integer }}, example: x }}
        - {{ name: ids, in: query, schema: {{ type: array, items: {{ type: integer }} }}, example: [1, x] }}
      requestBody:
        content:
          application/json:
            schema: {{ $ref: "#/components/schemas/S" }}
            examples:
              good: {{ value: {{ n: 1 }} }}
              bad: {{ value: {{ n: -1 }} }}
              shared: {{ $ref: "#/components/examples/E" }}
              empty: {{}}
      responses:
        "200":
          description: x
          headers: {{ X: {{ schema: {{ type: string, maxLength: 1 }}, example: ab }} }}
          content:
            application/json:
              schema: {{ $ref: "#/components/schemas/S" }}
              example: {{ n: "1" }}
components:
  examples:
    E: {{ value: [] }}
  schemas:
    S: {{ type: object, properties: {{ n: {{ type: integer, minimum: 0 }} }} }}
"##
    );
    assert_rendered!([("examples", body)]);
}

#[test]
fn rejects_response_headers_that_belong_to_the_connection() {
    let headers = operation("").replace(
        "description: Fine",
        "description: Fine, headers: { Content-Length: { schema: { type: integer } }, Transfer-Encoding: { schema: { type: string } }, Set-Cookie: { schema: { type: string } } }",
    );
    assert_rendered!([("response headers", headers)]);
}

/// What is the server's, or excluded anyway, has no effect, and gets a warning.
#[test]
fn notes_what_the_implementation_has_no_say_in() {
    let headers = operation("").replace(
        "description: Fine",
        "description: Fine, headers: { Date: { schema: { type: string } }, Content-Encoding: { schema: { type: string } } }",
    );
    assert_rendered!([
        ("response headers", headers),
        ("an enum that the type excludes", schemas("A: { type: array, items: {}, enum: [a] }")),
    ]);
}
