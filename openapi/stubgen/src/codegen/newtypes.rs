//! Newtypes: components that are neither objects with properties nor enums. Their content is
//! private, so that they only hold what the schema allows.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::context::Context;
use super::debug::{self, is_secret};
use super::doc::doc_values;
use super::formats::{format_type, time_attribute};
use super::{checks, constraints};
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
    let deserialize = checks::of(schema).is_none().then(|| quote!(, serde::Deserialize));
    let serde = quote!(serde::Serialize #deserialize);
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
        pub struct #name(#times #inner);
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
pub(super) fn implementation(
    context: &Context,
    schema: &Schema,
    name: &Ident,
    inner: &TokenStream,
) -> TokenStream {
    let debug = is_secret(schema).then(|| debug::of_newtype(name));
    let kind = kind(context, schema);
    let text = name.to_string();
    let expected = constraints::of_type(context.spec.resolve(schema)).unwrap_or_default();
    let expected = constraints::lower_first(expected.trim_end_matches('.'));
    let check = checks::of(schema).map(|check| quote!(, |value| #check));
    quote! {
        openapi_server::newtype!(super::#name: #inner, #kind, #text, #expected #check);
        #debug
    }
}

/// How the macro treats the type: whether it can be parsed and displayed.
fn kind(context: &Context, schema: &Schema) -> TokenStream {
    if schema.nullable {
        return quote!(other);
    }
    match &schema.kind {
        SchemaKind::String(string) if !string.enum_values.is_empty() => quote!(other),
        SchemaKind::String(string) => match (format_type(string), is_secret(schema)) {
            (None, true) => quote!(secret),
            (None, false) => quote!(text),
            (Some(_), true) => quote!(other),
            (Some(_), false) => quote!(scalar),
        },
        SchemaKind::Boolean | SchemaKind::Number(_) if !is_secret(schema) => quote!(scalar),
        SchemaKind::Reference(_) => kind_of_alias(context, schema),
        _ => quote!(other),
    }
}

/// Another name of a type is parsed and displayed as that type is.
fn kind_of_alias(context: &Context, schema: &Schema) -> TokenStream {
    let spec = context.spec;
    let has_neither = |schema: &Schema| (schema.nullable || is_secret(schema)).then_some(());
    let kind = kind(context, spec.resolve(schema)).to_string();
    if spec.find(schema, has_neither).is_none() && ["text", "scalar"].contains(&kind.as_str()) {
        quote!(scalar)
    } else {
        quote!(other)
    }
}
