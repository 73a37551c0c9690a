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
//! The module begins with a trait that has a method for each operation, and `Unimplemented`, an
//! implementation to start from. An enum of the responses of each operation and a type for each
//! schema follow, and a server that adapts an implementation of the trait to poem-openapi. The
//! crate that includes the module depends on `openapi-server`, `poem-openapi` and `serde`, in
//! edition 2024.
//!
//! A component that is not an object with properties becomes a newtype whose content is private. It
//! holds only what the schema allows: `TryFrom`, `FromStr` and serde check it. The values of a
//! request are checked once, when the request is validated as a whole.
//!
//! # Guarantees
//!
//! Every keyword is one of three things, and none is ignored silently:
//!
//! - *enforced*: the server accepts exactly what the spec allows;
//! - *noted*: it has no effect on a server, and gets a warning at its position, which a build
//!   prints and `--deny warnings` turns into an error;
//! - *refused*: an error at its position, and no code.
//!
//! The same input gives the same bytes. No input causes a panic.
//!
//! | Part | Supported |
//! | --- | --- |
//! | schemas | `type`, `format`, `nullable`, `enum`, `default`, `minLength`, `maxLength`, `pattern`, `minimum`, `maximum` and their exclusive forms, `multipleOf`, `items`, `minItems`, `maxItems`, `uniqueItems`, `properties`, `required`, `additionalProperties`, `minProperties`, `maxProperties`, `readOnly`, `writeOnly`, `allOf`, `oneOf`, `anyOf`, `not`; schemas that contain themselves |
//! | readOnly, writeOnly | of a property, also if its schema only refers to such a schema or consists of such items or values |
//! | formats | of strings: `binary` (any string; a file in `multipart/form-data`), `byte`, `base64url`, `date`, `date-time`, `duration`, `email` (RFC 5321), `hostname`, `idn-email`, `idn-hostname`, `ipv4`, `ipv6`, `iri`, `iri-reference`, `json-pointer`, `password`, `regex`, `relative-json-pointer`, `time`, `uri`, `uri-reference`, `uri-template`, `uuid`; of numbers: `int8` to `int64`, `uint8` to `uint64`, `float`, `double` |
//! | noted | a `format` that is none of these; `xml`; keywords of another type than the schema's; siblings of `$ref`; `nullable` without `type`; enum values and examples that the rest of the schema excludes, and defaults of another format or null; a `discriminator` that does not select a variant; a default in a value that is handed over as JSON; the length, pattern, `enum` and default of a file; `encoding` of what is not a form; an optional request body without media types; `readOnly` and `writeOnly` of a body; numbers in examples that JSON cannot represent; `servers` of a path or an operation, and their undefined variables; the `content` of a 204, 205 or 304; response headers that follow from the response or belong to the connection; unused components; a name that would be the same as another one in Rust, and gets a number |
//! | patterns | ECMA-262 with the flag `u`, without back references and look-around, except look-ahead after a `^` at the beginning: matching is linear |
//! | parameters | in path, query, header and cookie, of every style; see [below](#parameters). Undeclared query parameters are rejected |
//! | bodies | of any media types, required or optional, without content encoding |
//! | media types | see [below](#media-types) |
//! | responses | statuses, classes such as `4XX`, and `default`; headers of scalars, arrays and objects, or JSON as `content`; `openapi-server` sets `X-Request-Id` |
//! | errors | bodies of any schema, or none |
//! | security | alternatives of one or several schemes, and `{}` for optional: `http` bearer and basic, `apiKey` in header, query and cookie, `oauth2` and `openIdConnect` as bearer tokens with their scopes, any other `http` scheme as text. The trait's `authenticate` gets the credentials before anything else of a request is read. A warning where an operation with credentials declares no 401, which the server sends |
//! | documentation only | `description`, `summary`, `title`, `example`, `examples`, `externalDocs`, `links`, `contact`, `license`, `x-…` |
//!
//! The keywords of schemas:
//!
//! | Keyword | Class |
//! | --- | --- |
//! | `type`, `nullable`, `enum`, `default`, `format` | enforced, or noted where they have no effect |
//! | `properties`, `required`, `additionalProperties`, `minProperties`, `maxProperties`, `items`, `minItems`, `maxItems`, `uniqueItems`, `minLength`, `maxLength`, `pattern`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf` | enforced, or noted beside another `type` |
//! | `allOf`, `oneOf`, `anyOf`, `not`, `readOnly`, `writeOnly` | enforced |
//! | `discriminator` | enforced in a `oneOf` whose variants it selects, noted elsewhere |
//! | `xml` | noted |
//! | `title`, `description`, `example`, `externalDocs`, `deprecated` | documentation |
//!
#![doc = include_str!("keywords.md")]
//!
#![doc = include_str!("references.md")]
//!
//! # Types and names
//!
//! `allOf` of objects is one struct with the properties of all, and of a single reference that
//! reference. `oneOf` of references with a `discriminator` is an enum, if each variant is an object
//! with the discriminator as a required string. Any other composition, an enum of other values than
//! strings, and a schema without `type` only constrain values: an object that has all properties
//! itself remains a struct, a string a `String`, and whatever no Rust type expresses is handed over
//! as a JSON value. The server has validated it by the whole schema.
//!
//! An operation without `operationId` is named after its method and path: `GET /orders/{id}/items`
//! is `get_orders_id_items`.
//!
//! A `type: number` is an IEEE double, as `format: double` says and as JSON numbers are in
//! practice. Its decimal value is the shortest one that parses to the same double.
//!
//! # Parameters
//!
//! A value is written as the table "Style Values" of OpenAPI 3.0.3 says, and RFC 6570 where that
//! differs: an array in the style `label` without `explode` is `.blue,black`.
//!
//! | Style | Scalar | Array | Object |
//! | --- | --- | --- | --- |
//! | `form`, exploded by default | `color=blue` | `color=blue&color=black`, or `color=blue,black` | `R=100&G=200`, or `color=R,100,G,200` |
//! | `spaceDelimited`, `pipeDelimited` | noted | `color=blue%20black`, `color=blue%7Cblack` | `color=R%20100%20G%20200` |
//! | `deepObject` | noted | `color[]=blue`, `color[0]=blue` | `color[R]=100`, nested as well |
//! | `simple` | `blue` | `blue,black` | `R,100,G,200`, or `R=100,G=200` |
//! | `label` | `.blue` | `.blue,black`, or `.blue.black` | `.R,100,G,200`, or `.R=100.G=200` |
//! | `matrix` | `;color=blue` | `;color=blue,black`, or `;color=blue;color=black` | `;color=R,100,G,200`, or `;R=100;G=200` |
//!
//! A separator within a value is percent-encoded. A text without separators is decoded first,
//! because some clients encode the separators as well.
//!
//! - The properties of an exploded object are parameters. Others are rejected, unless the schema
//!   has `additionalProperties` or no properties at all; it then takes all that are not declared.
//! - A schema of several types takes a number or `true` and `false` as such if it allows that, or
//!   else as a string. One that allows scalars and arrays takes a single text as a scalar if it
//!   can.
//! - `content` is JSON, or text; of another media type, a string.
//! - Noted: `allowReserved`; the header parameters `Accept`, `Content-Type` and `Authorization`,
//!   which OpenAPI ignores; `nullable`, `readOnly` and `writeOnly`; a `style` or `explode` without
//!   effect; arrays and objects within an object or array, which OpenAPI does not define. In the
//!   query they are JSON, except that an array within an exploded object repeats its parameter. In
//!   a path or a header the whole value is JSON.
//! - An optional parameter with `allowEmptyValue` is absent if it is empty, unless it is a string.
//!
//! # Media types
//!
//! | Media type | Type | Enforced |
//! | --- | --- | --- |
//! | `application/json`, `text/json`, `…+json`, `*/*`, `application/*` | that of the schema | the schema |
//! | `text/…`, `…+xml`, `application/xml`, YAML and the like | a string, number or boolean | the schema, if it is one of these |
//! | `application/x-www-form-urlencoded` of a request | that of the schema | the schema; `encoding` says how fields are written: `style` with `explode`, and `contentType` JSON. Objects are JSON unless their style is `deepObject` |
//! | `multipart/form-data` of a request | that of the schema, with a `File` for each `format: binary`, also of a composition, whose other properties are in a map; a `ByteStream` of the whole form if the schema itself is `format: binary` | the schema; in memory as a whole, at most `MAX_MULTIPART_BYTES`. Refused: a field that can be a file or something else |
//! | others | `ByteStream`, or `TypedStream` for a range such as `image/*` | nothing; streamed |
//!
//! Several media types of a body are the variants of an enum. The request's `Content-Type` selects
//! the most specific one; any other is answered with 415. A range in a response is sent as the type
//! that the implementation chooses, as `application/json`, or as `text/plain`.
//!
//! # Errors
//!
//! `openapi-server` finds many errors before an implementation is called: a request that violates
//! the spec, an unknown path, a missing credential, a body that is too large. It answers these, and
//! the errors that an implementation returns, with the body that the operation declares for the
//! status. If that is the schema `Error` in the form of `openapi_server::ErrorBody`, nothing needs
//! to be written. For another schema, say `Problem`, the trait has a function
//! `error_to_problem(&self, &ApiError) -> Problem`. A status that an operation does not declare has
//! the body that most error responses of the spec have.
//!
//! # Diagnostics
//!
//! A run reports all problems of a document, each with its place, what is wrong and what to do.
//! Whatever the spec contains, the run time is proportional to its length; where merging `allOf` or
//! following references would need more, there is a limit and a diagnostic.
//!
//! # Passes
//!
//! 1. `yaml` parses the text into a tree whose nodes have positions.
//! 2. `bundle` makes components of what references lead to elsewhere, in the document and in other
//!    files.
//! 3. `parse` turns the tree into the `model` and rejects unsupported constructs.
//! 4. `resolve` follows references: it merges `allOf`, makes the properties readOnly or writeOnly
//!    that consist of such values, and finds types that contain themselves and schemas that no type
//!    expresses.
//! 5. `validate` checks the model as a whole: defaults, examples, collisions of names.
//! 6. `codegen` writes the Rust module, and the schemas that the server validates requests against.
//!    It cannot fail.
//!
//! A pass depends on `diagnostic`, which collects the problems that all passes find, and on the
//! passes before it. `naming` assigns Rust names to the names of the spec, and reports those that
//! are not distinct. `json_schema` (schemas for the validator) translates parts of the model for
//! both `validate` and `codegen`. `pattern` and
//! `validator` use the regex and JSON Schema engines of the server, so that the generator accepts
//! what the server accepts.

