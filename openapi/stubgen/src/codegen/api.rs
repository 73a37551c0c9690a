//! The trait that a service implements.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::doc;
use super::ident::{ident, type_ident, upper_camel_ident};
use super::types::{parameter_type, request_body_type};
use crate::model::{Operation, SecurityScheme, SecuritySchemeKind, Spec};
use crate::names;

/// The trait, with a function for each operation and security scheme.
pub(super) fn api_trait(spec: &Spec) -> TokenStream {
    let name = type_ident(&names::service(spec));
    let description = doc(spec.description.as_deref().or(Some(&spec.title)));
    let schemes = spec.security_schemes.iter().map(security_function);
    let functions = spec.operations.iter().map(|operation| operation_function(spec, operation));
    quote! {
        #description
        pub trait #name: Send + Sync + 'static {
            /// The error of every operation. Its HTTP response is defined by this conversion; a
            /// status that the operation does not declare is sent as 500.
            type Error: Into<openapi_server::ApiError> + Send;

            #(#schemes)*
            #(#functions)*
        }
    }
}

fn security_function(scheme: &SecurityScheme) -> TokenStream {
    let principal = upper_camel_ident(&scheme.name);
    let function = ident(&scheme.name);
    let description = doc(scheme.description.as_deref());
    let credential = match &scheme.kind {
        SecuritySchemeKind::Bearer { .. } => {
            " Called with the token of the `Authorization: Bearer …` header.".to_owned()
        }
        SecuritySchemeKind::ApiKey { name, .. } => format!(" Called with the value of `{name}`."),
    };
    quote! {
        /// The principal that this scheme authenticates.
        type #principal: Send;

        #description
        #[doc = ""]
        #[doc = #credential]
        fn #function(&self, credential: &str)
            -> impl Future<Output = Result<Self::#principal, Self::Error>> + Send;
    }
}

fn operation_function(spec: &Spec, operation: &Operation) -> TokenStream {
    let name = ident(&operation.id);
    let response = type_ident(&names::response(operation));
    let description = description(operation);
    let route = format!(" `{} {}`", operation.method.to_ascii_uppercase(), operation.path);
    let principals = operation.security.iter().map(|scheme| {
        let argument = ident(scheme);
        let principal = upper_camel_ident(scheme);
        quote!(#argument: Self::#principal)
    });
    let parameters = operation.parameters.iter().map(|parameter| {
        let argument = ident(&parameter.name);
        let ty = parameter_type(spec, operation, parameter);
        quote!(#argument: #ty)
    });
    let body = request_body_type(operation).map(|ty| quote!(body: #ty));
    quote! {
        #description
        #[doc = #route]
        fn #name(&self, #(#principals,)* #(#parameters,)* #body)
            -> impl Future<Output = Result<#response, Self::Error>> + Send;
    }
}

/// The summary and description, followed by an empty line.
fn description(operation: &Operation) -> Option<TokenStream> {
    let paragraphs: Vec<&str> = [&operation.summary, &operation.description]
        .into_iter()
        .flatten()
        .map(|text| text.trim_end())
        .collect();
    let text = paragraphs.join("\n\n");
    (!text.is_empty()).then(|| {
        let doc = doc(Some(&text));
        quote!(#doc #[doc = ""])
    })
}
