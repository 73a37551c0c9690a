//! From the model to Rust. Nothing here can fail, because the earlier stages reject whatever cannot
//! be generated.
//!
//! Each module writes one part of the generated code: `components` the types of schemas (with
//! `structs` and `enums` for their definitions), `responses` the response enums, `api` the trait,
//! `server` the struct that serves an implementation of it. `types` names the Rust type of a schema
//! where it is used; `meta` describes schemas to poem-openapi.
//!
//! Lists are `Vec::from([…])`, because prettyplease does not format the arguments of `vec![…]`.

mod api;
mod components;
mod doc;
mod enums;
mod ident;
mod meta;
mod operation_spec;
mod responses;
mod route;
mod server;
mod structs;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use crate::json_schema::{self, Direction};
use crate::model::{Operation, Spec};

/// The module for a spec. `stem` names the files in `OUT_DIR`, `path` is the spec relative to the
/// crate that includes the module.
pub(crate) fn module(spec: &Spec, stem: &str, path: &str) -> TokenStream {
    let types = components::types(spec);
    let responses =
        spec.operations.iter().map(|operation| responses::response_enum(spec, operation));
    let api = api::api_trait(spec);
    let operation_specs =
        spec.operations.iter().map(|operation| operation_spec::constant(spec, operation));
    let server = server::server(spec);
    let description = server::description(spec, stem, path);
    quote! {
        use std::future::Future;
        use openapi_server::meta::*;

        #description
        #types
        #(#responses)*
        #api
        #server
        #(#operation_specs)*
    }
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
    let body = operation.body.as_ref().map(|body| translate(&body.schema));
    json!({ "parameters": parameters, "body": body })
}
