//! The trait that a service implements.

use proc_macro2::TokenStream;
use quote::quote;

use super::constraints;
use super::content::Contents;
use super::context::Context;
use super::doc::{doc, doc_text, with_full_stop};
use super::ident::ident;
use super::{errors, security};
use crate::model::Operation;

/// The trait, with a function for each operation. None of these has a default, so that the compiler
/// lists what is missing with its signature.
pub(super) fn api_trait(context: &Context) -> TokenStream {
    let name = context.api();
    let info = &context.spec.info;
    let description = doc(info.description.as_deref().unwrap_or(&info.title));
    let errors = errors::functions(context);
    let authentication = security::trait_items(context);
    let functions =
        context.spec.operations.iter().map(|operation| operation_function(context, operation));
    let [send, sync, into] = ["Send", "Sync", "Into"].map(|name| context.std(name));
    quote! {
        #description
        pub trait #name: #send + #sync + 'static {
            /// The error of every operation. Its HTTP response is defined by this conversion; a
            /// status that the operation does not declare is sent as 500.
            type Error: #into<openapi_server::ApiError> + #send;

            #errors
            #authentication
            #(#functions)*
        }
    }
}

fn operation_function(context: &Context, operation: &Operation) -> TokenStream {
    let name = context.function(operation);
    let response = context.response(operation);
    let description = description(context, operation);
    let arguments = arguments(context, operation);
    let (future, send) = (context.std("Future"), context.std("Send"));
    let result = context.std("Result");
    quote! {
        #description
        fn #name(&self, #(#arguments),*)
            -> impl #future<Output = #result<#response, Self::Error>> + #send;
    }
}

/// The arguments of an operation with their types: principal, parameters, body.
pub(super) fn arguments(context: &Context, operation: &Operation) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    if let Some(argument) = context.principal(operation) {
        let option = context.std("Option");
        arguments.push(if operation.security.is_optional {
            quote!(#argument: #option<Self::Principal>)
        } else {
            quote!(#argument: Self::Principal)
        });
    }
    if let Some(parameters) = context.parameters(operation) {
        arguments.push(quote!(parameters: #parameters));
    } else {
        for parameter in &operation.parameters {
            let argument = context.argument(parameter);
            let ty = context.parameter_type(parameter);
            arguments.push(quote!(#argument: #ty));
        }
    }
    if let Some(ty) = context.body_type(operation) {
        let argument = ident(&context.names.operation(operation).body);
        arguments.push(quote!(#argument: #ty));
    }
    arguments
}

/// Method and path, summary, description, and what the signature does not say of each argument.
fn description(context: &Context, operation: &Operation) -> TokenStream {
    let route = format!("`{} {}`", operation.method.to_ascii_uppercase(), operation.path);
    let title = match &operation.summary {
        Some(summary) => format!("{route}: {}", summary.trim_end()),
        None => route,
    };
    let deprecated = operation.deprecated.then_some("Deprecated.");
    let arguments = argument_list(context, operation);
    let arguments = (!arguments.is_empty()).then_some(arguments.as_str());
    doc_text([Some(title.as_str()), operation.description.as_deref(), deprecated, arguments])
}

fn argument_list(context: &Context, operation: &Operation) -> String {
    let mut items = Vec::new();
    if context.parameters(operation).is_none() {
        for parameter in &operation.parameters {
            let text = parameter.description.as_deref().map(one_line);
            let values = constraints::sentence(context.spec, &parameter.schema);
            let name = context.names.parameter(parameter);
            items.push((name, [text, values]));
        }
    }
    if let Some(body) = &operation.body {
        let text = body.description.as_deref().map(one_line);
        let content = Contents::of_request(context, operation).single();
        let values =
            content.and_then(|content| constraints::sentence(context.spec, &content.schema));
        items.push((context.names.operation(operation).body.as_str(), [text, values]));
    }
    let lines = items.into_iter().filter_map(|(name, parts)| {
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then(|| format!("- `{name}`: {text}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A description as an item of a list.
fn one_line(text: &str) -> String {
    with_full_stop(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
