//! How a route gets the principal.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::Names;
use super::scheme::read_credential;
use crate::codegen::context::Context;
use crate::codegen::ident::{ident, type_ident};
use crate::model::{Operation, RequiredScheme};

/// The statement that binds the principal, if the operation takes credentials.
pub(in crate::codegen) fn authenticate(
    context: &Context,
    operation: &Operation,
) -> Option<TokenStream> {
    let names = (!operation.security.is_empty()).then(|| Names::new(context)).flatten()?;
    let Names { authenticate, open_access, operation: operations, credentials } = names;
    let api = context.api();
    let variant = context.operation_variant(operation);
    let alternatives = &operation.security.alternatives;
    let count = Literal::usize_unsuffixed(alternatives.len());
    let alternatives = alternatives.iter().map(|alternative| read(context, alternative));
    let principal = quote! {
        principal(|credentials| {
            let operation = super::#operations::#variant;
            <A as super::#api>::#authenticate(&api, operation, credentials)
        })
    };
    let principal = if operation.security.is_optional {
        quote! {
            match <A as super::#api>::#open_access(&api) {
                Some(principal) => Some(principal),
                None => match context.optional_authentication(&ALTERNATIVES)? {
                    Some(authentication) => Some(authentication.#principal.await?),
                    None => None,
                },
            }
        }
    } else {
        quote! {
            match <A as super::#api>::#open_access(&api) {
                Some(principal) => principal,
                None => context.authentication(&ALTERNATIVES)?.#principal.await?,
            }
        }
    };
    Some(quote! {
        static ALTERNATIVES: [openapi_server::Alternative<super::#credentials>; #count] =
            [#(#alternatives),*];
        let principal = #principal;
    })
}

/// The function that reads the credentials of an alternative.
fn read(context: &Context, alternative: &[RequiredScheme]) -> TokenStream {
    let names = context.names.security.alternative(context.spec, alternative);
    let credentials = type_ident(&context.names.security.credentials_type);
    let variant = type_ident(&names.variant);
    let reads: Vec<TokenStream> = names
        .fields
        .iter()
        .filter_map(|(name, _)| alternative.iter().find(|required| required.name == *name))
        .filter_map(|required| read_credential(context, required))
        .collect();
    if let [read] = reads.as_slice() {
        return quote!(|reader| reader.#read.map(super::#credentials::#variant));
    }
    let values: Vec<Ident> =
        (0..reads.len()).map(|index| format_ident!("credential_{index}")).collect();
    let fields = names.fields.iter().map(|(_, field)| ident(field));
    quote! {
        |reader| {
            #(let #values = reader.#reads;)*
            Some(super::#credentials::#variant { #(#fields: #values?),* })
        }
    }
}
