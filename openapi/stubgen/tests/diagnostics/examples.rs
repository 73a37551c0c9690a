//! Examples of contents that are not JSON.

use super::{HEAD, RESPONSES, accepted, assert_diagnostic};

/// A spec with a body of this content.
fn with_body(content: &str) -> String {
    format!(
        "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {{ content: {{ {content} }} }}\n{RESPONSES}"
    )
}

#[test]
fn notes_examples_of_text_and_forms_that_do_not_match() {
    for content in [
        "text/plain: { schema: { type: string, maxLength: 1 }, example: ▸ab }",
        "text/plain: { schema: { type: integer }, example: ▸1.5 }",
        "application/x-www-form-urlencoded: { schema: { type: object, properties: { a: { type: integer } } }, example: ▸{ a: x } }",
        "multipart/form-data: { schema: { type: object, properties: { a: { type: integer } } }, example: ▸{ a: x } }",
    ] {
        assert_diagnostic(&with_body(content), "warning: the example does not match its schema");
    }
}

/// How a number or a form is written is not checked.
#[test]
fn an_example_can_be_the_text_that_is_sent() {
    for content in [
        "text/plain: { schema: { type: integer }, example: \"1\" }",
        "application/x-www-form-urlencoded: { schema: { type: object }, example: \"a=1\" }",
        "application/octet-stream: { example: 5 }",
    ] {
        accepted(&with_body(content));
    }
}
