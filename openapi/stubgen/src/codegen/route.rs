//! The route of an operation: it reads the request, calls the trait and writes the response.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::content::Contents;
use super::context::Context;
use super::responses::chooses_status;
use super::{errors, operation_spec, security};
use crate::model::Operation;

/// Adds the route to `routes`. Authentication comes first: a client without credentials must not
/// learn what else is wrong with its request.
///
/// The only local variables are those named here, whatever names the parameters have.
pub(super) fn add_route(
    context: &Context,
    operation: &Operation,
    usual_error: &errors::Body,
) -> TokenStream {
    let operation_spec = operation_spec::literal(context, operation);
    let api = context.api();
    let function = context.function(operation);
    let response = context.response(operation);
    let authentication = security::authenticate(context, operation);
    let has_input = !operation.parameters.is_empty() || operation.body.is_some();
    let read = if has_input {
        quote!(let mut request = context.read().await?;)
    } else {
        quote!(context.read().await?;)
    };
    let arguments = arguments(context, operation);
    let answer = quote!(super::#response::into_response(response));
    let answer = if chooses_status(operation) { answer } else { quote!(Ok(#answer)) };
    let handler = quote! {
        |api, mut context| async move {
            #authentication
            #read
            match <A as super::#api>::#function(&api, #(#arguments),*).await {
                Ok(response) => #answer,
                Err(error) => Err(context.declared(error)),
            }
        }
    };
    let add = match errors::responder(context, operation, usual_error) {
        None => quote!(routes.add(&SPEC, #handler);),
        Some(responder) => quote!(routes.add_with_errors(&SPEC, #handler, #responder);),
    };
    quote! {
        {
            static SPEC: openapi_server::OperationSpec = #operation_spec;
            #add
        }
    }
}

/// The arguments in the order of the trait's function.
fn arguments(context: &Context, operation: &Operation) -> Vec<TokenStream> {
    let principal = (!operation.security.is_empty()).then(|| quote!(principal));
    let mut arguments: Vec<_> = principal.into_iter().collect();
    let values: Vec<_> = (0..operation.parameters.len())
        .map(|index| {
            let index = Literal::usize_unsuffixed(index);
            quote!(request.parameter(#index)?)
        })
        .collect();
    if let Some(parameters) = context.parameters(operation) {
        let fields = operation.parameters.iter().map(|parameter| context.argument(parameter));
        arguments.push(quote!(super::#parameters { #(#fields: #values),* }));
    } else {
        arguments.extend(values);
    }
    if let Some(body) = &operation.body {
        arguments.push(Contents::of_request(context, operation).argument(body.required));
    }
    arguments
}
