//! Tags, security schemes and the types of requests and responses.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::operation::optional_text;
use super::security::create_security_scheme;
use crate::codegen::context::Context;
use crate::codegen::types::operation_schemas;
use crate::model::Tag;

/// The function that registers what the paths refer to.
pub(super) fn register(context: &Context) -> TokenStream {
    let tags = context.spec.tags.iter().map(create_tag);
    let schemes = context.spec.security_schemes.iter().map(create_security_scheme);
    let schemas = context.spec.operations.iter().flat_map(operation_schemas);
    let mut types = Vec::new();
    let mut registered = HashSet::new();
    for ty in schemas.flat_map(|schema| context.named_types(schema)) {
        if registered.insert(ty.to_string()) {
            types.push(ty);
        }
    }
    // Unused if there is nothing to register.
    let is_empty = context.spec.tags.is_empty()
        && context.spec.security_schemes.is_empty()
        && types.is_empty();
    let registry = format_ident!("{}", if is_empty { "_registry" } else { "registry" });
    quote! {
        fn register(#registry: &mut Registry) {
            #(#tags)*
            #(#schemes)*
            #(<#types as Type>::register(registry);)*
        }
    }
}

fn create_tag(tag: &Tag) -> TokenStream {
    let Tag { name, description } = tag;
    let description = optional_text(description.as_deref());
    quote! {
        registry.create_tag(MetaTag {
            name: #name,
            description: #description,
            external_docs: None,
        });
    }
}
