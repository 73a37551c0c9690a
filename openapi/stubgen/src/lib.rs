//! Generates poem-openapi server stubs from OpenAPI 3.0 specs at build time.
//!
//! A service's `build.rs` is a single call:
//!
//! ```no_run
//! fn main() -> Result<(), openapi_stubgen::Error> {
//!     openapi_stubgen::generate("../../openapi/user-service.yaml")
//! }
//! ```
//!
//! Its library includes the generated module:
//!
//! ```ignore
//! pub mod api {
//!     include!(concat!(env!("OUT_DIR"), "/user-service.rs"));
//! }
//! ```
//!
//! The module has a type for each schema, a trait with a function for each operation, an enum of
//! the responses of each operation, and a server that adapts an implementation of the trait to
//! poem-openapi. The crate that includes it depends on `openapi-server`, `poem-openapi` and
//! `serde`.
//!
//! # Guarantees
//!
//! The server enforces the spec exactly; otherwise the generator fails with `file:line:column` and
//! the construct that it does not support. No keyword is silently ignored. The same input gives the
//! same bytes. No input causes a panic.
//!
//! | Part | Supported |
//! | --- | --- |
//! | schemas | `type`, `format`, `nullable`, `enum` of strings, `default` on scalars, `minLength`, `maxLength`, `pattern`, `minimum`, `maximum` and their exclusive forms, `multipleOf`, `items`, `minItems`, `maxItems`, `uniqueItems`, `properties`, `required`, `additionalProperties`, `minProperties`, `maxProperties`, `readOnly`, `writeOnly`, `allOf` of objects (merged), `oneOf` of objects with a `discriminator` |
//! | formats | `int32`, `int64`, `float`, `double`, `email` (RFC 5321), `date-time`, `date`, `uuid`, `uri`, `password` |
//! | patterns | ECMA-262 with the flag `u`, without look-around and back references: matching is linear |
//! | parameters | in path, query and header; scalars, and arrays in the default style, exploded or not; undeclared query parameters are rejected |
//! | bodies | `application/json`, required or optional, without content encoding |
//! | responses | explicit statuses; the schema `Error` from 400; headers, of which `openapi-server` sets `X-Request-Id` |
//! | security | `http` bearer and `apiKey` in header or query; several schemes of an operation must all be satisfied |
//! | documentation only | `description`, `summary`, `title`, `example`, `examples`, `externalDocs`, `links`, `contact`, `license`, `x-…` |
//!
//! A `type: number` is an IEEE double, as `format: double` says and as JSON numbers are in
//! practice. Its decimal value is the shortest one that parses to the same double.
//!
//! # Stages
//!
//! 1. `yaml` parses the text into a tree whose nodes have positions.
//! 2. `parse` turns the tree into the `model` and rejects unsupported constructs.
//! 3. `check` validates the model as a whole: recursion, defaults, examples, collisions of names.
//! 4. `codegen` writes the Rust module, and the schemas that the server validates requests against.
//!    It cannot fail.
//!
//! A stage depends on `diagnostic`, the error of all stages, and on the stages before it. `names`
//! (Rust names for the names of the spec) and `json_schema` (schemas for the validator) translate
//! parts of the model for both `check` and `codegen`. `pattern` and `validator` use the regex and
//! JSON Schema engines of the server, so that the generator accepts what the server accepts.

#![warn(missing_docs)]

mod check;
mod codegen;
mod diagnostic;
// The server's definition of an e-mail address, so that examples are validated by the same rules.
#[path = "../../server/src/schema/email.rs"]
mod email;
mod json_schema;
mod model;
mod names;
mod parse;
mod pattern;
mod validator;
mod yaml;

use std::path::{Path, PathBuf};

use diagnostic::SpecError;
pub use diagnostic::{Diagnostic, Position};

/// The content of the three files generated from a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedCode {
    /// The formatted Rust module.
    pub rust: String,
    /// The spec as JSON, which the server serves.
    pub spec_json: String,
    /// The JSON Schemas that the server validates requests against.
    pub schemas_json: String,
}

/// Why [`generate`] failed.
pub enum Error {
    /// The spec is invalid or not supported.
    Spec(Diagnostic),
    /// A file could not be read or written.
    Io(PathBuf, std::io::Error),
    /// `OUT_DIR` is not set, as outside a build script.
    NoOutDir,
}

// Cargo shows the `Debug` form of an error that a build script's `main` returns.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Spec(diagnostic) => diagnostic.fmt(f),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NoOutDir => f.write_str("OUT_DIR is not set; call `generate` in a build script"),
        }
    }
}

impl std::error::Error for Error {}

/// Generates code from the spec at `path`, relative to the crate being built, and writes
/// `<stem>.rs`, `<stem>.json` and `<stem>.schemas.json` into `OUT_DIR`.
///
/// # Errors
///
/// [`Error::Spec`] with the first construct that the server cannot enforce exactly, or
/// [`Error::Io`].
#[expect(clippy::print_stdout, reason = "build scripts pass instructions to cargo on stdout")]
pub fn generate(path: &str) -> Result<(), Error> {
    println!("cargo::rerun-if-changed={path}");
    let out_dir = std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?;
    let text = std::fs::read_to_string(path).map_err(|error| Error::Io(path.into(), error))?;
    let generated = generate_from_str(path, &text).map_err(Error::Spec)?;
    let stem = file_stem(path);
    for (extension, content) in [
        ("rs", &generated.rust),
        ("json", &generated.spec_json),
        ("schemas.json", &generated.schemas_json),
    ] {
        let file = out_dir.join(format!("{stem}.{extension}"));
        std::fs::write(&file, content).map_err(|error| Error::Io(file, error))?;
    }
    Ok(())
}

/// Generates code from a spec given as text. `path` names the spec in diagnostics; the generated
/// code includes the file at that path, relative to the crate being built.
///
/// # Errors
///
/// The first construct that the server cannot enforce exactly.
pub fn generate_from_str(path: &str, text: &str) -> Result<GeneratedCode, Diagnostic> {
    let in_file = |error: SpecError| error.in_file(path);
    let root = yaml::parse(text).map_err(in_file)?;
    let spec = parse::parse_document(&root).map_err(in_file)?;
    check::check(&spec).map_err(in_file)?;
    let spec_json = root.json().map_err(in_file)?;
    let tokens = codegen::module(&spec, &file_stem(path), path);
    let file = syn::parse2(tokens).map_err(|error| Diagnostic {
        file: path.to_owned(),
        position: root.position,
        message: format!(
            "internal error: generated code is not valid Rust: {error}; please report this bug"
        ),
    })?;
    let header = format!("// Generated from {path}. Do not edit; edit the spec.\n\n");
    Ok(GeneratedCode {
        rust: header + &prettyplease::unparse(&file),
        spec_json: format!("{spec_json:#}\n"),
        schemas_json: format!("{:#}\n", codegen::request_schemas(&spec)),
    })
}

/// `user-service` for `../../openapi/user-service.yaml`.
fn file_stem(path: &str) -> String {
    Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
