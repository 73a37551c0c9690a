//! The response enum of an operation. It has a variant for each response that the spec declares, so
//! a handler cannot send any other.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::doc::doc;
use super::ident::{ident, type_ident};
use super::{meta, types};
use crate::model::{Header, Operation, Response, Spec};
use crate::names;

pub(super) fn response_enum(spec: &Spec, operation: &Operation) -> TokenStream {
    let name = type_ident(&names::response(operation));
    let description = format!(" The responses of `{}`.", operation.id);
    let variants: Vec<ResponseVariant> = operation
        .responses
        .iter()
        .map(|response| ResponseVariant::new(spec, operation, response))
        .collect();
    let definitions = variants.iter().map(ResponseVariant::definition);
    let methods = methods(&variants);
    quote! {
        #[doc = #description]
        #[derive(Debug, Clone, PartialEq)]
        pub enum #name {
            #(#definitions)*
        }

        impl #name {
            #methods
        }
    }
}

fn methods(variants: &[ResponseVariant]) -> TokenStream {
    let match_arms = variants.iter().map(ResponseVariant::match_arm);
    let metas = variants.iter().map(ResponseVariant::meta);
    let types: Vec<_> = variants.iter().flat_map(ResponseVariant::named_types).collect();
    // Unused without types.
    let registry = type_ident(if types.is_empty() { "_registry" } else { "registry" });
    quote! {
        fn into_response(self) -> openapi_server::Response {
            match self {
                #(#match_arms)*
            }
        }

        fn meta() -> MetaResponses {
            MetaResponses { responses: Vec::from([#(#metas),*]) }
        }

        fn register(#registry: &mut Registry) {
            #(<#types as Type>::register(#registry);)*
        }
    }
}

struct ResponseVariant<'a> {
    spec: &'a Spec,
    response: &'a Response,
    /// For the names of inline types.
    prefix: String,
}

impl<'a> ResponseVariant<'a> {
    fn new(spec: &'a Spec, operation: &Operation, response: &'a Response) -> Self {
        let prefix = names::response_prefix(operation, response.status);
        Self { spec, response, prefix }
    }

    fn ident(&self) -> Ident {
        type_ident(&names::status(self.response.status))
    }

    fn body_name(&self) -> String {
        names::body(&self.prefix)
    }

    fn body_type(&self) -> Option<TokenStream> {
        let schema = self.response.schema.as_ref()?;
        Some(types::value_type(schema, &self.body_name()))
    }

    fn named_types(&self) -> Vec<TokenStream> {
        let schema = self.response.schema.iter();
        schema.flat_map(|schema| types::named_types(schema, &self.body_name())).collect()
    }

    fn definition(&self) -> TokenStream {
        let name = self.ident();
        let text = format!("{} — {}", self.response.status, self.response.description);
        let description = doc(Some(&text));
        let body = self.body_type();
        let headers = self.response.handler_headers();
        if headers.is_empty() {
            let body = body.map(|ty| quote!((#ty)));
            return quote!(#description #name #body,);
        }
        let headers = headers.into_iter().map(|header| self.header_field(header));
        let body = body.map(|ty| quote!(#[doc = " The response body."] body: #ty,));
        quote!(#description #name { #body #(#headers)* },)
    }

    fn header_field(&self, header: &Header) -> TokenStream {
        let field = ident(&header.name);
        let name = names::member(&self.prefix, &header.name);
        let ty = types::non_null_type(&header.schema, &name);
        let ty = if header.required { ty } else { quote!(Option<#ty>) };
        let text = header.description.as_deref().unwrap_or_default();
        let description = doc(Some(&format!("The header `{}`. {text}", header.name)));
        quote!(#description #field: #ty,)
    }

    /// The arm of `into_response`.
    fn match_arm(&self) -> TokenStream {
        let name = self.ident();
        let status = Literal::u16_unsuffixed(self.response.status);
        let has_body = self.response.schema.is_some();
        let response = if has_body {
            quote!(openapi_server::json_response(openapi_server::status::<#status>(), &body))
        } else {
            quote!(openapi_server::empty_response(openapi_server::status::<#status>()))
        };
        let headers = self.response.handler_headers();
        if headers.is_empty() {
            let pattern = has_body.then(|| quote!((body)));
            return quote!(Self::#name #pattern => #response,);
        }
        let body = has_body.then(|| quote!(body,));
        let fields = headers.iter().map(|header| ident(&header.name));
        let insertions = headers.iter().map(|header| insert_header(header));
        quote! {
            Self::#name { #body #(#fields),* } => {
                let mut response = #response;
                #(#insertions)*
                response
            }
        }
    }

    fn meta(&self) -> TokenStream {
        let status = self.response.status;
        let description = &self.response.description;
        let content = self.response.schema.as_ref().map(|schema| {
            let schema = meta::reference(schema, &self.body_name());
            quote!(MetaMediaType { content_type: openapi_server::JSON, schema: #schema })
        });
        let headers = self.response.headers.iter().map(|header| meta::header(self.spec, header));
        quote! {
            MetaResponse {
                description: #description,
                status: Some(#status),
                status_range: None,
                content: Vec::from([#content]),
                headers: Vec::from([#(#headers),*]),
            }
        }
    }
}

fn insert_header(header: &Header) -> TokenStream {
    let field = ident(&header.name);
    let name = header.name.to_ascii_lowercase();
    if header.required {
        return quote!(openapi_server::insert_header(&mut response, #name, &#field););
    }
    quote! {
        if let Some(value) = #field {
            openapi_server::insert_header(&mut response, #name, &value);
        }
    }
}
