//! The errors that the server answers instead of the implementation. `openapi-server` has them as
//! an `ApiError`, and answers with its envelope. Where the spec has another body, a method of the
//! trait builds it from the `ApiError`.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::content::sent_type;
use super::context::Context;
use super::doc::doc;
use super::error_sample;
use super::ident::ident;
use super::responses::listed;
use crate::model::{Format, Operation, Response, Schema, Status};

/// The body of an error response.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Body {
    Envelope,
    Empty,
    /// The message as text.
    Message {
        media_type: String,
    },
    /// What a function of the trait makes.
    Function {
        function: Ident,
        media_type: String,
        is_text: bool,
    },
}

fn body(context: &Context, response: &Response) -> Body {
    let Some(content) = response.error_content() else { return body_of_bytes(response) };
    if context.spec.is_envelope_content(content) {
        return Body::Envelope;
    }
    let media_type = sent_type(content);
    match context.names.error_function(&content.schema) {
        None => Body::Message { media_type },
        Some(function) => {
            let is_text = content.format == Format::Text;
            Body::Function { function: ident(function), media_type, is_text }
        }
    }
}

/// The message, if the declared media types allow any bytes. It would be no valid image, for example.
fn body_of_bytes(response: &Response) -> Body {
    let mut media_types = response.content.iter().map(|content| content.media_type.as_str());
    let sent_type = media_types.find_map(|media_type| match media_type {
        "application/octet-stream" | "application/*" => Some("application/octet-stream"),
        "*/*" => Some("text/plain; charset=utf-8"),
        _ => None,
    });
    sent_type.map_or(Body::Empty, |media_type| Body::Message { media_type: media_type.to_owned() })
}

/// The schemas that a function of the trait makes, with its name.
fn converted<'a>(context: &Context<'a>) -> Vec<(Ident, &'a Schema)> {
    let operations = context.spec.operations.iter();
    let contents =
        operations.flat_map(Operation::error_responses).filter_map(Response::error_content);
    let mut known = HashSet::new();
    contents
        .filter_map(|content| {
            let function = context.names.error_function(&content.schema)?;
            known.insert(function).then(|| (ident(function), &content.schema))
        })
        .collect()
}

/// The functions of the trait.
pub(super) fn functions(context: &Context) -> TokenStream {
    let functions = converted(context).into_iter().map(|(function, schema)| {
        let ty = context.value_type(schema);
        let doc = doc(
            "The body of an error response: of the errors that the server finds, such as a request \
             that violates the spec, and of the errors that the operations return.",
        );
        quote! {
            #doc
            fn #function(&self, error: &openapi_server::ApiError) -> #ty;
        }
    });
    functions.collect()
}

/// The same for the implementation to start from.
pub(super) fn unimplemented(context: &Context) -> TokenStream {
    let functions = converted(context).into_iter().map(|(function, schema)| {
        let ty = context.value_type(schema);
        let sample = error_sample::sample(context.spec, schema).to_string();
        quote! {
            fn #function(&self, error: &openapi_server::ApiError) -> #ty {
                openapi_server::error_sample(error, #sample)
            }
        }
    });
    functions.collect()
}

/// The closure that answers the errors of an operation, unless all of them have the envelope. A
/// status that the operation does not declare gets the usual body.
pub(super) fn responder(
    context: &Context,
    operation: &Operation,
    usual: &Body,
) -> Option<TokenStream> {
    let mut responses: Vec<&Response> = operation.error_responses().collect();
    // Codes come before the classes that contain them.
    responses.sort_by_key(|response| matches!(response.status, Status::Class(_)));
    let mut arms = Vec::new();
    let mut rest = usual.clone();
    for response in responses {
        let body = body(context, response);
        match listed(response.status) {
            Some(pattern) => arms.push((pattern, body)),
            None => rest = body,
        }
    }
    if arms.iter().all(|(_, body)| *body == rest) {
        return (rest != Body::Envelope).then(|| closure(&value(context, &rest)));
    }
    let arms = arms.iter().map(|(pattern, body)| {
        let value = value(context, body);
        quote!(#pattern => #value,)
    });
    let rest = value(context, &rest);
    let value = quote! {
        match error.status().as_u16() {
            #(#arms)*
            _ => #rest,
        }
    };
    Some(closure(&value))
}

/// The closure that answers the errors outside of operations, such as an unknown path.
pub(super) fn routing_responder(context: &Context, usual: &Body) -> Option<TokenStream> {
    (*usual != Body::Envelope).then(|| closure(&value(context, usual)))
}

/// The body that most error responses of the spec have.
pub(super) fn usual_body(context: &Context) -> Body {
    let responses = context.spec.operations.iter().flat_map(Operation::error_responses);
    // By body: its first place, and how many responses have it.
    let mut counts: HashMap<Body, (usize, usize)> = HashMap::new();
    for (place, body) in responses.map(|response| body(context, response)).enumerate() {
        counts.entry(body).or_insert((place, 0)).1 += 1;
    }
    let usual = counts.into_iter().max_by_key(|(_, (place, count))| (*count, Reverse(*place)));
    usual.map_or(Body::Envelope, |(body, _)| body)
}

/// A closure that does not always use `api`.
fn closure(value: &TokenStream) -> TokenStream {
    quote!(|api: &A, error| {
        let _ = api;
        #value
    })
}

/// The response to `error`.
fn value(context: &Context, body: &Body) -> TokenStream {
    let api = context.api();
    match body {
        Body::Envelope => quote!(openapi_server::ApiError::into_envelope(error)),
        Body::Empty => quote!(openapi_server::ApiError::into_empty_response(error)),
        Body::Message { media_type } => {
            quote!(openapi_server::ApiError::into_message(error, #media_type))
        }
        Body::Function { function, media_type, is_text } => {
            let respond = if *is_text { quote!(into_text) } else { quote!(into_json) };
            quote! {{
                let body = <A as super::#api>::#function(api, &error);
                openapi_server::ApiError::#respond(error, #media_type, &body)
            }}
        }
    }
}
