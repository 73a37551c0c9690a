//! The `OperationSpec` of an operation, by which `openapi-server` reads its requests.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::context::Context;
use super::text_style::{primitive_type, value_style};
use super::{form, security};
use crate::model::{Location, Operation, Parameter, Spec, Status};
use crate::text_style;

pub(super) fn literal(context: &Context, operation: &Operation) -> TokenStream {
    let spec = context.spec;
    let Operation { id, path, .. } = operation;
    let method = format_ident!("{}", operation.method.to_ascii_uppercase());
    let parameters = operation.parameters.iter().map(|parameter| parameter_spec(spec, parameter));
    let security = security::schemes(context, operation);
    let body = form::body_spec(spec, operation.body.as_ref());
    let (codes, ranges) = statuses(operation);
    quote! {
        openapi_server::OperationSpec {
            id: #id,
            method: openapi_server::Method::#method,
            path: #path,
            parameters: &[#(#parameters),*],
            security: &[#(#security),*],
            body: #body,
            statuses: &[#(openapi_server::status::<#codes>()),*],
            status_ranges: &[#(#ranges),*],
        }
    }
}

/// The codes that the operation declares, and the classes and `default`.
fn statuses(operation: &Operation) -> (Vec<Literal>, Vec<TokenStream>) {
    let (mut codes, mut ranges) = (Vec::new(), Vec::new());
    for response in &operation.responses {
        match response.status {
            Status::Code(code) => codes.push(Literal::u16_unsuffixed(code)),
            Status::Class(class) => {
                let class = Literal::u16_unsuffixed(class);
                ranges.push(quote!(openapi_server::StatusRange::Class(#class)));
            }
            Status::Default => ranges.push(quote!(openapi_server::StatusRange::Default)),
        }
    }
    (codes, ranges)
}

fn parameter_spec(spec: &Spec, parameter: &Parameter) -> TokenStream {
    let Parameter { name, required, .. } = parameter;
    let location = location_ident(parameter.location);
    let (style, text, _) = text_style::of_parameter(spec, parameter);
    let (style, text) = (value_style(&style), primitive_type(text));
    let default = match spec.default_of(&parameter.schema) {
        Some(default) => {
            let default = default.value.to_string();
            quote!(Some(#default))
        }
        None => quote!(None),
    };
    quote! {
        openapi_server::ParameterSpec {
            name: #name,
            location: openapi_server::Location::#location,
            required: #required,
            values: #style,
            text: openapi_server::PrimitiveType::#text,
            default: #default,
        }
    }
}

/// The variant of `openapi_server::Location`, and of poem-openapi's `MetaParamIn`.
pub(super) fn location_ident(location: Location) -> Ident {
    match location {
        Location::Path => format_ident!("Path"),
        Location::Query => format_ident!("Query"),
        Location::Header => format_ident!("Header"),
        Location::Cookie => format_ident!("Cookie"),
    }
}
