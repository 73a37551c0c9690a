//! Enums: strings with `enum`, and `oneOf`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::doc;
use super::ident::{type_ident, upper_camel_ident};
use crate::model::{OneOf, Schema, StringConstraints};

pub(super) fn string_enum(schema: &Schema, string: &StringConstraints, name: &str) -> TokenStream {
    let ident = type_ident(name);
    let description = doc(schema.description.as_deref());
    let values = &string.enum_values;
    let variants: Vec<Ident> = values.iter().map(|value| upper_camel_ident(value)).collect();
    let docs = values.iter().map(|value| doc(Some(&format!("`{value}`"))));
    quote! {
        #description
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum #ident {
            #(#docs #[serde(rename = #values)] #variants,)*
        }

        impl #ident {
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
pub(super) fn tagged_enum(schema: &Schema, one_of: &OneOf, name: &str) -> TokenStream {
    let ident = type_ident(name);
    let description = doc(schema.description.as_deref());
    let tag = &one_of.discriminator;
    let values: Vec<&String> = one_of.variants.iter().map(|variant| &variant.value).collect();
    let docs = values.iter().map(|value| doc(Some(&format!("`{tag}` is `{value}`."))));
    let variants: Vec<Ident> = values.iter().map(|value| upper_camel_ident(value)).collect();
    let types = one_of.variants.iter().map(|variant| upper_camel_ident(&variant.schema));
    quote! {
        #description
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        pub enum #ident {
            #(#docs #variants(#types),)*
        }

        impl<'de> serde::Deserialize<'de> for #ident {
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
