//! The route of an operation: it reads the request, calls the trait and writes the response.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::content::Contents;
use super::context::Context;
use super::errors;
use super::ident::ident;
use super::operation_spec::{self, location_ident};
use super::responses::chooses_status;
use crate::model::{Operation, SecurityScheme, SecuritySchemeKind};

/// Adds the route to `routes`. Authentication comes first: a client without credentials must not
/// learn what else is wrong with its request.
///
/// The only local variables are those named here, whatever names the parameters have.
pub(super) fn add_route(context: &Context, operation: &Operation) -> TokenStream {
    let operation_spec = operation_spec::literal(context.spec, operation);
    let api = context.api();
    let function = context.function(operation);
    let response = context.response(operation);
    let schemes = context.spec.security_schemes.iter();
    let authentication = schemes
        .filter_map(|scheme| Some((scheme, principal_index(operation, scheme)?)))
        .map(|(scheme, index)| authenticate(context, scheme, index));
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
            #(#authentication)*
            #read
            match <A as super::#api>::#function(&api, #(#arguments),*).await {
                Ok(response) => #answer,
                Err(error) => Err(context.declared(error)),
            }
        }
    };
    let add = match errors::responder(context, operation) {
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

fn principal_index(operation: &Operation, scheme: &SecurityScheme) -> Option<usize> {
    operation.security.iter().position(|name| *name == scheme.name)
}

fn authenticate(context: &Context, scheme: &SecurityScheme, index: usize) -> TokenStream {
    let api = context.api();
    let function = ident(context.names.scheme_function(scheme));
    let principal = format_ident!("principal_{index}");
    let credential = match &scheme.kind {
        SecuritySchemeKind::Bearer { .. } => quote!(context.bearer_token()?),
        SecuritySchemeKind::ApiKey { location, name } => {
            let location = location_ident(*location);
            quote!(context.api_key(openapi_server::Location::#location, #name)?)
        }
    };
    quote! {
        let #principal = <A as super::#api>::#function(&api, &#credential)
            .await
            .map_err(|error| context.declared(error))?;
    }
}

/// The arguments in the order of the trait's function.
fn arguments(context: &Context, operation: &Operation) -> Vec<TokenStream> {
    let principals = (0..operation.security.len()).map(|index| {
        let principal = format_ident!("principal_{index}");
        quote!(#principal)
    });
    let mut arguments: Vec<_> = principals.collect();
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
