//! From the model to Rust. Nothing here can fail: what could not be carried
//! out was refused before.
//!
//! Lists are written `Vec::from([…])`, because the formatter leaves what
//! stands in `vec![…]` as it is.

mod doc;
mod meta;
pub(crate) mod names;
mod operations;
mod responses;
mod server;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use doc::doc;

use crate::json_schema::{self, Direction};
use crate::model::{Operation, Spec};

/// The module for a spec. `stem` is the file's name without its ending,
/// `path` the file as it lies from the crate that includes the stub.
pub(crate) fn module(spec: &Spec, stem: &str, path: &str) -> TokenStream {
    let types = types::types(spec);
    let responses = spec.operations.iter().map(|operation| responses::response(spec, operation));
    let api = operations::api(spec);
    let constants = spec.operations.iter().map(|operation| operations::constant(spec, operation));
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
        #(#constants)*
    }
}

/// What the validator is made from at start: the component schemas, and for
/// each operation the schemas of its parameters (in order) and its body.
pub(crate) fn schemas(spec: &Spec) -> Value {
    let operations: Map<String, Value> =
        spec.operations.iter().map(|operation| (operation.id.clone(), inputs(operation))).collect();
    json!({ "$defs": json_schema::definitions(spec, Direction::Request), "operations": operations })
}

fn inputs(operation: &Operation) -> Value {
    let translate = |schema| json_schema::translate(schema, Direction::Request);
    let parameters: Vec<Value> =
        operation.parameters.iter().map(|parameter| translate(&parameter.schema)).collect();
    json!({ "parameters": parameters, "body": operation.body.as_ref().map(|body| translate(&body.schema)) })
}
