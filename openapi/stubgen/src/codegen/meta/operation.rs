//! Paths, operations, parameters, request bodies and response headers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::schema::{inlined, reference};
use crate::codegen::ident::type_ident;
use crate::codegen::operation_spec::location_ident;
use crate::model::{Header, Operation, Parameter, Spec};
use crate::names;

pub(crate) fn path(spec: &Spec, path: &str) -> TokenStream {
    let operations = spec.operations.iter().filter(|operation| operation.path == path);
    let operations = operations.map(operation);
    quote!(MetaPath { path: #path.to_owned(), operations: Vec::from([#(#operations),*]) })
}

fn operation(operation: &Operation) -> TokenStream {
    let Operation { id, tags, deprecated, .. } = operation;
    let method = format_ident!("{}", operation.method.to_ascii_uppercase());
    let summary = optional_text(operation.summary.as_deref());
    let description = optional_text(operation.description.as_deref());
    let params = operation.parameters.iter().map(|known| parameter(operation, known));
    let request = request(operation);
    let response = type_ident(&names::response(operation));
    let security = security(&operation.security);
    quote! {
        MetaOperation {
            method: Method::#method,
            tags: Vec::from([#(#tags),*]),
            summary: #summary,
            description: #description,
            external_docs: None,
            params: Vec::from([#(#params),*]),
            request: #request,
            responses: #response::meta(),
            deprecated: #deprecated,
            security: #security,
            operation_id: Some(#id),
            code_samples: Vec::new(),
        }
    }
}

fn request(operation: &Operation) -> TokenStream {
    let Some(body) = &operation.body else { return quote!(None) };
    let name = names::body(&names::upper_camel_case(&operation.id));
    let schema = reference(&body.schema, &name);
    let description = optional_text(body.description.as_deref());
    let required = body.required;
    quote! {
        Some(MetaRequest {
            description: #description,
            content: Vec::from([
                MetaMediaType { content_type: openapi_server::JSON, schema: #schema }
            ]),
            required: #required,
        })
    }
}

fn security(schemes: &[String]) -> TokenStream {
    if schemes.is_empty() {
        return quote!(Vec::new());
    }
    quote!(Vec::from([std::collections::HashMap::from([#((#schemes, Vec::new())),*])]))
}

fn parameter(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let Parameter { name, required, deprecated, explode, .. } = parameter;
    let location = location_ident(parameter.location);
    let description = optional_string(parameter.description.as_deref());
    let type_name = names::member(&names::upper_camel_case(&operation.id), name);
    let schema = reference(&parameter.schema, &type_name);
    quote! {
        MetaOperationParam {
            name: #name.to_owned(),
            schema: #schema,
            in_type: MetaParamIn::#location,
            description: #description,
            required: #required,
            deprecated: #deprecated,
            explode: #explode,
            style: None,
        }
    }
}

/// A response header.
pub(crate) fn header(spec: &Spec, header: &Header) -> TokenStream {
    let Header { name, required, deprecated, .. } = header;
    let schema = inlined(spec, &header.schema);
    let description = optional_string(header.description.as_deref());
    quote! {
        MetaHeader {
            name: #name.to_owned(),
            description: #description,
            required: #required,
            deprecated: #deprecated,
            schema: #schema,
        }
    }
}

/// An `Option<&'static str>`.
pub(crate) fn optional_text(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

/// An `Option<String>`.
fn optional_string(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text.to_owned())),
        None => quote!(None),
    }
}
