//! The report as a whole: every problem once, in the order of the file, and readable.

use super::{HEAD, document, operation, schemas};

#[test]
fn reports_every_problem_of_every_part() {
    let spec = r##"openapi: 3.0.3
info: { title: "1", version: 1, contact: 5, extra: x }
servers: [{ url: "https://{host}/" }]
tags: [{ name: a }, { name: a }, {}]
paths:
  /a//b:
    get:
      summary: 5
      parameters:
        - { name: x, in: cookie, schema: { type: strin } }
        - { name: y, in: query, schema: { type: string, format: hostname, minLength: -1 } }
      responses:
        4xx: { description: x }
        "200": { description: x, content: { text: {} } }
        "404": { content: { application/json: { schema: { type: object } } } }
  /c:
    post:
      operationId: c
      requestBody: { required: yes, content: { application/json: { schema: { $ref: "#/x" } } } }
      responses: { default: { description: x }, "200": { description: x, headers: { Date: {}, X: {} } } }
components:
  callback: {}
  schemas:
    A: { type: object, properties: { a: { type: text }, b: { not: {} }, c: { type: array } } }
    B: { type: string, enum: [], pattern: "(", unknown: 1 }
"##;
    assert_rendered!([("a spec with many problems", spec.to_owned())]);
}

#[test]
fn reports_nothing_that_follows_from_another_problem() {
    let spec = schemas(
        r##"
Broken: { type: strin, example: 5, properties: { a: {} } }
User:
  type: object
  required: [broken]
  properties:
    broken: { $ref: "#/components/schemas/Broken" }
  example: { broken: 1 }
Wrapper: { allOf: [{ $ref: "#/components/schemas/Broken" }], description: x }
Merged: { allOf: [{ $ref: "#/components/schemas/Broken" }, { required: [a] }] }
Variant: { oneOf: [{ $ref: "#/components/schemas/Broken" }], discriminator: { propertyName: k } }
"##,
    );
    let used = operation(
        r##"      parameters: [{ $ref: "#/components/parameters/P" }]
  /b/{p}:
    get:
      operationId: b
      parameters: [{ $ref: "#/components/parameters/P" }]
      security: [{ s: [] }]
      responses: { default: { description: x }, "200": { description: x, links: { l: { operationId: a } } } }
components:
  parameters: { P: { name: p, in: body, schema: {} } }
  securitySchemes: { s: { type: oauth2 } }
"##,
    );
    assert_rendered!([("a broken schema", spec), ("broken components", used)]);
}

#[test]
fn shows_a_hundred_problems_and_counts_the_rest() {
    let unknown: String = (0..250).map(|number| format!("x{number}: {{}}\n")).collect();
    let report = openapi_stubgen::check_str("spec.yaml", &document(&unknown)).to_string();
    assert_eq!(report.matches("spec.yaml:").count(), 101, "{report}");
    let summary = report.lines().last().unwrap();
    assert_eq!(summary, "spec.yaml: 250 errors; 150 more not shown");
}

#[test]
fn warnings_do_not_hide_errors() {
    let noted: String =
        (0..250).map(|n| format!("S{n}: {{ type: string, minimum: {n} }}\n")).collect();
    let spec = schemas(&format!("{noted}Broken: {{ type: strin }}\n"));
    let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
    assert_eq!(report.matches("error: unknown type `strin`").count(), 1, "{report}");
    assert_eq!(report.matches("warning: ").count(), 99, "{report}");
}

#[test]
fn escapes_control_characters_and_clips_long_lines() {
    let keys = |from: u32| (from..from + 50).map(|key| format!("x-{key}: 1, ")).collect::<String>();
    let operation = "/a: { get: { operationId: 5 } }";
    let long = format!("{HEAD}x: {{}}\npaths: {{ {}{operation}, {} }}\n", keys(0), keys(50));
    let control = schemas("S: { type: \"\\e]0;x\\a\u{202e}\" }");
    let tabs = schemas("S: { description: a\tb, type: strin }");
    let wide = schemas("S: { description: \"日本語\", type: strin }");
    assert_rendered!([
        ("a long line", long),
        ("control characters", control),
        ("tabs", tabs),
        ("wide characters", wide),
    ]);
}

#[test]
fn every_diagnostic_begins_with_a_position_in_the_order_of_the_file() {
    let report = openapi_stubgen::check_str("spec.yaml", &document("b: 1\na: 1\n"));
    let lines: Vec<usize> =
        report.diagnostics().iter().map(|diagnostic| diagnostic.span.start.line).collect();
    assert_eq!(lines, [10, 11]);
    let text = report.to_string();
    assert!(text.starts_with("spec.yaml:10:1: error: "), "{text}");
    assert!(text.contains("\n\nspec.yaml:11:1: error: "), "{text}");
}

