//! The code generated from small specs, and the values that a mock server makes up from them. What
//! the petstore spec contains is in its golden files; these specs have the rest.
//!
//! After a change of the generator, `INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test -p
//! openapi-stubgen --test codegen` rewrites the snapshots; review their diff.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod fragments;
mod mock;
mod several_files;
mod styles;

/// The code for a spec.
fn generate(spec: &str) -> openapi_stubgen::GeneratedCode {
    openapi_stubgen::generate_from_str("spec.yaml", spec)
        .unwrap_or_else(|report| panic!("{report}"))
}

/// A spec with these component schemas, of which each line is indented here.
fn schemas(definitions: &str) -> String {
    let lines = definitions.lines().map(|line| format!("    {line}\n"));
    format!(
        r##"openapi: 3.0.3
info: {{ title: T, version: "1" }}
paths:
  /a:
    get: {{ operationId: a, responses: {{ "204": {{ description: Fine }} }} }}
components:
  schemas:
{}"##,
        lines.collect::<String>()
    )
}
