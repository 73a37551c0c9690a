//! Diagnostics point at the construct that is wrong.

use super::{HEAD, RESPONSES, document, operation, schemas};

#[test]
fn points_at_the_construct_itself() {
    let schemes = operation(
        "      security: [{ api-key: [], api_key: [] }]
components:
  securitySchemes:
    api-key: { type: apiKey, in: header, name: X-One }
    api_key: { type: apiKey, in: header, name: X-Two }
",
    );
    let title = document("")
        .replace("{ title: T, version: \"1\" }", "\n  version: \"1\"\n  title: \"123\"");
    let default = schemas("A:\n  type: integer\n  description: x\n  minimum: 3\n  default: 1");
    let example = schemas(
        "A:\n  type: object\n  example:\n    n: 1\n  properties:\n    n: { type: integer, minimum: 3 }",
    );
    let all_of = schemas(
        r##"Colour:
  type: string
  enum: [red]
Car:
  type: object
  properties:
    colour:
      description: Of the paint
      allOf:
        - $ref: "#/components/schemas/Colour"
        - type: object"##,
    );
    assert_rendered!([
        ("security schemes of one name", schemes),
        ("a title without letters", title),
        ("a default", default),
        ("an example", example),
        ("a reference in allOf", all_of),
        ("a list before a comment", schemas("A:\n  type:\n    - string # or null")),
        (
            "a header that is a reference",
            operation(
                "components: { headers: { H: { schema: { type: string } } } }\n",
            )
            .replace(
                "description: Fine",
                "description: Fine, headers: { X-A: { schema: { type: string } }, X_A: { $ref: '#/components/headers/H' } }",
            ),
        ),
    ]);
}

#[test]
fn a_clash_names_both_places() {
    let operations = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: getUser\n{RESPONSES}    put:\n      operationId: get-user\n{RESPONSES}"
    );
    let components = schemas("OrderStatus: { type: string }\norder-status: { type: string }");
    let properties = schemas(
        "Pet:\n  type: object\n  properties:\n    createdAt: { type: string }\n    created_at: { type: string }",
    );
    assert_rendered!([
        ("two operations", operations),
        ("two components", components),
        ("two properties", properties),
    ]);
}
