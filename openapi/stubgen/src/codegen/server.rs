//! The struct that serves an implementation of the trait, as an `OpenApi` of poem-openapi.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::errors;
use super::{Served, route};
use crate::model::Info;

/// The struct, and the static `DESCRIPTION`, which `openapi-server` starts a service from.
pub(super) fn server_struct(
    context: &Context,
    stem: &str,
    path: &str,
    served: Served,
) -> TokenStream {
    let (api, server) = (context.api(), context.server());
    let doc = format!(" Serves an implementation of [`{api}`].");
    let Info { title, version, .. } = &context.spec.info;
    let json = format!("/{stem}.json");
    let spec = match served {
        Served::Json => quote!(concat!(env!("OUT_DIR"), #json)),
        Served::File if Path::new(path).is_absolute() => quote!(#path),
        Served::File => {
            let path = format!("/{path}");
            quote!(concat!(env!("CARGO_MANIFEST_DIR"), #path))
        }
    };
    quote! {
        #[doc = #doc]
        pub struct #server<A>(pub A);

        /// The API as its spec describes it.
        pub static DESCRIPTION: openapi_server::ApiDescription = openapi_server::ApiDescription {
            name: #stem,
            title: #title,
            version: #version,
            spec_yaml: include_str!(#spec),
            spec_json: include_str!(concat!(env!("OUT_DIR"), #json)),
        };
    }
}

/// The inclusion of the second file.
pub(super) fn include(stem: &str) -> TokenStream {
    let file = format!("/{stem}.server.rs");
    quote! {
        mod server {
            include!(concat!(env!("OUT_DIR"), #file));
        }
    }
}

/// The beginning of the second file.
pub(super) fn imports(stem: &str) -> TokenStream {
    let schemas = format!("/{stem}.schemas.json");
    quote! {
        use openapi_server::meta::*;

        /// The JSON Schemas that requests are validated against.
        const SCHEMAS: &str = include_str!(concat!(env!("OUT_DIR"), #schemas));
    }
}

pub(super) fn implementation(context: &Context) -> TokenStream {
    let (api, server) = (context.api(), context.server());
    let usual = errors::usual_body(context);
    let errors = errors::routing_responder(context, &usual)
        .map(|responder| quote!(routes.answer_errors(#responder);));
    let operations = &context.spec.operations;
    let routes = operations.iter().map(|operation| route::add_route(context, operation, &usual));
    let is_empty = operations.is_empty() && errors.is_none();
    let mutable = (!is_empty).then(|| quote!(mut));
    let name = format_ident!("{}", if is_empty { "_routes" } else { "routes" });
    quote! {
        impl<A: super::#api> poem_openapi::OpenApi for super::#server<A> {
            fn meta() -> Vec<MetaApi> {
                paths()
            }

            fn register(registry: &mut Registry) {
                register(registry);
            }

            fn add_routes(self, routes: &mut openapi_server::RouteTable) {
                let #mutable #name = openapi_server::ApiRoutes::new(routes, self.0, SCHEMAS);
                #errors
                #(#routes)*
            }
        }
    }
}
