//! The poem-openapi side: an `OpenApi` for any implementation of the trait,
//! and the description that the run time serves.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::names::{self, ident, type_ident};
use super::{meta, operations, types};
use crate::model::{Location, Operation, Parameter, SecurityKind, SecurityScheme, Spec};

/// The constant `DESCRIPTION`.
pub(super) fn description(spec: &Spec, stem: &str, path: &str) -> TokenStream {
    let (title, version) = (&spec.title, &spec.version);
    let json = format!("/{stem}.json");
    let schemas = format!("/{stem}.schemas.json");
    let path = format!("/{path}");
    quote! {
        /// The service as its spec describes it.
        pub static DESCRIPTION: openapi_server::ApiDescription = openapi_server::ApiDescription {
            name: #stem,
            title: #title,
            version: #version,
            spec_yaml: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), #path)),
            spec_json: include_str!(concat!(env!("OUT_DIR"), #json)),
        };

        /// What requests are checked against, as JSON Schema.
        const SCHEMAS: &str = include_str!(concat!(env!("OUT_DIR"), #schemas));
    }
}

/// Operations of one path stand together in the model.
fn distinct_paths(spec: &Spec) -> Vec<&str> {
    let mut paths: Vec<&str> =
        spec.operations.iter().map(|operation| operation.path.as_str()).collect();
    paths.dedup();
    paths
}

/// The server struct with its `OpenApi` implementation.
pub(super) fn server(spec: &Spec) -> TokenStream {
    let api = type_ident(&names::service(spec));
    let name = format_ident!("{api}Server");
    let paths = paths(spec);
    let responses = spec.operations.iter().map(|operation| type_ident(&names::response(operation)));
    let inputs = spec.operations.iter().flat_map(inputs);
    let schemes = spec.security_schemes.iter().map(security_scheme);
    let tags = spec.tags.iter().map(|tag| {
        let (name, description) = (&tag.name, optional(tag.description.as_deref()));
        quote!(registry.create_tag(MetaTag { name: #name, description: #description, external_docs: None });)
    });
    let routes = spec.operations.iter().map(|operation| route(spec, operation));
    let doc = format!(" Serves an implementation of [`{api}`].");
    quote! {
        #[doc = #doc]
        pub struct #name<A>(pub A);

        impl<A: #api> poem_openapi::OpenApi for #name<A> {
            fn meta() -> Vec<MetaApi> {
                Vec::from([MetaApi { paths: Vec::from([#(#paths),*]) }])
            }

            fn register(registry: &mut Registry) {
                #(#tags)*
                #(#schemes)*
                #(#responses::register(registry);)*
                #(<#inputs as Type>::register(registry);)*
            }

            fn add_routes(self, routes: &mut openapi_server::RouteTable) {
                let mut routes = openapi_server::ApiRoutes::new(routes, self.0, SCHEMAS);
                #(#routes)*
            }
        }
    }
}

fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

fn paths(spec: &Spec) -> Vec<TokenStream> {
    let path = |path: &str| {
        let operations = spec.operations.iter().filter(|operation| operation.path == path);
        let operations = operations.map(operation_meta);
        quote!(MetaPath { path: #path.to_owned(), operations: Vec::from([#(#operations),*]) })
    };
    distinct_paths(spec).into_iter().map(path).collect()
}

fn operation_meta(operation: &Operation) -> TokenStream {
    let method = format_ident!("{}", operation.method.to_ascii_uppercase());
    let (id, tags, deprecated) = (&operation.id, &operation.tags, operation.deprecated);
    let summary = optional(operation.summary.as_deref());
    let description = optional(operation.description.as_deref());
    let params = operation.parameters.iter().map(|parameter| parameter_meta(operation, parameter));
    let request = match &operation.body {
        None => quote!(None),
        Some(body) => {
            let schema = meta::reference(&body.schema, &format!("{}Body", names::pascal(id)));
            let (description, required) = (optional(body.description.as_deref()), body.required);
            quote! {
                Some(MetaRequest {
                    description: #description,
                    content: Vec::from([MetaMediaType { content_type: openapi_server::JSON, schema: #schema }]),
                    required: #required,
                })
            }
        }
    };
    let response = type_ident(&names::response(operation));
    let schemes = &operation.security;
    let security = if schemes.is_empty() {
        quote!(Vec::new())
    } else {
        quote!(Vec::from([std::collections::HashMap::from([#((#schemes, Vec::new())),*])]))
    };
    quote! {
        MetaOperation {
            method: Method::#method,
            tags: Vec::from([#(#tags),*]),
            summary: #summary,
            description: #description,
            external_docs: None,
            params: Vec::from([#(#params),*]),
            request: #request,
            responses: #response::meta(),
            deprecated: #deprecated,
            security: #security,
            operation_id: Some(#id),
            code_samples: Vec::new(),
        }
    }
}

fn parameter_meta(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let (name, required, deprecated, explode) =
        (&parameter.name, parameter.required, parameter.deprecated, parameter.explode);
    let location = operations::location(parameter.location);
    let description = match &parameter.description {
        Some(text) => quote!(Some(#text.to_owned())),
        None => quote!(None),
    };
    let schema = meta::reference(
        &parameter.schema,
        &format!("{}{}", names::pascal(&operation.id), names::pascal(name)),
    );
    quote! {
        MetaOperationParam {
            name: #name.to_owned(),
            schema: #schema,
            in_type: MetaParamIn::#location,
            description: #description,
            required: #required,
            deprecated: #deprecated,
            explode: #explode,
            style: None,
        }
    }
}

/// The described types among an operation's parameters and body.
fn inputs(operation: &Operation) -> Vec<TokenStream> {
    let id = names::pascal(&operation.id);
    let mut schemas: Vec<_> = operation
        .parameters
        .iter()
        .map(|parameter| (&parameter.schema, format!("{id}{}", names::pascal(&parameter.name))))
        .collect();
    schemas.extend(operation.body.iter().map(|body| (&body.schema, format!("{id}Body"))));
    schemas.into_iter().flat_map(|(schema, name)| types::described(schema, name)).collect()
}

fn security_scheme(scheme: &SecurityScheme) -> TokenStream {
    let name = &scheme.name;
    let description = optional(scheme.description.as_deref());
    let fields = match &scheme.kind {
        SecurityKind::Bearer { format } => {
            let format = optional(format.as_deref());
            quote!(ty: "http", name: None, key_in: None, scheme: Some("bearer"), bearer_format: #format,)
        }
        SecurityKind::ApiKey { location, name } => {
            let place = if *location == Location::Query { "query" } else { "header" };
            quote!(ty: "apiKey", name: Some(#name), key_in: Some(#place), scheme: None, bearer_format: None,)
        }
    };
    quote! {
        registry.create_security_scheme(
            #name,
            MetaSecurityScheme { #fields description: #description, flows: None, openid_connect_url: None },
        );
    }
}

/// Reads the request, calls the trait, writes the response. Security comes
/// first: nobody learns what is wrong with a request that they may not make.
fn route(spec: &Spec, operation: &Operation) -> TokenStream {
    let constant = names::constant(&operation.id);
    let function = ident(&operation.id);
    let schemes =
        spec.security_schemes.iter().filter(|scheme| operation.security.contains(&scheme.name));
    let checks = schemes.map(|scheme| {
        let (check, credential) = (ident(&scheme.name), credential(scheme));
        quote! {
            let #check = api.#check(&#credential?).await.map_err(|error| call.declared(error))?;
        }
    });
    let principals = operation.security.iter().map(|scheme| ident(scheme));
    let parameters: Vec<_> =
        operation.parameters.iter().map(|parameter| ident(&parameter.name)).collect();
    let reads = parameters.iter().enumerate().map(|(index, argument)| {
        let index = proc_macro2::Literal::usize_unsuffixed(index);
        quote!(let #argument = input.parameter(#index)?;)
    });
    let body = operation.body.as_ref().map(|_| ident("body"));
    let read_body = body.as_ref().map(|body| quote!(let #body = input.body()?;));
    let arguments = principals.chain(parameters.iter().cloned()).chain(body.iter().cloned());
    let read = match parameters.is_empty() && body.is_none() {
        true => quote!(call.read().await?;),
        false => quote!(let mut input = call.read().await?;),
    };
    quote! {
        routes.add(&#constant, |api, mut call| async move {
            #(#checks)*
            #read
            #(#reads)*
            #read_body
            match api.#function(#(#arguments),*).await {
                Ok(response) => Ok(response.into_response()),
                Err(error) => Err(call.declared(error)),
            }
        });
    }
}

fn credential(scheme: &SecurityScheme) -> TokenStream {
    match &scheme.kind {
        SecurityKind::Bearer { .. } => quote!(call.bearer_token()),
        SecurityKind::ApiKey { location, name } => {
            let location = operations::location(*location);
            quote!(call.api_key(openapi_server::Location::#location, #name))
        }
    }
}
