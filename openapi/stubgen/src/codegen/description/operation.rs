//! Paths, operations, parameters, request bodies and response headers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::schema::{inlined, reference};
use super::shared::Functions;
use crate::codegen::context::Context;
use crate::codegen::operation_spec::location_ident;
use crate::model::{Content, Header, Operation, Parameter, Response, Security, Status, Style};
use crate::naming::upper_camel_case;

/// The functions that the description of all paths consists of. `paths` returns it.
pub(super) fn paths(context: &Context) -> TokenStream {
    let mut parts = Parts {
        operations: Functions::new("operation", quote!(MetaOperation)),
        responses: Functions::new("response", quote!(MetaResponse)),
        headers: Functions::new("header", quote!(MetaHeader)),
    };
    // Operations of the same path are adjacent in the model.
    let operations = &context.spec.operations;
    let paths = operations.chunk_by(|first, second| first.path == second.path);
    let paths: Vec<_> = paths.map(|operations| path(context, operations, &mut parts)).collect();
    let Parts { operations, responses, headers } = parts;
    let (operations, responses, headers) = (operations.items(), responses.items(), headers.items());
    quote! {
        fn paths() -> Vec<MetaApi> {
            Vec::from([MetaApi { paths: Vec::from([#(#paths),*]) }])
        }
        #operations
        #responses
        #headers
    }
}

/// What becomes a function.
struct Parts {
    operations: Functions,
    responses: Functions,
    headers: Functions,
}

fn path(context: &Context, operations: &[Operation], parts: &mut Parts) -> TokenStream {
    let path = operations.first().map(|operation| &operation.path);
    let operations = operations.iter().map(|known| {
        let operation = operation(context, known, parts);
        parts.operations.call(&operation)
    });
    quote!(MetaPath { path: #path.to_owned(), operations: Vec::from([#(#operations),*]) })
}

fn operation(context: &Context, operation: &Operation, parts: &mut Parts) -> TokenStream {
    let Operation { tags, deprecated, .. } = operation;
    let id = optional_text(operation.has_declared_id.then_some(&operation.id));
    let method = format_ident!("{}", operation.method.to_ascii_uppercase());
    let summary = optional_text(operation.summary.as_deref());
    let description = optional_text(operation.description.as_deref());
    let params = operation.parameters.iter().map(|known| parameter(context, known));
    let request = request(context, operation);
    let responses = operation.responses.iter().map(|known| response(context, known, parts));
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
            responses: MetaResponses { responses: Vec::from([#(#responses),*]) },
            deprecated: #deprecated,
            security: #security,
            operation_id: #id,
            code_samples: Vec::new(),
        }
    }
}

fn request(context: &Context, operation: &Operation) -> TokenStream {
    let Some(body) = &operation.body else { return quote!(None) };
    let content = body.content.iter().map(|content| media_type(context, content));
    let description = optional_text(body.description.as_deref());
    let required = body.required;
    quote! {
        Some(MetaRequest {
            description: #description,
            content: Vec::from([#(#content),*]),
            required: #required,
        })
    }
}

/// Each alternative is a map from schemes to scopes; an empty one allows no credentials.
fn security(security: &Security) -> TokenStream {
    let alternatives = security.alternatives.iter().map(|alternative| {
        let schemes = alternative.iter().map(|required| &required.name);
        let scopes = alternative.iter().map(|required| {
            let scopes = required.scopes.iter().map(|scope| &scope.name);
            quote!(Vec::from([#(#scopes),*]))
        });
        quote!(std::collections::HashMap::from([#((#schemes, #scopes)),*]))
    });
    let optional = security.is_optional.then(|| quote!(std::collections::HashMap::new()));
    let alternatives: Vec<_> = alternatives.chain(optional).collect();
    if alternatives.is_empty() {
        return quote!(Vec::new());
    }
    quote!(Vec::from([#(#alternatives),*]))
}

fn parameter(context: &Context, parameter: &Parameter) -> TokenStream {
    let Parameter { name, required, deprecated, explode, .. } = parameter;
    let location = location_ident(parameter.location);
    let style = style(parameter);
    let description = optional_string(parameter.description.as_deref());
    let schema = reference(context, &parameter.schema);
    quote! {
        MetaOperationParam {
            name: #name.to_owned(),
            schema: #schema,
            in_type: MetaParamIn::#location,
            description: #description,
            required: #required,
            deprecated: #deprecated,
            explode: #explode,
            style: #style,
        }
    }
}

/// The style, unless it is the default, or JSON, which poem-openapi does not describe.
fn style(parameter: &Parameter) -> TokenStream {
    let name = match parameter.style {
        Style::Json => return quote!(None),
        style if style == parameter.location.styles()[0] => return quote!(None),
        style => format_ident!("{}", upper_camel_case(style.name())),
    };
    quote!(Some(openapi_server::meta::ParameterStyle::#name))
}

fn media_type(context: &Context, content: &Content) -> TokenStream {
    let schema = reference(context, &content.schema);
    let name = &content.media_type;
    let content_type =
        if content.is_plain_json() { quote!(openapi_server::JSON) } else { quote!(#name) };
    quote!(MetaMediaType { content_type: #content_type, schema: #schema })
}

fn response(context: &Context, response: &Response, parts: &mut Parts) -> TokenStream {
    let description = &response.description;
    let (status, range) = match response.status {
        Status::Code(code) => (quote!(Some(#code)), quote!(None)),
        Status::Class(_) => {
            let range = response.status.to_string();
            (quote!(None), quote!(Some(#range.to_owned())))
        }
        Status::Default => (quote!(None), quote!(None)),
    };
    let content = response.content.iter().map(|content| media_type(context, content));
    let headers = response.headers.iter().map(|known| parts.headers.call(&header(context, known)));
    let response = quote! {
        MetaResponse {
            description: #description,
            status: #status,
            status_range: #range,
            content: Vec::from([#(#content),*]),
            headers: Vec::from([#(#headers),*]),
        }
    };
    parts.responses.call(&response)
}

fn header(context: &Context, header: &Header) -> TokenStream {
    let Header { name, required, deprecated, .. } = header;
    let schema = inlined(context, &header.schema);
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
pub(super) fn optional_text(text: Option<&str>) -> TokenStream {
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
