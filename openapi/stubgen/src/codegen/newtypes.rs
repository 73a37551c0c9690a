//! Newtypes: components that are neither objects with properties nor enums.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::constraints;
use super::context::Context;
use super::debug::{self, is_secret};
use super::doc::doc_values;
use super::types::{format_type, time_attribute};
use crate::model::{Schema, SchemaKind};

pub(super) fn definition(
    context: &Context,
    schema: &Schema,
    name: &Ident,
    inner: &TokenStream,
) -> TokenStream {
    let values = constraints::of_type(schema);
    let doc = doc_values(schema.description.as_deref(), values.as_deref());
    let debug = (!is_secret(schema)).then(|| quote!(Debug,));
    let comparisons = comparisons(context, schema);
    let times = time_attribute(schema);
    let serde = quote!(serde::Serialize, serde::Deserialize);
    // One attribute with all of them would take a line for each.
    let derive = if comparisons.to_string().contains("Ord") {
        quote!(#[derive(#debug Clone, #comparisons)] #[derive(#serde)])
    } else {
        quote!(#[derive(#debug Clone, #comparisons, #serde)])
    };
    quote! {
        #doc
        #derive
        #[serde(transparent)]
        pub struct #name(#times pub #inner);
    }
}

/// The traits that values of the type have by nature.
fn comparisons(context: &Context, schema: &Schema) -> TokenStream {
    match &context.spec.resolve(schema).kind {
        SchemaKind::String(string) if !string.enum_values.is_empty() => {
            quote!(Copy, PartialEq, Eq, Hash)
        }
        SchemaKind::String(string) => {
            let copy = format_type(string).map(|_| quote!(Copy,));
            quote!(#copy PartialEq, Eq, Hash, PartialOrd, Ord)
        }
        SchemaKind::Boolean => quote!(Copy, PartialEq, Eq, Hash, PartialOrd, Ord),
        SchemaKind::Number(number) if number.integer => {
            quote!(Copy, PartialEq, Eq, Hash, PartialOrd, Ord)
        }
        SchemaKind::Number(_) => quote!(Copy, PartialEq, PartialOrd),
        _ => quote!(PartialEq),
    }
}

/// What a newtype implements beyond what it derives. `inner` is for the second file.
pub(super) fn implementation(schema: &Schema, name: &Ident, inner: &TokenStream) -> TokenStream {
    let debug = is_secret(schema).then(|| debug::of_newtype(name));
    let kind = kind(schema);
    quote! {
        openapi_server::newtype!(super::#name: #inner, #kind);
        #debug
    }
}

/// How the macro treats the type. Secrets have no `Display`.
fn kind(schema: &Schema) -> TokenStream {
    let has_display = match &schema.kind {
        _ if schema.nullable || is_secret(schema) => false,
        SchemaKind::String(string) => string.enum_values.is_empty(),
        SchemaKind::Boolean | SchemaKind::Number(_) => true,
        _ => false,
    };
    if has_display { quote!(display) } else { quote!(other) }
}
