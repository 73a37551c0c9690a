//! Enums: strings with `enum`, and `oneOf`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::context::Context;
use super::debug::{self, is_secret};
use super::doc::doc;
use super::ident::type_ident;
use crate::model::{OneOf, Schema, StringConstraints};
use crate::naming;

pub(super) fn string_enum(
    schema: &Schema,
    string: &StringConstraints,
    name: &Ident,
) -> TokenStream {
    let description = doc(schema.description.as_deref().unwrap_or_default());
    let values: Vec<&str> = string.enum_values.iter().map(String::as_str).collect();
    let variants = variants(&values);
    let docs = values.iter().map(|value| doc(&format!("`{value}`")));
    let debug = (!is_secret(schema)).then(|| quote!(Debug,));
    quote! {
        #description
        #[derive(#debug Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum #name {
            #(#docs #[serde(rename = #values)] #variants,)*
        }

        impl #name {
            /// Every value, in the order of the spec.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The value as written in the spec.
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(Self::#variants => #values,)*
                }
            }
        }
    }
}

/// An enum that the discriminator selects the variant of. Each variant's struct contains the
/// discriminator, so serialization needs no tag.
pub(super) fn tagged_enum(
    context: &Context,
    schema: &Schema,
    one_of: &OneOf,
    name: &Ident,
) -> TokenStream {
    let description = doc(schema.description.as_deref().unwrap_or_default());
    let tag = &one_of.discriminator;
    let values: Vec<&str> = one_of.variants.iter().map(|variant| variant.value.as_str()).collect();
    let docs = values.iter().map(|value| doc(&format!("`{tag}` is `{value}`.")));
    let variants = variants(&values);
    let types = one_of.variants.iter().map(|variant| context.component(&variant.schema));
    let debug = (!is_secret(schema)).then(|| quote!(Debug,));
    quote! {
        #description
        #[derive(#debug Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        pub enum #name {
            #(#docs #variants(#types),)*
        }
    }
}

/// What an enum of strings implements beyond what it derives.
pub(super) fn string_implementations(
    schema: &Schema,
    string: &StringConstraints,
    name: &Ident,
) -> TokenStream {
    if string.enum_values.is_empty() {
        return TokenStream::new();
    }
    let (kind, debug) = if is_secret(schema) {
        (quote!(secret), debug::of_newtype(name))
    } else {
        (quote!(text), TokenStream::new())
    };
    let (type_name, expected) = (name.to_string(), expected(&string.enum_values));
    quote!(openapi_server::string_enum!(super::#name, #kind, #type_name, #expected); #debug)
}

/// The values in words, for an error. A spec can list thousands.
fn expected(values: &[String]) -> String {
    const MAX_VALUES: usize = 10;
    let named: Vec<&str> = values.iter().take(MAX_VALUES).map(String::as_str).collect();
    let rest = if values.len() > MAX_VALUES { ", …" } else { "" };
    format!("one of {}{rest}", named.join(", "))
}

/// What an enum that a discriminator selects the variant of implements beyond what it derives.
pub(super) fn tagged_implementations(schema: &Schema, one_of: &OneOf, name: &Ident) -> TokenStream {
    let debug = is_secret(schema).then(|| debug::of_newtype(name));
    let deserialize = deserialize(one_of, name);
    quote!(#deserialize #debug)
}

fn deserialize(one_of: &OneOf, name: &Ident) -> TokenStream {
    let tag = &one_of.discriminator;
    let values: Vec<&str> = one_of.variants.iter().map(|variant| variant.value.as_str()).collect();
    let variants = variants(&values);
    quote! {
        impl<'de> serde::Deserialize<'de> for super::#name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let (tag, value) = openapi_server::deserialize_tagged(deserializer, #tag)?;
                match tag.as_str() {
                    #(#values => openapi_server::deserialize_variant(value).map(Self::#variants),)*
                    _ => Err(serde::de::Error::unknown_variant(&tag, &[#(#values),*])),
                }
            }
        }
    }
}

fn variants(values: &[&str]) -> Vec<Ident> {
    naming::variants(values.iter().copied()).iter().map(|name| type_ident(name)).collect()
}
