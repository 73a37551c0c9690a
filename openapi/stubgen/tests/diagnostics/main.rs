//! Unsupported and invalid constructs are reported with their positions.
//!
//! In each case `▸` marks the position. It is removed before the generator gets the spec.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

/// Compares the rendering of specs with the snapshot of the test.
macro_rules! assert_rendered {
    ($specs:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
            insta::assert_snapshot!(crate::rendered($specs));
        })
    };
}

mod accepted;
mod access;
mod conformance;
mod documents;
mod envelope;
mod examples;
mod files;
mod invalid;
mod keywords;
mod messages;
mod names;
mod operations;
mod parameters;
mod paths;
mod positions;
mod references;
mod report;
mod schemas;
mod security;
mod size;
mod statuses;
mod values;

/// The beginning of a spec.
const HEAD: &str = r#"openapi: 3.0.3
info: { title: T, version: "1" }
"#;

/// The responses of an operation.
const RESPONSES: &str = r##"      responses:
        "200": { description: Fine }
        default: { description: Any error }
"##;

/// A spec with the given content after its only path.
fn document(tail: &str) -> String {
    format!("{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}{tail}")
}

/// Each spec with its diagnostics, for a snapshot.
fn rendered<'a>(specs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let each = specs.into_iter().map(|(title, spec)| {
        format!("# {title}\n{}", openapi_stubgen::check_str("spec.yaml", &spec))
    });
    each.collect::<Vec<_>>().join("\n\n")
}

/// A spec with the given component schemas, of which each line is indented here.
fn schemas(definitions: &str) -> String {
    let lines = definitions.lines().map(|line| format!("    {line}\n"));
    document(&format!("components:\n  schemas:\n{}", lines.collect::<String>()))
}

/// A spec with an operation that has the given fields.
fn operation(fields: &str) -> String {
    format!("{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}{fields}")
}

/// A spec with an operation of the given `security`, which declares 401, and with these schemes and
/// schemas.
fn secured(security: &str, schemes: &str, schemas: &str) -> String {
    format!(
        r##"{HEAD}paths:
  /a:
    get:
      operationId: a
      security: {security}
{RESPONSES}        "401":
          description: No credentials
          content: {{ application/json: {{ schema: {{ $ref: "#/components/schemas/Error" }} }} }}
components:
  securitySchemes:
    {schemes}
  schemas:
    {schemas}
    Error: {{ type: object, required: [error], properties: {{ error: {{ $ref: "#/components/schemas/ErrorDetail" }} }} }}
    ErrorDetail:
      type: object
      required: [code, message]
      properties: {{ code: {{ type: string }}, message: {{ type: string }}, details: {{ type: object }} }}
"##
    )
}

/// Expects that a spec has no problems, and returns the generated code.
#[track_caller]
fn generated(spec: &str) -> openapi_stubgen::GeneratedCode {
    let generated = openapi_stubgen::generate_from_str("spec.yaml", spec).unwrap();
    assert!(generated.warnings.is_empty(), "{}", generated.warnings);
    generated
}

/// The same, with only what people read.
#[track_caller]
fn accepted(spec: &str) -> String {
    generated(spec).rust
}

/// Expects a single diagnostic, at the mark, that contains `message`.
#[track_caller]
fn assert_diagnostic(marked: &str, message: &str) {
    let mark = marked.find('▸').expect("a mark");
    let before = &marked[..mark];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let position = format!("spec.yaml:{line}:{column}: ");
    let spec = marked.replacen('▸', "", 1);
    let report = openapi_stubgen::check_str("spec.yaml", &spec);
    let [diagnostic] = report.diagnostics() else {
        panic!("{report}\n  expected only {position}…{message}\n{marked}");
    };
    let text = report.line(diagnostic);
    assert!(
        text.starts_with(&position) && text.contains(message),
        "\n  {text}\n  {position}…{message}\n{marked}"
    );
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
    let fields = format!(
        "operationId: a\n      responses: {{ default: {{ description: x }}, \"200\": {response} }}"
    );
    assert_operation(&fields, message);
}
