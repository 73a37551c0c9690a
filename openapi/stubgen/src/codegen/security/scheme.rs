//! What the generated code has for each kind of scheme.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::context::Context;
use crate::codegen::ident::type_ident;
use crate::model::{
    KeyLocation, Operation, RequiredScheme, Scope, SecurityScheme, SecuritySchemeKind,
};

/// The `SecurityScheme`s of an operation. Several schemes of the spec can be one here.
pub(in crate::codegen) fn schemes(context: &Context, operation: &Operation) -> Vec<TokenStream> {
    let mut literals: Vec<TokenStream> = Vec::new();
    let mut known = HashSet::new();
    for name in operation.security.schemes() {
        let Some(scheme) = context.spec.security_scheme(name) else { continue };
        let literal = scheme_literal(context, scheme);
        if known.insert(literal.to_string()) {
            literals.push(literal);
        }
    }
    literals
}

fn scheme_literal(context: &Context, scheme: &SecurityScheme) -> TokenStream {
    let variant = match &scheme.kind {
        SecuritySchemeKind::Bearer(_) => quote!(Bearer),
        SecuritySchemeKind::Basic => {
            let realm = realm(&context.spec.info.title);
            quote!(Basic { realm: #realm })
        }
        SecuritySchemeKind::Http { scheme } => quote!(Http { name: #scheme }),
        SecuritySchemeKind::ApiKey { location, name } => {
            let location = location_path(*location);
            quote!(ApiKey { location: #location, name: #name })
        }
    };
    quote!(openapi_server::SecurityScheme::#variant)
}

/// The title without what a quoted string of a header cannot contain.
fn realm(title: &str) -> String {
    let is_plain = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    title.chars().filter(is_plain).collect()
}

/// The call of the reader.
pub(super) fn read_credential(context: &Context, required: &RequiredScheme) -> Option<TokenStream> {
    let scopes = required.scopes.iter().map(|Scope { name, .. }| name);
    Some(match &context.spec.security_scheme(&required.name)?.kind {
        SecuritySchemeKind::Bearer(_) => quote!(bearer_token(&[#(#scopes),*])),
        SecuritySchemeKind::Basic => quote!(basic_credentials()),
        SecuritySchemeKind::Http { scheme } => quote!(http_credentials(#scheme)),
        SecuritySchemeKind::ApiKey { location, name } => {
            let location = location_path(*location);
            quote!(api_key(#location, #name))
        }
    })
}

pub(super) fn credential_type(scheme: &SecurityScheme) -> Ident {
    type_ident(match &scheme.kind {
        SecuritySchemeKind::Bearer(_) => "BearerToken",
        SecuritySchemeKind::Basic => "BasicCredentials",
        SecuritySchemeKind::Http { .. } => "HttpCredentials",
        SecuritySchemeKind::ApiKey { .. } => "ApiKey",
    })
}

/// Where a request has the credential.
pub(super) fn place(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SecuritySchemeKind::Bearer(_) => "The header `Authorization: Bearer …`.".to_owned(),
        SecuritySchemeKind::Basic => "The header `Authorization: Basic …`.".to_owned(),
        SecuritySchemeKind::Http { scheme } => format!("The header `Authorization: {scheme} …`."),
        SecuritySchemeKind::ApiKey { location, name } => match location {
            KeyLocation::Header => format!("The header `{name}`."),
            KeyLocation::Query => format!("The query parameter `{name}`."),
            KeyLocation::Cookie => format!("The cookie `{name}`."),
        },
    }
}

fn location_path(location: KeyLocation) -> TokenStream {
    match location {
        KeyLocation::Header => quote!(openapi_server::KeyLocation::Header),
        KeyLocation::Query => quote!(openapi_server::KeyLocation::Query),
        KeyLocation::Cookie => quote!(openapi_server::KeyLocation::Cookie),
    }
}
