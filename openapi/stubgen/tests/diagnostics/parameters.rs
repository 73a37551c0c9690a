//! Parameters that cannot be read, and what has no effect on them.

use super::{HEAD, RESPONSES, accepted, assert_diagnostic, assert_parameter, operation};

#[test]
fn a_cookie_can_have_properties_and_a_query_any_parameters() {
    for parameter in [
        "{ name: x, in: cookie, schema: { type: object, properties: { a: { type: string } } } }",
        "{ name: x, in: query, schema: { type: object } }",
    ] {
        accepted(&operation(&format!("      parameters: [{parameter}]\n")));
    }
}

#[test]
fn reports_unsupported_parameters() {
    for (parameter, message) in [
        (
            "{ name: x, in: ▸body, schema: { type: string } }",
            "parameters in `body` are not supported; use path, query, header or cookie",
        ),
        (
            "{ name: x, in: query, style: ▸simple, schema: { type: string } }",
            "the style `simple` is not defined in query; use form, spaceDelimited, pipeDelimited, deepObject",
        ),
        (
            "{ name: x, in: cookie, style: ▸deepObject, schema: { type: string } }",
            "the style `deepObject` is not defined in cookie; use form",
        ),
        (
            "{ name: x, in: query, style: deepObject, schema: ▸{ type: string } }",
            "warning: the style has no effect on a single value",
        ),
        (
            "{ name: x, in: query, style: deepObject, ▸explode: false, schema: { type: object } }",
            "warning: `explode` has no effect on a parameter of this style and type",
        ),
        (
            "{ name: x, in: header, ▸explode: true, schema: { type: string } }",
            "warning: `explode` has no effect on a parameter of this style and type",
        ),
        (
            "{ name: x, in: query, ▸allowReserved: true, schema: { type: string } }",
            "warning: `allowReserved` has no effect: the server decodes every value",
        ),
        (
            "{ name: x, in: header, ▸allowEmptyValue: true, schema: { type: string } }",
            "warning: `allowEmptyValue` has no effect outside the query",
        ),
        (
            "{ name: x, in: query, required: true, ▸allowEmptyValue: true, schema: { type: boolean } }",
            "warning: `allowEmptyValue` has no effect on a required parameter",
        ),
        (
            "{ name: x, in: query, schema: ▸{ oneOf: [{ type: string }, { type: object }] } }",
            "unsupported type of a parameter: its style cannot express every value",
        ),
        (
            "{ name: x, in: cookie, explode: false, schema: ▸{ type: array, items: { type: object } } }",
            "unsupported type of a parameter: its style cannot express every value",
        ),
        (
            "{ name: x, in: header, schema: ▸{ type: array, items: { type: object } } }",
            "warning: OpenAPI does not define how arrays and objects within this value are written",
        ),
        (
            "{ name: x, in: query, schema: ▸{ type: array, items: { type: object } } }",
            "warning: OpenAPI does not define how arrays and objects within this value are written",
        ),
        (
            "{ name: x, in: query, schema: ▸{ type: string, nullable: true } }",
            "warning: `nullable` has no effect on a parameter: text is never null",
        ),
        (
            "{ name: x, in: query, schema: ▸{ type: string, readOnly: true } }",
            "warning: `readOnly` has no effect on a parameter",
        ),
        (
            "{ name: x, in: header, ▸explode: true, schema: {} }",
            "warning: `explode` has no effect on a parameter of this style and type",
        ),
        (
            "{ name: x, in: cookie, schema: ▸{ type: array, items: { type: object } } }",
            "error: unsupported type of a parameter: its style cannot express every value",
        ),
        (
            "{ name: x, in: cookie, schema: ▸{ type: object } }",
            "error: unsupported type of a parameter: its style cannot express every value",
        ),
        (
            "{ name: x, in: cookie, schema: ▸{ type: object, properties: { a: { type: array, items: {} } } } }",
            "error: unsupported type of a parameter: its style cannot express every value",
        ),
        (
            "{ name: x, in: query, schema: { type: integer, default: ▸x } }",
            "error: the default does not match its schema",
        ),
        (
            "{ name: x, in: query, schema: { type: array, items: { ▸minLength: 1 } } }",
            "warning: without `type`, all values of other types are allowed",
        ),
        ("{ name: x, in: query, ▸content: {} }", "`content` needs one media type"),
        (
            "{ name: x, in: query, content: { ▸image/png: {} } }",
            "unsupported media type `image/png` of a parameter or header",
        ),
        (
            "{ name: x, in: query, content: { ▸multipart/form-data: { schema: { type: string } } } }",
            "unsupported media type `multipart/form-data` of a parameter or header",
        ),
        (
            "{ name: x, in: query, ▸schema: {}, content: { application/json: {} } }",
            "`schema` beside `content`; remove one of the two",
        ),
        ("▸{ name: x, in: query }", "`schema` is required in a parameter"),
        (
            "▸{ name: x, in: path, required: true, schema: { type: string } }",
            "path parameter `x` does not occur in `/a`",
        ),
        (
            "▸{ name: x, in: query, required: true, schema: { type: string, default: a } }",
            "the default of the required parameter `x` has no effect",
        ),
        (
            "{ name: x, in: query, schema: { type: string } }\n        - ▸{ name: x, in: query, schema: { type: string } }",
            "duplicate parameter `x`",
        ),
    ] {
        assert_parameter(parameter, message);
    }
}

#[test]
fn warns_of_header_parameters_that_openapi_ignores() {
    for name in ["Accept", "content-type", "Authorization"] {
        let parameter = format!("{{ name: ▸{name}, in: header, schema: {{ type: string }} }}");
        let message = format!("warning: OpenAPI ignores the header parameter `{name}`");
        assert_parameter(&parameter, &message);
    }
}

#[test]
fn rejects_a_path_parameter_that_is_not_required() {
    let parameter = "▸{ name: x, in: path, schema: { type: string } }";
    assert_diagnostic(
        &format!(
            "{HEAD}paths:\n  /b/{{x}}:\n    get:\n      operationId: a\n{RESPONSES}      parameters: [{parameter}]\n"
        ),
        "path parameter `x` is not required; write `required: true`",
    );
}

#[test]
fn rejects_parameters_without_a_valid_name() {
    let message = "invalid parameter name";
    assert_parameter("{ name: ▸\"a b\", in: header, schema: { type: string } }", message);
    assert_parameter("{ name: ▸\"a b\", in: cookie, schema: { type: string } }", message);
    assert_parameter("{ name: ▸\"\", in: query, schema: { type: string } }", message);
}
