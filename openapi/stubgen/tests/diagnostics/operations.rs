use super::{HEAD, RESPONSES, assert_diagnostic, assert_operation, assert_response_headers};

#[test]
fn rejects_response_headers_without_a_text() {
    for (header, message) in [
        (
            "X-A: { schema: ▸{ type: array, items: { type: object } } }",
            "unsupported type of a response header: its style cannot express every value",
        ),
        (
            "X-A: { style: ▸form, schema: { type: string } }",
            "the style `form` is not defined in header; use simple",
        ),
        (
            "X-A: { schema: { type: string }, ▸allowReserved: true }",
            "warning: `allowReserved` has no effect outside the query",
        ),
    ] {
        assert_response_headers(header, message);
    }
}

#[test]
fn rejects_unsupported_operation_fields() {
    let fine = "responses: { default: { description: x }, \"200\": { description: Fine } }";
    for (fields, message) in [
        (
            format!("operationId: a\n      ▸servers: [{{ url: / }}]\n      {fine}"),
            "warning: `servers` has no effect here",
        ),
        // A missing field is reported at the beginning of its object.
        ("▸operationId: a".to_owned(), "`responses` is required in an operation"),
        (
            format!("operationId: a\n      ▸callback: {{}}\n      {fine}"),
            "`callback` is not supported in an operation",
        ),
        (
            format!("operationId: a\n      security: [{{ ▸none: [] }}]\n      {fine}"),
            "security scheme `none` is not defined",
        ),
    ] {
        assert_operation(&fields, message);
    }
}

#[test]
fn rejects_unsupported_responses() {
    let fine = "\"200\": { description: Fine }, default: { description: x }";
    for (responses, message) in [
        (format!("{{ {fine}, ▸\"4xx\": {{ description: x }} }}"), "unsupported status `4xx`"),
        (format!("{{ {fine}, ▸\"6XX\": {{ description: x }} }}"), "unsupported status `6XX`"),
        (format!("{{ {fine}, ▸\"600\": {{ description: x }} }}"), "200 to 599"),
        (
            format!("{{ {fine}, ▸\"101\": {{ description: x }} }}"),
            "`101` has no effect: the server sends no interim responses; remove it",
        ),
        (
            "{ default: { description: x }, \"200\": { description: x, content: { ▸text: {} } } }".to_owned(),
            "invalid media type `text`; write a single type such as application/json",
        ),
        (
            "{ default: { description: x }, \"200\": { description: x, content: { text/plain: { schema: ▸{ type: object } } } } }"
                .to_owned(),
            "the schema of `text/plain` has no effect; the server passes text on as it is",
        ),
        (
            "{ default: { description: x }, \"200\": { description: x, content: { image/png: { schema: ▸{ type: integer } } } } }"
                .to_owned(),
            "the schema of `image/png` has no effect; the server passes bytes on as they are",
        ),
    ] {
        assert_operation(&format!("operationId: a\n      responses: {responses}"), message);
    }
}

#[test]
fn a_body_without_media_types_has_no_effect_unless_it_is_required() {
    for (body, message) in [
        ("▸requestBody: { content: {} }", "warning: the request body has no effect"),
        (
            "requestBody: { required: true, content: ▸{} }",
            "error: the required body has no media type",
        ),
    ] {
        let spec = format!(
            "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      {body}\n{RESPONSES}"
        );
        assert_diagnostic(&spec, message);
    }
}

#[test]
fn notes_content_of_responses_without_content() {
    let fine = "\"200\": { description: Fine }, default: { description: x }";
    for status in [204, 205, 304] {
        let content = "content: { application/json: { schema: {} } }";
        assert_operation(
            &format!(
                "operationId: a\n      responses: {{ {fine}, \"{status}\": {{ description: x, ▸{content} }} }}"
            ),
            &format!("`content` has no effect: a {status} response has no content in HTTP"),
        );
    }
}

#[test]
fn rejects_response_headers_that_would_break_the_response() {
    for name in ["Content-Length", "transfer-encoding", "Set-Cookie"] {
        assert_response_headers(
            &format!("▸{name}: {{ schema: {{ type: string }} }}"),
            &format!("error: response header `{name}` cannot be declared"),
        );
    }
}

#[test]
fn notes_response_headers_that_the_server_controls() {
    for name in ["content-type", "Content-Encoding", "Connection", "Date"] {
        assert_response_headers(
            &format!("▸{name}: {{ schema: {{ type: string }} }}"),
            &format!("warning: response header `{name}` has no effect"),
        );
    }
}

#[test]
fn rejects_required_response_headers_that_are_never_sent() {
    for name in ["Content-Encoding", "Connection"] {
        assert_response_headers(
            &format!("▸{name}: {{ required: true, schema: {{ type: string }} }}"),
            &format!("error: response header `{name}` cannot be required"),
        );
    }
}

#[test]
fn rejects_a_request_id_schema_that_is_too_strict() {
    for (schema, message) in [
        ("▸{ type: integer }", "is not a string; write `type: string`"),
        ("▸{ type: string, format: uuid }", "does not allow `a`"),
        ("▸{ type: string, maxLength: 36 }", "does not allow `abc"),
        ("▸{ type: string, pattern: \"^[0-9a-f]*$\" }", "does not allow `g`"),
    ] {
        assert_response_headers(&format!("x-Request-ID: {{ schema: {schema} }}"), message);
    }
}
