//! From the model to Rust. Nothing here can fail, because the earlier passes reject whatever cannot
//! be generated.
//!
//! The module for a spec consists of two files. The first is for people: the trait to implement,
//! an implementation to start from, and the types of parameters, responses and schemas. The second
//! is included by the first as the private module `server`: it serves an implementation of the
//! trait, and implements what the types need for that.
//!
//! Whatever names a spec has, the generated code compiles:
//!
//! - the second file refers to the types of the spec as `super::…`, so they hide nothing that it
//!   uses;
//! - the first file only contains definitions, and writes out the path of a standard type that a
//!   type of the spec hides ([`Context::std`]);
//! - functions are called by their path, since a method of the same name could precede them.
//!
//! Lists are `Vec::from([…])`, because prettyplease does not format the arguments of `vec![…]`.

mod api_trait;
mod checks;
mod components;
mod constraints;
mod content;
mod context;
mod debug;
mod description;
mod doc;
mod engine;
mod enums;
mod error_sample;
mod errors;
mod form;
mod format;
mod formats;
mod ident;
mod newtypes;
mod operation_spec;
mod parameters;
mod responses;
mod route;
mod security;
mod server;
mod simple_pattern;
mod structs;
mod text_style;
mod types;
mod unimplemented;

use serde_json::{Map, Value, json};

pub(crate) use content::sent_type;
use context::Context;
pub(crate) use form::is_plain_json;
pub use simple_pattern::check as pattern_check;

use crate::json_schema::{self, Direction};
use crate::model::{Operation, Spec};
use crate::naming::Names;

/// The two files of the module for a spec.
pub(crate) struct Module {
    pub main: String,
    pub server: String,
}

/// What a server serves as its spec in YAML.
#[derive(Clone, Copy)]
pub(crate) enum Served {
    /// The spec itself.
    File,
    /// The spec with what it refers to in other files, as JSON, which YAML includes.
    Json,
}

/// Generates the module. `stem` names the files in `OUT_DIR`, `path` is the spec relative to the
/// crate that includes the module.
pub(crate) fn module(
    spec: &Spec,
    names: &Names,
    stem: &str,
    path: &str,
    served: Served,
) -> Result<Module, syn::Error> {
    let context = Context { spec, names, is_server: false };
    let parameters = parameters::structs(&context);
    let types = components::types(&context);
    let mut main = format::Writer::new(path);
    main.section("", api_trait::api_trait(&context))?;
    main.section("", unimplemented::unimplemented(&context))?;
    main.section("", server::server_struct(&context, stem, path, served))?;
    main.section("Authentication", security::types(&context))?;
    main.section("Parameters", parameters)?;
    main.section("Request bodies", content::request_enums(&context))?;
    main.section("Responses", responses::enums(&context))?;
    main.section("Types", types)?;
    main.section("Server", server::include(stem))?;
    let mut server = format::Writer::new(path);
    server.section("", server::imports(stem))?;
    server.section("", engine::definitions(&context).unwrap_or_default())?;
    server.section("Routes", server::implementation(&context))?;
    server.section("Authentication", security::implementations(&context))?;
    server.section("Responses", responses::conversions(&context))?;
    server.section("Bodies", content::redactions(&context))?;
    server.section("Types", components::implementations(&context))?;
    server
        .section("Description, for comparison with the spec", description::description(&context))?;
    Ok(Module { main: main.finish(), server: server.finish() })
}

/// The schemas that the server compiles its validators from when it starts: the components, and for
/// each operation its parameters (in order) and its body.
pub(crate) fn request_schemas(spec: &Spec) -> Value {
    let operations: Map<String, Value> = spec
        .operations
        .iter()
        .map(|operation| (operation.id.clone(), operation_schemas(operation)))
        .collect();
    json!({ "$defs": json_schema::definitions(spec, Direction::Request), "operations": operations })
}

fn operation_schemas(operation: &Operation) -> Value {
    let translate = |schema| json_schema::translate(schema, Direction::Request);
    let parameters: Vec<Value> =
        operation.parameters.iter().map(|parameter| translate(&parameter.schema)).collect();
    match &operation.body {
        Some(body) if !form::is_plain_json(body) => {
            let contents = body.content.iter().map(|content| &content.schema);
            let contents: Vec<Value> = contents.map(translate).collect();
            json!({ "parameters": parameters, "contents": contents })
        }
        body => {
            let schema = body.as_ref().and_then(|body| body.content.first());
            let schema = schema.map(|content| translate(&content.schema));
            json!({ "parameters": parameters, "body": schema })
        }
    }
}
