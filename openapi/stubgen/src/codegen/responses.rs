//! The response enum of an operation. It has a variant for each response that the spec declares, so
//! a handler cannot send any other.

use std::cmp::Reverse;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::constraints;
use super::content::{Contents, of_times};
use super::context::Context;
use super::debug::{self, is_secret};
use super::doc::{doc, doc_values};
use super::ident::{ident, type_ident};
use crate::model::{Header, Operation, Response, Status, Style};
use crate::naming;

/// The definitions of all response enums.
pub(super) fn enums(context: &Context) -> TokenStream {
    let operations = context.spec.operations.iter();
    operations.map(|operation| definition(context, operation)).collect()
}

fn definition(context: &Context, operation: &Operation) -> TokenStream {
    let name = context.response(operation);
    let description = format!(
        " The responses of `{} {}`.",
        operation.method.to_ascii_uppercase(),
        operation.path
    );
    let variants = operation.responses.iter().map(|response| variant(context, response));
    let has_secret = operation.responses.iter().any(|known| has_secret(context, known));
    let debug = (!has_secret).then(|| quote!(Debug,));
    // A stream is read once.
    let has_stream = operation.responses.iter().any(|known| contents(context, known).has_stream());
    let equality = (!has_stream).then(|| quote!(Clone, PartialEq));
    let bodies =
        operation.responses.iter().filter_map(|known| body_enum(context, operation, known));
    quote! {
        #[doc = #description]
        #[derive(#debug #equality)]
        pub enum #name {
            #(#variants)*
        }

        #(#bodies)*
    }
}

/// The enum of a body that can have several media types.
fn body_enum(context: &Context, operation: &Operation, response: &Response) -> Option<TokenStream> {
    let method = operation.method.to_ascii_uppercase();
    let doc = format!(
        " The body of the {} response of `{method} {}`, by media type.",
        response.status, operation.path
    );
    contents(context, response).definition(context, &doc)
}

fn contents<'a>(context: &Context, response: &'a Response) -> Contents<'a> {
    Contents::of_response(context, response)
}

