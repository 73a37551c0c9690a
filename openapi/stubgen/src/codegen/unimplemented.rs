//! An implementation of the trait that answers 501, to start from.

use proc_macro2::TokenStream;
use quote::quote;

use super::api_trait::arguments;
use super::context::Context;
use super::ident::type_ident;
use super::{errors, security};
use crate::model::Operation;

pub(super) fn unimplemented(context: &Context) -> TokenStream {
    let name = type_ident(&context.names.unimplemented);
    let api = context.api();
    let doc = format!(
        " Answers every operation with 501. Copy the implementation of [`{api}`] to start from it."
    );
    let errors = errors::unimplemented(context);
    let authentication = security::unimplemented(context);
    let functions = context.spec.operations.iter().map(|operation| function(context, operation));
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Copy)]
        pub struct #name;

        #[allow(unused_variables, reason = "names for the functions that are implemented")]
        impl #api for #name {
            type Error = openapi_server::ApiError;

            #errors
            #authentication
            #(#functions)*
        }
    }
}

fn function(context: &Context, operation: &Operation) -> TokenStream {
    let name = context.function(operation);
    let response = context.response(operation);
    let arguments = arguments(context, operation);
    let (result, err) = (context.std("Result"), context.std("Err"));
    let id = &operation.id;
    quote! {
        async fn #name(&self, #(#arguments),*) -> #result<#response, Self::Error> {
            #err(openapi_server::ApiError::not_implemented(#id))
        }
    }
}
