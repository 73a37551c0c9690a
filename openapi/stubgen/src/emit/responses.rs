//! One enum for each operation with a variant for each response it declares:
//! a handler cannot answer anything else.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::names::{self, ident, type_ident};
use super::{doc, meta, types};
use crate::model::{Header, Operation, Response, Spec};

pub(super) fn response(spec: &Spec, operation: &Operation) -> TokenStream {
    let name = type_ident(&names::response(operation));
    let summary = format!(" What `{}` can answer.", operation.id);
    let id = names::pascal(&operation.id);
    let all: Vec<_> = operation
        .responses
        .iter()
        .map(|response| One {
            spec,
            response,
            name: format!("{id}{}", names::status(response.status)),
        })
        .collect();
    let variants = all.iter().map(One::variant);
    let arms = all.iter().map(One::arm);
    let metas = all.iter().map(One::meta);
    let uses: Vec<_> = all.iter().flat_map(One::described).collect();
    let registry = type_ident(if uses.is_empty() { "_registry" } else { "registry" });
    quote! {
        #[doc = #summary]
        #[derive(Debug, Clone, PartialEq)]
        pub enum #name {
            #(#variants)*
        }

        impl #name {
            fn into_response(self) -> openapi_server::Response {
                match self {
                    #(#arms)*
                }
            }

            fn meta() -> MetaResponses {
                MetaResponses { responses: Vec::from([#(#metas),*]) }
            }

            fn register(#registry: &mut Registry) {
                #(<#uses as Type>::register(#registry);)*
            }
        }
    }
}

/// One response while it is written out.
struct One<'a> {
    spec: &'a Spec,
    response: &'a Response,
    /// The operation and the status: begins the names of inline types.
    name: String,
}

impl One<'_> {
    fn variant_name(&self) -> Ident {
        type_ident(&names::status(self.response.status))
    }

    fn body_type(&self) -> Option<TokenStream> {
        self.response
            .schema
            .as_ref()
            .map(|schema| types::nullable(schema, &format!("{}Body", self.name)))
    }

    fn described(&self) -> Vec<TokenStream> {
        let body = self.response.schema.iter();
        body.flat_map(|schema| types::described(schema, format!("{}Body", self.name))).collect()
    }

    fn header_type(&self, header: &Header) -> TokenStream {
        let ty =
            types::bare(&header.schema, &format!("{}{}", self.name, names::pascal(&header.name)));
        if header.required { ty } else { quote!(Option<#ty>) }
    }

    fn variant(&self) -> TokenStream {
        let name = self.variant_name();
        let text = format!("{} — {}", self.response.status, self.response.description);
        let description = doc(Some(&text));
        let body = self.body_type();
        let headers = self.response.own_headers();
        if headers.is_empty() {
            let body = body.map(|ty| quote!((#ty)));
            return quote!(#description #name #body,);
        }
        let headers = headers.iter().map(|header| {
            let (field, ty) = (ident(&header.name), self.header_type(header));
            let text = format!(
                "The header `{}`. {}",
                header.name,
                header.description.as_deref().unwrap_or("")
            );
            let description = doc(Some(&text));
            quote!(#description #field: #ty,)
        });
        let body = body.map(|ty| quote!(#[doc = " The body."] body: #ty,));
        quote!(#description #name { #body #(#headers)* },)
    }

    /// The match arm that makes an HTTP response of the variant.
    fn arm(&self) -> TokenStream {
        let name = self.variant_name();
        let status = Literal::u16_unsuffixed(self.response.status);
        let has_body = self.response.schema.is_some();
        let reply = if has_body {
            quote!(openapi_server::json_response(openapi_server::status::<#status>(), &body))
        } else {
            quote!(openapi_server::empty_response(openapi_server::status::<#status>()))
        };
        let headers = self.response.own_headers();
        if headers.is_empty() {
            let pattern = has_body.then(|| quote!((body)));
            return quote!(Self::#name #pattern => #reply,);
        }
        let fields: Vec<_> = headers.iter().map(|header| ident(&header.name)).collect();
        let body = has_body.then(|| quote!(body,));
        let set = headers.iter().zip(&fields).map(|(header, field)| {
            let name = header.name.to_ascii_lowercase();
            if header.required {
                quote!(openapi_server::insert_header(&mut response, #name, &#field);)
            } else {
                quote!(if let Some(value) = #field { openapi_server::insert_header(&mut response, #name, &value); })
            }
        });
        quote! {
            Self::#name { #body #(#fields),* } => {
                let mut response = #reply;
                #(#set)*
                response
            }
        }
    }

    fn meta(&self) -> TokenStream {
        let status = self.response.status;
        let description = &self.response.description;
        let content = self.response.schema.as_ref().map(|schema| {
            let schema = meta::reference(schema, &format!("{}Body", self.name));
            quote!(MetaMediaType { content_type: openapi_server::JSON, schema: #schema })
        });
        let headers = self.response.headers.iter().map(|header| {
            let (name, required, deprecated) = (&header.name, header.required, header.deprecated);
            let schema = meta::inlined(self.spec, &header.schema);
            let description = match &header.description {
                Some(text) => quote!(Some(#text.to_owned())),
                None => quote!(None),
            };
            quote! {
                MetaHeader {
                    name: #name.to_owned(),
                    description: #description,
                    required: #required,
                    deprecated: #deprecated,
                    schema: #schema,
                }
            }
        });
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