fn variant(context: &Context, response: &Response) -> TokenStream {
    let name = variant_ident(response);
    let text = format!("{}: {}", response.status, response.description);
    let doc = doc(&text);
    let body = contents(context, response).ty(context);
    let headers = response.handler_headers();
    if headers.is_empty() && !response.status.is_open() {
        let body = body.map(|ty| quote!((#ty)));
        return quote!(#doc #name #body,);
    }
    let status = status_type(response.status).map(|ty| quote!(status: #ty,));
    let headers = headers.into_iter().map(|header| header_field(context, header));
    let body = body.map(|ty| quote!(body: #ty,));
    quote!(#doc #name { #status #body #(#headers)* },)
}

/// The type of a status that the implementation chooses.
fn status_type(status: Status) -> Option<TokenStream> {
    match status {
        Status::Code(_) => None,
        Status::Class(class) => {
            let class = Literal::u16_unsuffixed(class);
            Some(quote!(openapi_server::StatusClass<#class>))
        }
        Status::Default => Some(quote!(openapi_server::StatusCode)),
    }
}

fn variant_ident(response: &Response) -> Ident {
    type_ident(&naming::status(response.status))
}

fn header_field(context: &Context, header: &Header) -> TokenStream {
    let field = ident(context.names.header(header));
    let ty = context.header_type(header);
    let text = header.description.as_deref().unwrap_or_default();
    let text = format!("The header `{}`. {text}", header.name);
    let values = constraints::sentence(context.spec, &header.schema);
    let doc = doc_values(Some(&text), values.as_deref());
    quote!(#doc #field: #ty,)
}

/// How the response enums become responses.
pub(super) fn conversions(context: &Context) -> TokenStream {
    let operations = context.spec.operations.iter();
    operations.map(|operation| conversion(context, operation)).collect()
}

fn conversion(context: &Context, operation: &Operation) -> TokenStream {
    let name = context.response(operation);
    let refusals = operation.responses.iter().filter_map(|known| refusal(operation, known));
    let arms = operation.responses.iter().map(|response| match_arm(context, response));
    let has_secret = operation.responses.iter().any(|known| has_secret(context, known));
    let debug = has_secret.then(|| redacted(context, operation));
    let body = quote!(match self { #(#arms)* });
    let function = if chooses_status(operation) {
        quote! {
            fn into_response(
                self,
            ) -> Result<openapi_server::Response, openapi_server::ApiError> {
                match &self {
                    #(#refusals)*
                    _ => {}
                }
                Ok(#body)
            }
        }
    } else {
        quote!(fn into_response(self) -> openapi_server::Response { #body })
    };
    quote! {
        impl super::#name {
            #function
        }
        #debug
    }
}

/// Whether the implementation chooses the status of a response. It could choose one that another
/// response is declared for.
pub(super) fn chooses_status(operation: &Operation) -> bool {
    operation.responses.iter().any(|response| response.status.is_open())
}

/// The check that a response has none of the statuses that it must not have.
fn refusal(operation: &Operation, response: &Response) -> Option<TokenStream> {
    let excluded = excluded_statuses(operation, response);
    let excluded = excluded.into_iter().map(|(first, last)| status_pattern(first, last));
    let excluded: Vec<TokenStream> = excluded.collect();
    let name = variant_ident(response);
    (!excluded.is_empty()).then(|| {
        quote! {
            Self::#name { status, .. } if matches!(status.as_u16(), #(#excluded)|*) => {
                return Err(openapi_server::ApiError::misplaced_status(status.as_u16()));
            }
        }
    })
}

/// The first and last status of each range that a response must not have, in order. No range
/// overlaps another: a pattern that matches nothing new is a warning of the compiler.
fn excluded_statuses(operation: &Operation, response: &Response) -> Vec<(u16, u16)> {
    let others = operation.responses.iter().map(|other| other.status);
    let mut excluded: Vec<(u16, u16)> = match response.status {
        Status::Code(_) => return Vec::new(),
        Status::Class(class) => {
            let is_in =
                |status: &Status| matches!(status, Status::Code(code) if code / 100 == class);
            others.filter(is_in).filter_map(range).collect()
        }
        Status::Default => others.filter_map(range).chain([(0, 199), (600, 999)]).collect(),
    };
    if !response.content.is_empty() {
        excluded.extend([204, 205, 304].map(|code| (code, code)));
    }
    // A code is within a class, or apart from it.
    excluded.sort_unstable_by_key(|&(first, last)| (first, Reverse(last)));
    let mut end = None;
    excluded.retain(|&(_, last)| {
        let is_new = end.is_none_or(|end| last > end);
        end = end.max(Some(last));
        is_new
    });
    excluded
}

/// The pattern of a status that is declared.
pub(super) fn listed(status: Status) -> Option<TokenStream> {
    range(status).map(|(first, last)| status_pattern(first, last))
}

/// The first and last code of a status that is declared.
fn range(status: Status) -> Option<(u16, u16)> {
    match status {
        Status::Code(code) => Some((code, code)),
        Status::Class(class) => Some((class * 100, class * 100 + 99)),
        Status::Default => None,
    }
}

fn status_pattern(first: u16, last: u16) -> TokenStream {
    let first_code = Literal::u16_unsuffixed(first);
    if first == last {
        return quote!(#first_code);
    }
    let last = Literal::u16_unsuffixed(last);
    quote!(#first_code..=#last)
}

fn match_arm(context: &Context, response: &Response) -> TokenStream {
    let name = variant_ident(response);
    let status = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(openapi_server::status::<#code>())
        }
        Status::Class(_) => quote!(status.into()),
        Status::Default => quote!(status),
    };
    let contents = contents(context, response);
    let has_body = !contents.is_empty();
    let value = contents.response(&status, &quote!(body));
    let headers = response.handler_headers();
    if headers.is_empty() && !response.status.is_open() {
        let pattern = has_body.then(|| quote!((body)));
        return quote!(Self::#name #pattern => #value,);
    }
    let status = response.status.is_open().then(|| quote!(status,));
    let body = has_body.then(|| quote!(body,));
    if headers.is_empty() {
        return quote!(Self::#name { #status #body } => #value,);
    }
    let fields = headers.iter().map(|header| ident(context.names.header(header)));
    let values: Vec<_> = (0..headers.len()).map(|index| format_ident!("header_{index}")).collect();
    let insertions =
        headers.iter().zip(&values).map(|(header, value)| insert_header(header, value));
    quote! {
        Self::#name { #status #body #(#fields: #values),* } => {
            let mut response = #value;
            #(#insertions)*
            response
        }
    }
}

fn insert_header(header: &Header, value: &Ident) -> TokenStream {
    let name = header.name.to_ascii_lowercase();
    let function = match (header.style, header.explode) {
        (Style::Json, _) => quote!(openapi_server::insert_json_header),
        (_, true) => quote!(openapi_server::insert_exploded_header),
        _ => quote!(openapi_server::insert_header),
    };
    if header.required {
        let value = of_times(&header.schema, quote!(&#value));
        return quote!(#function(&mut response, #name, #value););
    }
    let inner = of_times(&header.schema, quote!(&value));
    quote! {
        if let Some(value) = #value {
            #function(&mut response, #name, #inner);
        }
    }
}

fn has_secret(context: &Context, response: &Response) -> bool {
    let contents = contents(context, response);
    // An enum redacts itself.
    contents.single().is_some_and(|content| is_secret(&content.schema))
        || response.handler_headers().iter().any(|header| is_secret(&header.schema))
}

/// `Debug` without the values of responses that contain a secret.
fn redacted(context: &Context, operation: &Operation) -> TokenStream {
    let name = context.response(operation);
    let arms = operation.responses.iter().map(|response| {
        let variant = variant_ident(response);
        let text = variant.to_string();
        quote!(Self::#variant { .. } => f.debug_tuple(#text).field(&openapi_server::Redacted).finish(),)
    });
    debug::implementation(&name, &quote!(match self { #(#arms)* }))
}
