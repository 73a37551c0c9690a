//! The styles of parameters and fields, as `openapi-server` reads them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::text_style::{Field, FieldStyle, PrimitiveType, ValueStyle};

pub(super) fn value_style(style: &ValueStyle) -> TokenStream {
    let variant = match style {
        ValueStyle::Single => quote!(Single),
        ValueStyle::OrEmpty(style) => with_inner("OrEmpty", style),
        ValueStyle::Repeated => quote!(Repeated),
        ValueStyle::Separated(',') => quote!(Commas),
        ValueStyle::Separated(separator) => quote!(Separated(#separator)),
        ValueStyle::Json => quote!(Json),
        ValueStyle::JsonItems => quote!(JsonItems),
        ValueStyle::Object { fields, separator, has_names } => {
            let fields = fields.iter().map(field_spec);
            quote!(Object {
                fields: &[#(#fields),*],
                separator: #separator,
                has_names: #has_names,
            })
        }
        ValueStyle::Properties { fields, is_open } => {
            let fields = fields.iter().map(field_spec);
            quote!(Properties { fields: &[#(#fields),*], is_open: #is_open })
        }
        ValueStyle::Deep(fields) => deep(fields),
        ValueStyle::Label(style) => with_inner("Label", style),
        ValueStyle::Matrix(style) => with_inner("Matrix", style),
        ValueStyle::Either(style) => with_inner("Either", style),
    };
    quote!(openapi_server::ValueStyle::#variant)
}

fn with_inner(name: &str, style: &ValueStyle) -> TokenStream {
    let name = format_ident!("{name}");
    let style = value_style(style);
    quote!(#name(&#style))
}

fn deep(fields: &[Field]) -> TokenStream {
    let fields = fields.iter().map(field_spec);
    quote!(Deep(&[#(#fields),*]))
}

pub(super) fn field_spec(field: &Field) -> TokenStream {
    let Field { name, style, text } = field;
    let style = match style {
        FieldStyle::Single => quote!(Single),
        FieldStyle::Repeated => quote!(Repeated),
        FieldStyle::Separated(separator) => quote!(Separated(#separator)),
        FieldStyle::Json => quote!(Json),
        FieldStyle::JsonItems => quote!(JsonItems),
        FieldStyle::Deep(fields) => deep(fields),
        FieldStyle::File(ranges) => quote!(File(&[#(#ranges),*])),
        FieldStyle::Files(ranges) => quote!(Files(&[#(#ranges),*])),
    };
    let text = primitive_type(*text);
    quote! {
        openapi_server::FieldSpec {
            name: #name,
            style: openapi_server::FieldStyle::#style,
            text: openapi_server::PrimitiveType::#text,
        }
    }
}

pub(super) fn primitive_type(text: PrimitiveType) -> Ident {
    format_ident!(
        "{}",
        match text {
            PrimitiveType::String => "String",
            PrimitiveType::Number => "Number",
            PrimitiveType::Boolean => "Boolean",
            PrimitiveType::Any => "Any",
        }
    )
}
