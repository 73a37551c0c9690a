//! Redaction: passwords, and values that only requests have, are not in `Debug` output.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::{AdditionalProperties, Schema, SchemaKind};
use crate::naming;

/// A field of a struct or a variant.
pub(super) struct Field {
    pub name: Ident,
    pub is_secret: bool,
}

/// Whether a value of the schema is redacted as a whole. A named type within it redacts itself.
pub(super) fn is_secret(schema: &Schema) -> bool {
    schema.write_only
        || schema.has_untyped_secret
        || match &schema.kind {
            SchemaKind::String(string) => string.format == Some("password"),
            SchemaKind::Array(array) => is_secret(&array.items),
            SchemaKind::Object(object) if !naming::needs_type(schema) => {
                match &object.additional_properties {
                    AdditionalProperties::Schema(values) => is_secret(values),
                    _ => false,
                }
            }
            _ => false,
        }
}

/// `Debug,` for a derive attribute, unless the implementation is written out.
pub(super) fn derive(fields: &[Field]) -> Option<TokenStream> {
    (!fields.iter().any(|field| field.is_secret)).then(|| quote!(Debug,))
}

/// The implementation for a struct with a secret field.
pub(super) fn of_struct(name: &Ident, fields: &[Field]) -> Option<TokenStream> {
    if derive(fields).is_some() {
        return None;
    }
    let text = name.to_string();
    let fields = fields.iter().map(|Field { name, is_secret }| {
        let label = label(name);
        if *is_secret {
            quote!(.field(#label, &openapi_server::Redacted))
        } else {
            quote!(.field(#label, &self.#name))
        }
    });
    Some(implementation(name, &quote!(f.debug_struct(#text)#(#fields)*.finish())))
}

/// The implementation for a newtype with a secret value.
pub(super) fn of_newtype(name: &Ident) -> TokenStream {
    let text = name.to_string();
    implementation(name, &quote!(f.debug_tuple(#text).field(&openapi_server::Redacted).finish()))
}

/// An implementation with the given body, in which `f` is the formatter.
pub(super) fn implementation(name: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        impl std::fmt::Debug for super::#name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                #body
            }
        }
    }
}

/// The name of a field as `Debug` prints it.
pub(super) fn label(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}
