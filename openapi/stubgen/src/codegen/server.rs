//! The struct that serves an implementation of the trait, as an `OpenApi` of poem-openapi.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident::type_ident;
use super::meta::{self, optional_text};
use super::{route, types};
use crate::model::{Location, SecurityScheme, SecuritySchemeKind, Spec, Tag};
use crate::names;

/// The static `DESCRIPTION`, which `openapi-server` starts a service from.
pub(super) fn description(spec: &Spec, stem: &str, path: &str) -> TokenStream {
    let Spec { title, version, .. } = spec;
    let json = format!("/{stem}.json");
    let schemas = format!("/{stem}.schemas.json");
    let path = format!("/{path}");
    quote! {
        /// The API as its spec describes it.
        pub static DESCRIPTION: openapi_server::ApiDescription = openapi_server::ApiDescription {
            name: #stem,
            title: #title,
            version: #version,
            spec_yaml: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), #path)),
            spec_json: include_str!(concat!(env!("OUT_DIR"), #json)),
        };

        /// The JSON Schemas that requests are validated against.
        const SCHEMAS: &str = include_str!(concat!(env!("OUT_DIR"), #schemas));
    }
}

/// Operations of the same path are adjacent in the model.
fn distinct_paths(spec: &Spec) -> Vec<&str> {
    let mut paths: Vec<&str> =
        spec.operations.iter().map(|operation| operation.path.as_str()).collect();
    paths.dedup();
    paths
}

/// The server struct with its `OpenApi` implementation.
pub(super) fn server(spec: &Spec) -> TokenStream {
    let api = type_ident(&names::service(spec));
    let name = type_ident(&names::server(spec));
    let doc = format!(" Serves an implementation of [`{api}`].");
    let paths = distinct_paths(spec).into_iter().map(|path| meta::path(spec, path));
    let register = register(spec);
    let routes = spec.operations.iter().map(|operation| route::add_route(spec, operation));
    quote! {
        #[doc = #doc]
        pub struct #name<A>(pub A);

        impl<A: #api> poem_openapi::OpenApi for #name<A> {
            fn meta() -> Vec<MetaApi> {
                Vec::from([MetaApi { paths: Vec::from([#(#paths),*]) }])
            }

            fn register(registry: &mut Registry) {
                #register
            }

            fn add_routes(self, routes: &mut openapi_server::RouteTable) {
                let mut routes = openapi_server::ApiRoutes::new(routes, self.0, SCHEMAS);
                #(#routes)*
            }
        }
    }
}

/// Registers tags, security schemes and the types of requests and responses.
fn register(spec: &Spec) -> TokenStream {
    let tags = spec.tags.iter().map(create_tag);
    let schemes = spec.security_schemes.iter().map(create_security_scheme);
    let responses = spec.operations.iter().map(|operation| type_ident(&names::response(operation)));
    let request_types = spec
        .operations
        .iter()
        .flat_map(names::request_schemas)
        .flat_map(|(name, schema)| types::named_types(schema, &name));
    quote! {
        #(#tags)*
        #(#schemes)*
        #(#responses::register(registry);)*
        #(<#request_types as Type>::register(registry);)*
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

fn create_security_scheme(scheme: &SecurityScheme) -> TokenStream {
    let name = &scheme.name;
    let description = optional_text(scheme.description.as_deref());
    let fields = security_scheme_fields(&scheme.kind);
    quote! {
        registry.create_security_scheme(
            #name,
            MetaSecurityScheme {
                #fields
                description: #description,
                flows: None,
                openid_connect_url: None,
            },
        );
    }
}

fn security_scheme_fields(kind: &SecuritySchemeKind) -> TokenStream {
    match kind {
        SecuritySchemeKind::Bearer { format } => {
            let format = optional_text(format.as_deref());
            quote! {
                ty: "http",
                name: None,
                key_in: None,
                scheme: Some("bearer"),
                bearer_format: #format,
            }
        }
        SecuritySchemeKind::ApiKey { location, name } => {
            let location = if *location == Location::Query { "query" } else { "header" };
            quote! {
                ty: "apiKey",
                name: Some(#name),
                key_in: Some(#location),
                scheme: None,
                bearer_format: None,
            }
        }
    }
}
