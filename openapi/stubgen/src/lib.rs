//! Turns an OpenAPI 3.0 spec into poem-openapi server stubs at build time.
//!
//! A service's `build.rs` is one line:
//!
//! ```no_run
//! fn main() -> Result<(), openapi_stubgen::Error> {
//!     openapi_stubgen::generate("../../openapi/user-service.yaml")
//! }
//! ```
//!
//! and its library includes what comes out, a formatted Rust module:
//!
//! ```ignore
//! pub mod api {
//!     include!(concat!(env!("OUT_DIR"), "/user-service.rs"));
//! }
//! ```
//!
//! The module holds a type for each schema, a trait with one function for
//! each operation, an enum of the responses of each operation, and a server
//! that adapts an implementation of the trait to poem-openapi. The crate that
//! includes it depends on `openapi-server`, `poem-openapi` and `serde`.
//!
//! # The promise
//!
//! The server enforces the spec exactly, or the generator stops with
//! `file:line:column` and the construct that it refuses. No keyword is
//! silently ignored; the same input gives the same bytes; no input panics.
//!
//! | Part | Supported |
//! | --- | --- |
//! | schemas | `type`, `format`, `nullable`, `enum` of strings, `default` on scalars, `minLength`, `maxLength`, `pattern`, `minimum`, `maximum` and their exclusive forms, `multipleOf`, `items`, `minItems`, `maxItems`, `uniqueItems`, `properties`, `required`, `additionalProperties`, `minProperties`, `maxProperties`, `readOnly`, `writeOnly`, `allOf` of objects (merged), `oneOf` of objects with a `discriminator` |
//! | formats | `int32`, `int64`, `float`, `double`, `email` (RFC 5321), `date-time`, `date`, `uuid`, `uri`, `password` |
//! | patterns | ECMA-262 with the flag `u`, without look-around and back references: matching is linear |
//! | parameters | in path, query and header; scalars, and arrays in the default style, exploded or not; unknown ones in the query are refused |
//! | bodies | `application/json`, required or optional, without content encoding |
//! | responses | a status each, from 400 up with the schema `Error`; headers, of which `X-Request-Id` is sent by the run time |
//! | security | `http` bearer and `apiKey` in header or query; schemes side by side must all be satisfied |
//! | documentation only | `description`, `summary`, `title`, `example`, `examples`, `externalDocs`, `links`, `contact`, `license`, `x-…` |
//!
//! A `type: number` is an IEEE double, as `format: double` says and as JSON
//! numbers are in practice; its decimal value is the shortest that the double
//! prints as.

#![warn(missing_docs)]

// One definition of an e-mail address, for the server and for examples in specs.
#[path = "../../server/src/email.rs"]
mod email;
mod emit;
mod json_schema;
mod model;
mod pattern;
mod read;
mod refusal;
mod yaml;

use std::path::{Path, PathBuf};

pub use refusal::{Position, Refusal};

/// The three files made from a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The formatted Rust module.
    pub rust: String,
    /// The spec as JSON, to be served as it is.
    pub spec_json: String,
    /// What the server compiles its validators from, as JSON.
    pub schemas_json: String,
}

/// Why [`generate`] stopped.
pub enum Error {
    /// The spec cannot be carried out.
    Refused(Refusal),
    /// A file could not be read or written.
    File(PathBuf, std::io::Error),
    /// Not called from a build script.
    NoOutDir,
}

// `main` of a build script prints errors with Debug: make that readable too.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NoOutDir => f.write_str("OUT_DIR is not set: call this from a build script"),
        }
    }
}

impl std::error::Error for Error {}

/// Reads the spec at `path`, relative to the crate being built, and writes
/// `<stem>.rs`, `<stem>.json` and `<stem>.schemas.json` into `OUT_DIR`.
///
/// # Errors
/// A refusal of the spec, or a file that cannot be read or written.
#[expect(clippy::print_stdout, reason = "how a build script talks to cargo")]
pub fn generate(path: &str) -> Result<(), Error> {
    println!("cargo::rerun-if-changed={path}");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?;
    let text = std::fs::read_to_string(path).map_err(|error| Error::File(path.into(), error))?;
    let stub = stub(path, &text).map_err(Error::Refused)?;
    let stem = stem(path);
    for (ending, content) in
        [("rs", &stub.rust), ("json", &stub.spec_json), ("schemas.json", &stub.schemas_json)]
    {
        let file = out.join(format!("{stem}.{ending}"));
        std::fs::write(&file, content).map_err(|error| Error::File(file, error))?;
    }
    Ok(())
}

/// Makes the stub of a spec given as text. `path` names it in refusals, and
/// is where the including crate finds the spec, relative to itself.
///
/// # Errors
/// The first construct that cannot be enforced exactly.
pub fn stub(path: &str, text: &str) -> Result<Stub, Refusal> {
    let located = |at: refusal::At| Refusal {
        file: path.to_owned(),
        position: at.position,
        message: at.message,
    };
    let root = yaml::parse(text).map_err(located)?;
    let spec = read::read(&root).map_err(located)?;
    let json = root.json().map_err(located)?;
    let tokens = emit::module(&spec, &stem(path), path);
    let file = match syn::parse2(tokens) {
        Ok(file) => file,
        Err(error) => {
            let message = format!(
                "the generator wrote something that is not Rust, which is a bug of it: {error}"
            );
            return Err(Refusal { file: path.to_owned(), position: root.position, message });
        }
    };
    let header = format!("// Generated from {path}. Do not edit: change the spec.\n\n");
    Ok(Stub {
        rust: header + &prettyplease::unparse(&file),
        spec_json: format!("{json:#}\n"),
        schemas_json: format!("{:#}\n", emit::schemas(&spec)),
    })
}

/// `user-service` of `../../openapi/user-service.yaml`.
fn stem(path: &str) -> String {
    Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