#![warn(missing_docs)]

// The server's definitions of formats, so that examples are validated by the same rules.
#[path = "../../server/src/schema/base64.rs"]
mod base64;
mod bundle;
mod codegen;
#[path = "../../server/src/schema/date_time.rs"]
mod date_time;
mod diagnostic;
#[path = "../../server/src/schema/email.rs"]
mod email;
mod json_schema;
pub mod mock;
mod model;
mod naming;
mod output;
mod parse;
mod pattern;
mod resolve;
mod text_style;
mod validate;
mod validator;
mod yaml;

use std::path::Path;

use bundle::{Files, Load};
use codegen::Served;
pub use codegen::pattern_check;
use diagnostic::Diagnostics;
pub use diagnostic::{Diagnostic, Position, Report, Severity, Span, escape_controls};
use model::Spec;
use naming::Names;
pub use output::{Error, check, generate, generate_denying_warnings, generate_into};

/// The content of the files generated from a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedCode {
    /// The Rust module, without what serves it.
    pub rust: String,
    /// The part of the module that serves an implementation of its trait. The module includes it.
    pub server_rust: String,
    /// The spec as JSON in the order of the file, which the server serves.
    pub spec_json: String,
    /// The JSON Schemas that the server validates requests against.
    pub schemas_json: String,
    /// The warnings of the spec.
    pub warnings: Report,
}

