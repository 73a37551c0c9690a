//! The route of an operation: it reads the request, calls the trait and writes the response.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::ident::{ident, static_ident};
use super::operation_spec::location_ident;
use crate::model::{Operation, SecurityScheme, SecuritySchemeKind, Spec};

/// Adds the route to `routes`. Authentication comes first: a client without credentials must not
/// learn what else is wrong with its request.
pub(super) fn add_route(spec: &Spec, operation: &Operation) -> TokenStream {
    let operation_spec = static_ident(&operation.id);
    let function = ident(&operation.id);
    let authentication = spec
        .security_schemes
        .iter()
        .filter(|scheme| operation.security.contains(&scheme.name))
        .map(authenticate);
    let read_request = read_request(operation);
    let arguments = arguments(operation);
    quote! {
        routes.add(&#operation_spec, |api, mut context| async move {
            #(#authentication)*
            #read_request
            match api.#function(#(#arguments),*).await {
                Ok(response) => Ok(response.into_response()),
                Err(error) => Err(context.declared(error)),
            }
        });
    }
}

fn authenticate(scheme: &SecurityScheme) -> TokenStream {
    let name = ident(&scheme.name);
    let credential = match &scheme.kind {
        SecuritySchemeKind::Bearer { .. } => quote!(context.bearer_token()),
        SecuritySchemeKind::ApiKey { location, name } => {
            let location = location_ident(*location);
            quote!(context.api_key(openapi_server::Location::#location, #name))
        }
    };
    quote! {
        let #name = api.#name(&#credential?).await.map_err(|error| context.declared(error))?;
    }
}

/// Validates the request, and binds its parameters and body.
fn read_request(operation: &Operation) -> TokenStream {
    if operation.parameters.is_empty() && operation.body.is_none() {
        return quote!(context.read().await?;);
    }
    let parameters = operation.parameters.iter().enumerate().map(|(index, parameter)| {
        let name = ident(&parameter.name);
        let index = Literal::usize_unsuffixed(index);
        quote!(let #name = request.parameter(#index)?;)
    });
    let body = operation.body.as_ref().map(|_| quote!(let body = request.body()?;));
    quote! {
        let mut request = context.read().await?;
        #(#parameters)*
        #body
    }
}

fn arguments(operation: &Operation) -> Vec<Ident> {
    let principals = operation.security.iter().map(|scheme| ident(scheme));
    let parameters = operation.parameters.iter().map(|parameter| ident(&parameter.name));
    let body = operation.body.iter().map(|_| ident("body"));
    principals.chain(parameters).chain(body).collect()
}