#[test]
fn a_report_names_its_file_and_counts_its_diagnostics() {
    let fine = openapi_stubgen::check_str("a/spec.yaml", &document(""));
    assert!(fine.is_empty());
    assert_eq!((fine.file(), fine.errors(), fine.warnings()), ("a/spec.yaml", 0, 0));
    let spec = schemas(
        "S: { type: object, required: [a], properties: { a: { type: string, default: x }, b: 1 } }",
    );
    let report = openapi_stubgen::check_str("spec.yaml", &spec);
    assert!(!report.is_empty());
    assert_eq!((report.diagnostics().len(), report.errors(), report.warnings()), (2, 1, 1));
    assert!(report.to_string().ends_with("spec.yaml: 1 error, 1 warning"), "{report}");
}

#[test]
fn two_specs_of_one_file_name_do_not_overwrite_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in ["one", "two", "out"] {
        std::fs::create_dir(path(name)).unwrap();
    }
    for name in ["one/api.yaml", "two/api.json"] {
        std::fs::write(path(name), document("")).unwrap();
    }
    let out = folder.path().join("out");
    openapi_stubgen::generate_into(&path("one/api.yaml"), &out).unwrap();
    openapi_stubgen::generate_into(&path("one/api.yaml"), &out).unwrap();
    let error = openapi_stubgen::generate_into(&path("two/api.json"), &out).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("would be generated into the same files"), "{message}");
}

/// Cargo prints "Error: " before the error of a build script.
#[test]
fn the_error_of_a_build_script_lists_every_problem_at_the_beginning_of_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.yaml").to_str().unwrap().to_owned();
    std::fs::write(&path, document("a: 1\nb: 1\n")).unwrap();
    let error = openapi_stubgen::generate_into(&path, folder.path()).unwrap_err();
    let text = format!("Error: {error:?}");
    for line in [10, 11] {
        assert!(text.contains(&format!("\n\n{path}:{line}:1: error: ")), "{text}");
    }
}

/// The examples are validated although the schema has an error.
#[test]
fn a_property_that_is_required_twice_is_reported_once() {
    let schema = "A: { type: object, required: [a, a, b], example: { a: 1, b: 2 } }";
    let report = openapi_stubgen::check_str("spec.yaml", &schemas(schema));
    assert_eq!(report.errors(), 1, "{report}");
    assert!(report.to_string().contains("duplicate required property `a`"), "{report}");
}

/// Cargo sets `OUT_DIR` for build scripts, and tests of a package without one do not have it.
#[test]
fn generation_outside_of_a_build_script_is_an_error() {
    let result = openapi_stubgen::generate("spec.yaml");
    assert!(matches!(result, Err(openapi_stubgen::Error::NoOutDir)), "{result:?}");
}

/// The rest of the schema is not compared with its example, which could match.
#[test]
fn nothing_is_reported_that_depends_on_a_broken_branch() {
    for (schema, message) in [
        (
            r##"{ allOf: [{ allOf: [▸{ $ref: "#/components/schemas/S" }, { type: object }] }, { type: object }], example: x }"##,
            "this allOf contains `S` recursively",
        ),
        (
            "{ allOf: [{ $ref: \"#/components/schemas/B\" }, { type: object }], example: x }\n    B: { type: ▸strin }",
            "unknown type `strin`",
        ),
        (
            "{ oneOf: [{ $ref: \"#/components/schemas/B\" }], discriminator: { propertyName: k } }\n    B: { type: object, required: [k], properties: { k: { type: ▸strin } } }",
            "unknown type `strin`",
        ),
    ] {
        super::assert_schema(schema, message);
    }
    super::assert_response_headers(
        "X-Request-Id: { schema: { type: ▸strin } }",
        "unknown type `strin`",
    );
}

/// Cargo sets `OUT_DIR` for a build script, which is this test in another process.
#[test]
fn warnings_are_passed_to_cargo_or_denied() {
    const SPECS: [&str; 2] = ["fine.yaml", "warning.yaml"];
    if std::env::var_os("OUT_DIR").is_some() {
        for spec in SPECS {
            println!("{:?}", openapi_stubgen::generate(spec));
            println!("{:?}", openapi_stubgen::generate_denying_warnings(spec));
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in SPECS.into_iter().zip([document(""), schemas("S: { nullable: true }")]) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "report::warnings_are_passed_to_cargo_or_denied", "--nocapture"])
        .env("OUT_DIR", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = stdout
        .lines()
        .filter(|line| ["cargo", "Ok(", "Err("].iter().any(|begin| line.starts_with(begin)))
        .collect();
    assert_eq!(
        lines,
        [
            "cargo::rerun-if-changed=fine.yaml",
            "Ok(())",
            "cargo::rerun-if-changed=fine.yaml",
            "Ok(())",
            "cargo::rerun-if-changed=warning.yaml",
            "cargo::warning=warning.yaml:12:10: warning: `nullable` has no effect without `type`; add `type`",
            "Ok(())",
            "cargo::rerun-if-changed=warning.yaml",
            "Err(warning.yaml has warnings, which are denied",
        ]
    );
    assert!(folder.path().join("warning.server.rs").exists());
}
