//! The response enum of an operation. It has a variant for each response that the spec declares, so
//! a handler cannot send any other.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::constraints;
use super::context::Context;
use super::debug::{self, is_secret};
use super::doc::{doc, doc_values};
use super::ident::{ident, type_ident};
use super::types::contains_time;
use crate::model::{Header, Operation, Response, Schema};
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
    let debug = (!operation.responses.iter().any(has_secret)).then(|| quote!(Debug,));
    quote! {
        #[doc = #description]
        #[derive(#debug Clone, PartialEq)]
        pub enum #name {
            #(#variants)*
        }
    }
}

fn variant(context: &Context, response: &Response) -> TokenStream {
    let name = variant_ident(response);
    let text = format!("{}: {}", response.status, response.description);
    let doc = doc(&text);
    let body = response.schema.as_ref().map(|schema| context.value_type(schema));
    let headers = response.handler_headers();
    if headers.is_empty() {
        let body = body.map(|ty| quote!((#ty)));
        return quote!(#doc #name #body,);
    }
    let headers = headers.into_iter().map(|header| header_field(context, header));
    let body = body.map(|ty| quote!(body: #ty,));
    quote!(#doc #name { #body #(#headers)* },)
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
    let arms = operation.responses.iter().map(|response| match_arm(context, response));
    let debug = operation.responses.iter().any(has_secret).then(|| redacted(context, operation));
    quote! {
        impl super::#name {
            fn into_response(self) -> openapi_server::Response {
                match self {
                    #(#arms)*
                }
            }
        }
        #debug
    }
}

fn match_arm(context: &Context, response: &Response) -> TokenStream {
    let name = variant_ident(response);
    let status = Literal::u16_unsuffixed(response.status);
    let status = quote!(openapi_server::status::<#status>());
    let has_body = response.schema.is_some();
    let value = if has_body {
        let body = of_times(response.schema.as_ref(), quote!(&body));
        quote!(openapi_server::json_response(#status, #body))
    } else {
        quote!(openapi_server::empty_response(#status))
    };
    let headers = response.handler_headers();
    if headers.is_empty() {
        let pattern = has_body.then(|| quote!((body)));
        return quote!(Self::#name #pattern => #value,);
    }
    let body = has_body.then(|| quote!(body,));
    let fields = headers.iter().map(|header| ident(context.names.header(header)));
    let values: Vec<_> = (0..headers.len()).map(|index| format_ident!("header_{index}")).collect();
    let insertions =
        headers.iter().zip(&values).map(|(header, value)| insert_header(header, value));
    quote! {
        Self::#name { #body #(#fields: #values),* } => {
            let mut response = #value;
            #(#insertions)*
            response
        }
    }
}

fn insert_header(header: &Header, value: &Ident) -> TokenStream {
    let name = header.name.to_ascii_lowercase();
    if header.required {
        let value = of_times(Some(&header.schema), quote!(&#value));
        return quote!(openapi_server::insert_header(&mut response, #name, #value););
    }
    let inner = of_times(Some(&header.schema), quote!(&value));
    quote! {
        if let Some(value) = #value {
            openapi_server::insert_header(&mut response, #name, #inner);
        }
    }
}

/// A reference to a value, in the form for those that contain times.
fn of_times(schema: Option<&Schema>, value: TokenStream) -> TokenStream {
    if schema.is_some_and(contains_time) { quote!(&openapi_server::Times(#value)) } else { value }
}

fn has_secret(response: &Response) -> bool {
    response.schema.as_ref().is_some_and(is_secret)
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