/// The reason why a spec that is given as text has no other files.
const NO_FILES: &str = "the spec is given as text, without a folder";

/// Generates code from a spec given as text. `path` names the spec in diagnostics; the generated
/// code includes the file at that path, relative to the crate being built.
///
/// # Errors
///
/// The constructs that the server cannot enforce exactly, with the warnings.
pub fn generate_from_str(path: &str, text: &str) -> Result<GeneratedCode, Report> {
    generate_with(path, text, &|_| Err(NO_FILES.to_owned()))
}

/// The problems of a spec, without generating code.
pub fn check_str(path: &str, text: &str) -> Report {
    check_with(path, text, &|_| Err(NO_FILES.to_owned()))
}

/// The same as [`generate_from_str`] for a spec that refers to other files.
fn generate_with(path: &str, text: &str, load: Load) -> Result<GeneratedCode, Report> {
    let diagnostics = Diagnostics::default();
    let files = Files::load(file_name(path), text, load, &diagnostics);
    let Some(Analysis { spec, names, json }) = analyze(&files, &diagnostics) else {
        return Err(Report::of_files(files.into_sources(path), diagnostics));
    };
    let served = if files.has_others() { Served::Json } else { Served::File };
    let module = match codegen::module(&spec, &names, &file_stem(path), path, served) {
        Ok(module) => module,
        Err(error) => {
            let message = format!("internal error: generated code is not valid Rust: {error}");
            diagnostics.error(Span::START, message, "please report this bug");
            return Err(Report::of_files(files.into_sources(path), diagnostics));
        }
    };
    Ok(GeneratedCode {
        rust: module.main,
        server_rust: module.server,
        spec_json: json + "\n",
        schemas_json: format!("{:#}\n", codegen::request_schemas(&spec)),
        warnings: Report::of_files(files.into_sources(path), diagnostics),
    })
}

