//! Every construct that cannot be carried out exactly is refused at its place.
//!
//! In each case `▸` marks the place: it is taken out before the generator
//! reads the spec, and the refusal must point to where it was.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

const START: &str = r#"openapi: 3.0.3
info: { title: T, version: "1" }
"#;

const RESPONSES: &str = r##"      responses:
        "200": { description: Fine }
"##;

/// A whole spec, marked.
fn refused(marked: &str, message: &str) {
    let at = marked.find('▸').expect("a mark");
    let before = &marked[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let spec = marked.replacen('▸', "", 1);
    let expected = format!("spec.yaml:{line}:{column}: ");
    match openapi_stubgen::stub("spec.yaml", &spec) {
        Ok(_) => panic!("accepted, not refused with {message:?}:\n{spec}"),
        Err(refusal) => {
            let text = refusal.to_string();
            assert!(
                text.starts_with(&expected) && text.contains(message),
                "\n  {text}\n  {expected}…{message}\n{marked}"
            );
        }
    }
}

/// One component schema.
fn schema(fragment: &str, message: &str) {
    let paths = format!("paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}");
    refused(&format!("{START}{paths}components:\n  schemas:\n    S: {fragment}\n"), message);
}

/// One operation, from its fields.
fn operation(fragment: &str, message: &str) {
    refused(&format!("{START}paths:\n  /a:\n    get:\n      {fragment}\n"), message);
}

/// One parameter.
fn parameter(fragment: &str, message: &str) {
    operation(
        &format!("operationId: a\n{RESPONSES}      parameters:\n        - {fragment}"),
        message,
    );
}

#[test]
fn keywords_of_schemas() {
    for (fragment, message) in [
        ("{ type: string, ▸maxlength: 3 }", "`maxlength` is not supported"),
        ("{ type: integer, ▸pattern: a }", "`pattern` is not supported"),
        ("{ type: string, ▸minimum: 3 }", "`minimum` is not supported"),
        (
            "{ type: object, properties: { a: { type: string, ▸not: {} } } }",
            "`not` is not supported",
        ),
        ("{ ▸anyOf: [] }", "`anyOf` is not supported"),
        ("{ type: ▸text }", "no type `text`"),
        ("{ type: ▸[string, integer] }", "a string is needed here, not a list"),
        ("{ type: string, format: ▸hostname }", "format `hostname` is not enforced"),
        ("{ type: integer, format: ▸uint8 }", "known: int32, int64"),
        ("{ type: string, pattern: ▸\"(\" }", "not a pattern of ECMA-262"),
        ("{ type: string, pattern: ▸'^a\\z' }", "not a pattern of ECMA-262"),
        ("{ type: string, pattern: ▸'\\Aa' }", "not a pattern of ECMA-262"),
        ("{ type: string, pattern: ▸'(?i)a' }", "not a pattern of ECMA-262"),
        ("{ type: string, pattern: ▸'(?P<n>a)' }", "not a pattern of ECMA-262"),
        ("{ type: string, pattern: ▸'a{,3}' }", "not a pattern of ECMA-262"),
        ("{ type: string, pattern: ▸'(?i:a)' }", "flags within a pattern"),
        ("{ type: string, pattern: ▸'(a)\\1' }", "does not compile"),
        ("{ type: string, pattern: ▸\"(?=a)\" }", "does not compile"),
        ("{ type: string, minLength: ▸-1 }", "a whole number from 0"),
        ("{ type: number, minimum: ▸0.12345678901234567890123 }", "cannot be carried exactly"),
        ("{ type: number, maximum: ▸1e400 }", "cannot be carried exactly"),
        ("{ type: number, minimum: 1, exclusiveMinimum: ▸0 }", "true or false in OpenAPI 3.0"),
        ("{ type: number, ▸exclusiveMaximum: true }", "no effect without its bound"),
        ("{ type: number, multipleOf: ▸0 }", "above 0"),
        ("{ type: integer, ▸enum: [1] }", "enum of numbers"),
        ("{ type: string, enum: ▸[] }", "needs a value"),
        ("{ type: string, enum: [a, ▸a] }", "twice"),
        ("{ type: string, enum: [a, ▸1] }", "a number, not a string"),
        ("{ type: string, nullable: true, ▸enum: [a] }", "must list null"),
        ("▸{ nullable: true }", "no effect without `type`"),
        ("▸{ type: array }", "needs `items`"),
        ("{ type: object, required: [▸a] }", "required but no property"),
        ("▸{ type: string, readOnly: true, writeOnly: true }", "both readOnly and writeOnly"),
        ("▸{ type: string, maxLength: 1, default: ab }", "the default does not match"),
        ("▸{ type: array, items: { type: string }, default: [] }", "a default is supported for"),
        (
            "{ type: object, required: [a], properties: { ▸a: { type: string, default: x } } }",
            "no effect on a required",
        ),
        ("▸{ type: integer, example: x }", "the example does not match"),
        ("▸{ $ref: \"other.yaml#/S\" }", "a component cannot itself"),
        (
            "{ type: array, items: { $ref: ▸\"other.yaml#/S\" } }",
            "begins with #/components/schemas/",
        ),
        ("{ type: array, items: { $ref: ▸\"#/components/schemas/None\" } }", "there is no"),
        (
            "{ type: array, items: { $ref: \"#/components/schemas/S\", ▸nullable: true } }",
            "no effect in OpenAPI 3.0",
        ),
    ] {
        schema(fragment, message);
    }
}

#[test]
fn structures_of_schemas() {
    for (fragment, message) in [
        ("{ allOf: [ { type: ▸string } ] }", "merges objects only"),
        ("{ allOf: [ { type: object, ▸oneOf: [] } ] }", "`oneOf` is not supported"),
        ("{ ▸allOf: [ { type: object, additionalProperties: false } ] }", "would forbid"),
        (
            "{ allOf: [ { properties: { a: { type: string } } }, { properties: { ▸a: { type: string } } } ] }",
            "define `a`",
        ),
        ("{ ▸allOf: [ { $ref: \"#/components/schemas/S\" } ] }", "leads back to `S`"),
        ("▸{ oneOf: [] }", "needs `discriminator`"),
        ("▸{ oneOf: [], discriminator: { propertyName: k } }", "needs a variant"),
        ("{ oneOf: [▸{ type: object }], discriminator: { propertyName: k } }", "is a $ref"),
    ] {
        schema(fragment, message);
    }
    let itself = "▸S: { type: object, properties: { a: { $ref: \"#/components/schemas/S\" } } }";
    refused(
        &format!(
            "{START}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}components:\n  schemas:\n    {itself}\n"
        ),
        "contains itself",
    );
    // Two variants, one of which does not say what it is.
    schema(
        "▸{ oneOf: [{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }\n    A: { type: object, properties: { k: { type: string } } }",
        "needs a required string `k`",
    );
    schema(
        "{ oneOf: [{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k, ▸mapping: {} } }\n    A: { type: object, required: [k], properties: { k: { type: string } } }",
        "leaves out `A`",
    );
}

#[test]
fn names_that_collide() {
    schema(
        "{ type: object, properties: { created-at: { type: string }, ▸createdAt: { type: string } } }",
        "both be named",
    );
    schema("▸{ type: string, enum: [a-b, a_b] }", "both be named");
    refused(
        &format!(
            "{START}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}components:\n  schemas:\n    ▸Option: {{ type: string }}\n"
        ),
        "which the stub uses itself",
    );
    refused(
        &format!(
            "{START}paths:\n  /a:\n    get:\n      operationId: getA\n{RESPONSES}    put:\n      operationId: ▸get_a\n{RESPONSES}"
        ),
        "both be named `get_a`",
    );
}

#[test]
fn parameters() {
    for (fragment, message) in [
        ("{ name: x, in: ▸cookie, schema: { type: string } }", "cookie parameters"),
        ("{ name: x, in: ▸body, schema: { type: string } }", "cannot be in `body`"),
        (
            "{ name: Authorization, in: ▸header, schema: { type: string } }",
            "ignores a header parameter",
        ),
        ("{ name: x, in: query, style: ▸deepObject, schema: { type: string } }", "the only style"),
        (
            "{ name: x, in: header, ▸explode: true, schema: { type: string } }",
            "makes no difference",
        ),
        (
            "{ name: x, in: query, ▸allowReserved: true, schema: { type: string } }",
            "`allowReserved`",
        ),
        ("{ name: x, in: query, schema: ▸{ type: object } }", "a parameter is a string"),
        ("{ name: x, in: query, schema: ▸{ type: string, nullable: true } }", "not nullable"),
        ("▸{ name: x, in: query, content: {} }", "needs `schema`"),
        ("▸{ name: x, in: path, schema: { type: string } }", "must say required: true"),
        ("▸{ name: x, in: path, required: true, schema: { type: string } }", "is not in the path"),
        (
            "▸{ name: x, in: query, required: true, schema: { type: string, default: a } }",
            "no effect on a required",
        ),
        (
            "{ name: x, in: query, schema: { type: string } }\n        - ▸{ name: x, in: query, schema: { type: string } }",
            "twice",
        ),
    ] {
        parameter(fragment, message);
    }
}

#[test]
fn operations() {
    let fine = "\"200\": { description: Fine }";
    for (fragment, message) in [
        (format!("operationId: ▸get-a\n      responses: {{ {fine} }}"), "names a function"),
        (format!("operationId: a\n      responses: {{ {fine}, ▸default: {{ description: x }} }}"), "a status of its own"),
        (format!("operationId: a\n      responses: {{ {fine}, ▸\"4XX\": {{ description: x }} }}"), "a status of its own"),
        ("operationId: a\n      responses: ▸{ \"301\": { description: x } }".to_owned(), "needs a 2xx"),
        (format!("operationId: a\n      responses: {{ {fine}, ▸\"404\": {{ description: x }} }}"), "has the schema"),
        ("operationId: a\n      responses: { \"200\": { description: x, content: ▸{ text/plain: {} } } }".to_owned(), "exactly one media type"),
        (format!("operationId: a\n      ▸callbacks: {{}}\n      responses: {{ {fine} }}"), "`callbacks` is not supported"),
        (format!("operationId: a\n      security: [{{ ▸none: [] }}]\n      responses: {{ {fine} }}"), "no security scheme"),
        (format!("operationId: a\n      security: [{{}}, ▸{{}}]\n      responses: {{ {fine} }}"), "alternatives"),
    ] {
        operation(&fragment, message);
    }
    for status in [204, 205, 304] {
        operation(
            &format!(
                "operationId: a\n      responses: {{ {fine}, \"{status}\": {{ description: x, ▸content: {{ application/json: {{ schema: {{}} }} }} }} }}"
            ),
            "HTTP allows no content",
        );
    }
    operation(
        &format!("operationId: a\n      responses: {{ {fine}, ▸\"101\": {{ description: x }} }}"),
        "200 to 599",
    );
    // What is missing is reported where its object begins.
    operation(&format!("▸responses: {{ {fine} }}"), "needs `operationId`");
    operation(
        "operationId: a\n      responses: { \"200\": { description: x, headers: { ▸Content-Type: { schema: { type: string } } } } }",
        "cannot be declared",
    );
}

/// One response header.
fn response_header(fragment: &str, message: &str) {
    operation(
        &format!(
            "operationId: a\n      responses: {{ \"200\": {{ description: x, headers: {{ {fragment} }} }} }}"
        ),
        message,
    );
}

#[test]
fn response_headers() {
    for name in [
        "Content-Length",
        "content-type",
        "Content-Encoding",
        "Transfer-Encoding",
        "Connection",
        "Date",
        "Set-Cookie",
    ] {
        response_header(
            &format!("▸{name}: {{ schema: {{ type: string }} }}"),
            "cannot be declared",
        );
    }
    for (schema, message) in [
        ("▸{ type: integer }", "has `type: string`"),
        ("▸{ type: string, format: uuid }", "does not allow `a`"),
        ("▸{ type: string, maxLength: 36 }", "does not allow `abc"),
        ("▸{ type: string, pattern: \"^[0-9a-f]*$\" }", "does not allow `g`"),
    ] {
        response_header(&format!("x-Request-ID: {{ schema: {schema} }}"), message);
    }
}

#[test]
fn paths() {
    for (path, message) in [
        ("▸a", "begins with /"),
        ("▸/a/x{b}", "one whole {parameter}"),
        ("▸/a/{b}/{b}", "twice"),
        ("▸/a/{b}", "no parameter describes"),
        ("▸/a b", "neither plain text"),
        ("▸/docs", "the server itself answers at /docs"),
        ("▸/openapi.yaml", "the server itself answers"),
        ("▸/openapi.json", "the server itself answers"),
    ] {
        refused(
            &format!("{START}paths:\n  {path}:\n    get:\n      operationId: a\n{RESPONSES}"),
            message,
        );
    }
    let parameters = |name| {
        format!(
            "      parameters:\n        - {{ name: {name}, in: path, required: true, schema: {{ type: string }} }}\n"
        )
    };
    let twins = format!(
        "{START}paths:\n  /{{a}}:\n    get:\n      operationId: a\n{}{RESPONSES}  ▸/{{b}}:\n    get:\n      operationId: b\n{}{RESPONSES}",
        parameters("a"),
        parameters("b")
    );
    refused(&twins, "the same route");
}

#[test]
fn documents() {
    let paths = format!("paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}");
    for (text, message) in [
        (
            format!("openapi: ▸3.1.0\ninfo: {{ title: T, version: \"1\" }}\n{paths}"),
            "must be 3.0.x",
        ),
        (format!("{START}{paths}▸webhooks: {{}}\n"), "`webhooks` is not supported"),
        (
            format!("{START}{paths}components:\n  ▸callbacks: {{}}\n"),
            "`callbacks` is not supported",
        ),
        (format!("{START}paths: ▸{{}}\n"), "needs an operation"),
        (
            format!("{START}{paths}components:\n  responses:\n    ▸Unused: {{ description: x }}\n"),
            "nothing refers to",
        ),
        (
            format!(
                "{START}{paths}components:\n  securitySchemes:\n    ▸s: {{ type: http, scheme: bearer }}\n"
            ),
            "no operation uses",
        ),
        (
            format!("{START}{paths}components:\n  schemas:\n    ▸Error: {{ type: string }}\n"),
            "must be the envelope",
        ),
        (format!("{START}{paths}▸paths: {{}}\n"), "stands here twice, first in line 3"),
        (format!("{START}{paths}x-anchor: &a ▸1\n"), "anchors"),
        (format!("{START}{paths}x-tag: !!str ▸1\n"), "tags"),
        ("▸".to_owned(), "the file is empty"),
        ("openapi: 3.0.3\n  info▸: x\n".to_owned(), "not YAML"),
        (format!("{START}{paths}▸---\na: 1\n"), "one YAML document"),
    ] {
        refused(&text, message);
    }
    let deep = format!("{START}x-deep: {}1{}\n", "[".repeat(200), "]".repeat(200));
    let refusal = openapi_stubgen::stub("spec.yaml", &deep).expect_err("200 levels");
    assert!(refusal.message.contains("levels deep"), "{refusal}");
}
