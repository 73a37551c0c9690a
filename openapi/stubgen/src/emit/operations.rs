//! The trait that hand-written code implements, and what the server must know
//! of each operation to read its requests.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::names::{self, ident, type_ident};
use super::{doc, types};
use crate::model::{Kind, Location, Operation, Parameter, SecurityKind, Spec};

/// The trait of a service: a function for each operation and security scheme.
pub(super) fn api(spec: &Spec) -> TokenStream {
    let name = type_ident(&names::service(spec));
    let description = doc(spec.description.as_deref().or(Some(&spec.title)));
    let schemes = spec.security_schemes.iter().map(|scheme| {
        let principal = principal(&scheme.name);
        let function = ident(&scheme.name);
        let description = doc(scheme.description.as_deref());
        let credential = match &scheme.kind {
            SecurityKind::Bearer { .. } => " Called with the token of the `Authorization: Bearer …` header.".to_owned(),
            SecurityKind::ApiKey { name, .. } => format!(" Called with the value of `{name}`."),
        };
        quote! {
            /// Who has satisfied this scheme.
            type #principal: Send;

            #description
            #[doc = ""]
            #[doc = #credential]
            fn #function(&self, credential: &str) -> impl Future<Output = Result<Self::#principal, Self::Error>> + Send;
        }
    });
    let functions = spec.operations.iter().map(|operation| function(spec, operation));
    quote! {
        #description
        pub trait #name: Send + Sync + 'static {
            /// What can go wrong. It is turned into HTTP once, by this conversion;
            /// a status that the operation does not declare becomes a 500.
            type Error: Into<openapi_server::ApiError> + Send;

            #(#schemes)*
            #(#functions)*
        }
    }
}

/// The associated type of a security scheme.
pub(super) fn principal(scheme: &str) -> proc_macro2::Ident {
    type_ident(&names::pascal(scheme))
}

fn function(spec: &Spec, operation: &Operation) -> TokenStream {
    let name = ident(&operation.id);
    let response = type_ident(&names::response(operation));
    let route = format!(" `{} {}`", operation.method.to_ascii_uppercase(), operation.path);
    let text = [&operation.summary, &operation.description].into_iter().flatten();
    let text = text.map(|text| text.trim_end()).collect::<Vec<_>>().join("\n\n");
    let text = (!text.is_empty()).then(|| {
        let doc = doc(Some(&text));
        quote!(#doc #[doc = ""])
    });
    let principals = operation.security.iter().map(|scheme| {
        let (argument, principal) = (ident(scheme), principal(scheme));
        quote!(#argument: Self::#principal)
    });
    let parameters = operation.parameters.iter().map(|parameter| {
        let (argument, ty) = (ident(&parameter.name), parameter_type(spec, operation, parameter));
        quote!(#argument: #ty)
    });
    let body = body_type(operation).map(|ty| quote!(body: #ty));
    quote! {
        #text
        #[doc = #route]
        fn #name(&self, #(#principals,)* #(#parameters,)* #body)
            -> impl Future<Output = Result<#response, Self::Error>> + Send;
    }
}

pub(super) fn parameter_type(
    spec: &Spec,
    operation: &Operation,
    parameter: &Parameter,
) -> TokenStream {
    let name = format!("{}{}", names::pascal(&operation.id), names::pascal(&parameter.name));
    let ty = types::bare(&parameter.schema, &name);
    let always = parameter.required || spec.resolve(&parameter.schema).default.is_some();
    if always { ty } else { quote!(Option<#ty>) }
}

pub(super) fn body_type(operation: &Operation) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let ty = types::nullable(&body.schema, &format!("{}Body", names::pascal(&operation.id)));
    Some(if body.required { ty } else { quote!(Option<#ty>) })
}

/// The constant from which the server reads this operation's requests.
pub(super) fn constant(spec: &Spec, operation: &Operation) -> TokenStream {
    let name = names::constant(&operation.id);
    let (id, path) = (&operation.id, &operation.path);
    let method = format_ident!("{}", operation.method.to_ascii_uppercase());
    let parameters = operation.parameters.iter().map(|known| parameter(spec, known));
    let body = match &operation.body {
        None => quote!(openapi_server::BodySpec::None),
        Some(body) if body.required => quote!(openapi_server::BodySpec::Required),
        Some(_) => quote!(openapi_server::BodySpec::Optional),
    };
    let query_keys = spec.security_schemes.iter().filter_map(|scheme| match &scheme.kind {
        SecurityKind::ApiKey { location: Location::Query, name }
            if operation.security.contains(&scheme.name) =>
        {
            Some(name)
        }
        _ => None,
    });
    let statuses =
        operation.responses.iter().map(|response| Literal::u16_unsuffixed(response.status));
    quote! {
        static #name: openapi_server::OperationSpec = openapi_server::OperationSpec {
            id: #id,
            method: openapi_server::Method::#method,
            path: #path,
            parameters: &[#(#parameters),*],
            query_keys: &[#(#query_keys),*],
            body: #body,
            statuses: &[#(openapi_server::status::<#statuses>()),*],
        };
    }
}

fn parameter(spec: &Spec, parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    let location = location(parameter.location);
    let required = parameter.required;
    let schema = spec.resolve(&parameter.schema);
    let (values, element) = match &schema.kind {
        Kind::Array(rules) if parameter.explode => (quote!(Repeated), spec.resolve(&rules.items)),
        Kind::Array(rules) => (quote!(Commas), spec.resolve(&rules.items)),
        _ => (quote!(Single), schema),
    };
    let text = match &element.kind {
        Kind::Boolean => quote!(Boolean),
        Kind::Number(_) => quote!(Number),
        _ => quote!(String),
    };
    let default = match &schema.default {
        Some(default) => {
            let default = default.to_string();
            quote!(Some(#default))
        }
        None => quote!(None),
    };
    quote! {
        openapi_server::ParameterSpec {
            name: #name,
            location: openapi_server::Location::#location,
            required: #required,
            values: openapi_server::ArrayStyle::#values,
            text: openapi_server::PrimitiveType::#text,
            default: #default,
        }
    }
}

pub(super) fn location(location: Location) -> proc_macro2::Ident {
    match location {
        Location::Path => format_ident!("Path"),
        Location::Query => format_ident!("Query"),
        Location::Header => format_ident!("Header"),
    }
}