/// The same as [`check_str`] for a spec that refers to other files.
fn check_with(path: &str, text: &str, load: Load) -> Report {
    let diagnostics = Diagnostics::default();
    let files = Files::load(file_name(path), text, load, &diagnostics);
    analyze(&files, &diagnostics);
    Report::of_files(files.into_sources(path), diagnostics)
}

/// What code is generated from.
struct Analysis {
    /// In a box, since the names are valid for the place of the spec.
    spec: Box<Spec>,
    names: Names,
    /// The spec as JSON.
    json: String,
}

/// The passes before code generation. `None` if there are errors.
fn analyze(files: &Files, diagnostics: &Diagnostics) -> Option<Analysis> {
    let root = diagnostics.ok(bundle::bundle(files, diagnostics))?;
    let mut spec = Box::new(diagnostics.ok(parse::parse_document(&root, diagnostics))?);
    resolve::resolve(&mut spec, diagnostics);
    validate::validate(&mut spec, diagnostics);
    let names = Names::assign(&spec, diagnostics);
    // Clients get a single document. If the spec is one, they get it as it is.
    let served = if files.has_others() { &*root } else { files.root()? };
    let json = diagnostics.ok(served.json_text())?;
    validate::validate_numbers(served, diagnostics);
    (!diagnostics.has_errors()).then_some(Analysis { spec, names, json })
}

/// `user-service.yaml` for `../../openapi/user-service.yaml`.
fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `user-service` for `../../openapi/user-service.yaml`.
fn file_stem(path: &str) -> String {
    Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
