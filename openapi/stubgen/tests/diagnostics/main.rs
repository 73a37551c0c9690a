//! Unsupported and invalid constructs are reported with their positions.
//!
//! In each case `▸` marks the position. It is removed before the generator gets the spec.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod documents;
mod names;
mod operations;
mod schemas;

/// The beginning of a spec.
const HEAD: &str = r#"openapi: 3.0.3
info: { title: T, version: "1" }
"#;

/// The responses of an operation.
const RESPONSES: &str = r##"      responses:
        "200": { description: Fine }
"##;

/// A spec with the given content after its only path.
fn document(tail: &str) -> String {
    format!("{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}{tail}")
}

/// Expects a diagnostic at the mark that contains `message`.
#[track_caller]
fn assert_diagnostic(marked: &str, message: &str) {
    let mark = marked.find('▸').expect("a mark");
    let before = &marked[..mark];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let position = format!("spec.yaml:{line}:{column}: ");
    let spec = marked.replacen('▸', "", 1);
    match openapi_stubgen::generate_from_str("spec.yaml", &spec) {
        Ok(_) => panic!("no diagnostic; expected {message:?} for\n{spec}"),
        Err(diagnostic) => {
            let text = diagnostic.to_string();
            assert!(
                text.starts_with(&position) && text.contains(message),
                "\n  {text}\n  {position}…{message}\n{marked}"
            );
        }
    }
}

/// The same for the component schema `S`.
#[track_caller]
fn assert_schema(schema: &str, message: &str) {
    assert_diagnostic(&document(&format!("components:\n  schemas:\n    S: {schema}\n")), message);
}

/// The same for the fields of an operation.
#[track_caller]
fn assert_operation(fields: &str, message: &str) {
    assert_diagnostic(&format!("{HEAD}paths:\n  /a:\n    get:\n      {fields}\n"), message);
}

/// The same for a parameter.
#[track_caller]
fn assert_parameter(parameter: &str, message: &str) {
    let fields = format!("operationId: a\n{RESPONSES}      parameters:\n        - {parameter}");
    assert_operation(&fields, message);
}

/// The same for the headers of a response.
#[track_caller]
fn assert_response_headers(headers: &str, message: &str) {
    let response = format!("{{ description: x, headers: {{ {headers} }} }}");
    let fields = format!("operationId: a\n      responses: {{ \"200\": {response} }}");
    assert_operation(&fields, message);
}
