//! Security schemes.

use proc_macro2::TokenStream;
use quote::quote;

use super::operation::optional_text;
use crate::model::{KeyLocation, OauthFlow, SecurityScheme, SecuritySchemeKind, TokenSource};

pub(super) fn create_security_scheme(known: &SecurityScheme) -> TokenStream {
    let id = &known.name;
    let description = optional_text(known.description.as_deref());
    let Fields { ty, name, key_in, scheme, bearer_format, flows, openid_connect_url } =
        fields(&known.kind);
    quote! {
        registry.create_security_scheme(
            #id,
            MetaSecurityScheme {
                ty: #ty,
                name: #name,
                key_in: #key_in,
                scheme: #scheme,
                bearer_format: #bearer_format,
                description: #description,
                flows: #flows,
                openid_connect_url: #openid_connect_url,
            },
        );
    }
}

/// The fields of a `MetaSecurityScheme` that depend on its kind.
struct Fields {
    ty: &'static str,
    name: TokenStream,
    key_in: TokenStream,
    scheme: TokenStream,
    bearer_format: TokenStream,
    flows: TokenStream,
    openid_connect_url: TokenStream,
}

impl Fields {
    fn new(ty: &'static str) -> Self {
        let none = || quote!(None);
        Self {
            ty,
            name: none(),
            key_in: none(),
            scheme: none(),
            bearer_format: none(),
            flows: none(),
            openid_connect_url: none(),
        }
    }

    fn http(scheme: &str) -> Self {
        Self { scheme: quote!(Some(#scheme)), ..Self::new("http") }
    }
}

fn fields(kind: &SecuritySchemeKind) -> Fields {
    match kind {
        SecuritySchemeKind::Bearer(TokenSource::Http { format }) => {
            Fields { bearer_format: optional_text(format.as_deref()), ..Fields::http("bearer") }
        }
        SecuritySchemeKind::Bearer(TokenSource::Oauth2 { flows: known }) => {
            Fields { flows: flows(known), ..Fields::new("oauth2") }
        }
        SecuritySchemeKind::Bearer(TokenSource::OpenIdConnect { url }) => {
            Fields { openid_connect_url: quote!(Some(#url)), ..Fields::new("openIdConnect") }
        }
        SecuritySchemeKind::Basic => Fields::http("basic"),
        SecuritySchemeKind::Http { scheme } => Fields::http(scheme),
        SecuritySchemeKind::ApiKey { location, name } => {
            let location = match location {
                KeyLocation::Header => "header",
                KeyLocation::Query => "query",
                KeyLocation::Cookie => "cookie",
            };
            Fields {
                name: quote!(Some(#name)),
                key_in: quote!(Some(#location)),
                ..Fields::new("apiKey")
            }
        }
    }
}

fn flows(known: &[OauthFlow]) -> TokenStream {
    let [implicit, password, client_credentials, authorization_code] =
        ["implicit", "password", "clientCredentials", "authorizationCode"]
            .map(|name| known.iter().find(|flow| flow.name == name).map_or(quote!(None), flow));
    quote! {
        Some(MetaOAuthFlows {
            implicit: #implicit,
            password: #password,
            client_credentials: #client_credentials,
            authorization_code: #authorization_code,
        })
    }
}

fn flow(flow: &OauthFlow) -> TokenStream {
    let authorization_url = optional_text(flow.authorization_url.as_deref());
    let token_url = optional_text(flow.token_url.as_deref());
    let refresh_url = optional_text(flow.refresh_url.as_deref());
    let scopes = flow.scopes.iter().map(|(name, description)| {
        quote!(MetaOAuthScope { name: #name, description: Some(#description) })
    });
    quote! {
        Some(MetaOAuthFlow {
            authorization_url: #authorization_url,
            token_url: #token_url,
            refresh_url: #refresh_url,
            scopes: Vec::from([#(#scopes),*]),
        })
    }
}
