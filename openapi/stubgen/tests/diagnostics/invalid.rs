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
    ]);
}

#[test]
fn rejects_invalid_operations() {
    let path = format!("{HEAD}paths:\n  /a//b:\n    get:\n      operationId: a\n{RESPONSES}");
    let link = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        \"200\":\n          description: x\n          links: {{ next: {{ operationId: b }}, none: {{}} }}\n"
    );
    let status = operation("").replace("\"200\"", "\"+200\"");
    let twice = operation("        \"0200\": { description: Again }\n");
    assert_rendered!([
        ("an empty path segment", path),
        ("links without an operation", link),
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
