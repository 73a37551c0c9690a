//! Authentication: what the first file has for it, and the enums' implementations.

mod route;
mod scheme;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::context::Context;
use super::doc::{doc, doc_text};
use super::ident::{ident, type_ident};
use crate::model::Operation;
use crate::naming::CredentialsNames;
pub(super) use route::authenticate;
pub(super) use scheme::schemes;
use scheme::{credential_type, place};

/// The names of the functions and types, if some operation takes credentials.
struct Names {
    authenticate: Ident,
    open_access: Ident,
    operation: Ident,
    credentials: Ident,
}

impl Names {
    fn new(context: &Context) -> Option<Self> {
        let names = &context.names.security;
        secured(context).next().map(|_| Self {
            authenticate: ident(&names.authenticate),
            open_access: ident(&names.open_access),
            operation: type_ident(&names.operation_type),
            credentials: type_ident(&names.credentials_type),
        })
    }
}

/// The operations that take credentials.
fn secured<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Operation> {
    context.spec.operations.iter().filter(|operation| !operation.security.is_empty())
}

/// The part of the trait, if some operation takes credentials.
pub(super) fn trait_items(context: &Context) -> Option<TokenStream> {
    let names = Names::new(context)?;
    let Names { authenticate, open_access, operation, credentials } = &names;
    let (future, send) = (context.std("Future"), context.std("Send"));
    let (option, result) = (context.std("Option"), context.std("Result"));
    Some(quote! {
        /// Who a request comes from, to the operations that take credentials.
        type Principal: #send;

        /// Decides who a request comes from, before its parameters and body are read. The
        /// credentials are those of one alternative of the operation's `security`; if they are
        /// refused with 401, those of the next one follow. Missing and malformed credentials get
        /// a 401 without this function.
        fn #authenticate(&self, operation: #operation, credentials: #credentials)
            -> impl #future<Output = #result<Self::Principal, Self::Error>> + #send;

        /// The principal of every request if authentication is switched off; credentials are
        /// not read then.
        fn #open_access(&self) -> #option<Self::Principal> {
            #option::None
        }
    })
}

/// The same for the implementation that answers 501.
pub(super) fn unimplemented(context: &Context) -> Option<TokenStream> {
    let Names { authenticate, operation, credentials, .. } = Names::new(context)?;
    let (result, err) = (context.std("Result"), context.std("Err"));
    Some(quote! {
        type Principal = ();

        async fn #authenticate(&self, operation: #operation, credentials: #credentials)
            -> #result<(), Self::Error> {
            #err(openapi_server::ApiError::not_implemented(operation.id()))
        }
    })
}

/// The enums of credentials and operations.
pub(super) fn types(context: &Context) -> TokenStream {
    let Some(Names { operation, credentials, .. }) = Names::new(context) else {
        return TokenStream::new();
    };
    let names = context.names.security.credentials.iter();
    let alternatives = names.map(|names| credentials_variant(context, names));
    let operations = secured(context).map(|operation| operation_variant(context, operation));
    quote! {
        /// The credentials of a request, by the security schemes of an alternative.
        #[derive(Debug)]
        pub enum #credentials {
            #(#alternatives)*
        }

        /// The operations that take credentials.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #operation {
            #(#operations)*
        }
    }
}

fn credentials_variant(context: &Context, names: &CredentialsNames) -> TokenStream {
    let variant = type_ident(&names.variant);
    let scheme = |name: &String| context.spec.security_scheme(name);
    if let [(name, _)] = names.fields.as_slice() {
        let scheme = scheme(name);
        let place = scheme.map(place);
        let description = scheme.and_then(|scheme| scheme.description.as_deref());
        let doc = doc_text([description, place.as_deref()]);
        let ty = scheme.map(credential_type);
        return quote!(#doc #variant(openapi_server::#ty),);
    }
    let fields = names.fields.iter().map(|(name, field)| {
        let (field, ty) = (ident(field), scheme(name).map(credential_type));
        let doc = scheme(name).map(|scheme| doc(&place(scheme)));
        quote!(#doc #field: openapi_server::#ty,)
    });
    let schemes: Vec<String> = names.fields.iter().map(|(name, _)| format!("`{name}`")).collect();
    let doc = doc(&format!("All of {}.", schemes.join(", ")));
    quote!(#doc #variant { #(#fields)* },)
}

fn operation_variant(context: &Context, operation: &Operation) -> TokenStream {
    let name = context.operation_variant(operation);
    let doc = doc(&format!("`{} {}`", operation.method.to_ascii_uppercase(), operation.path));
    quote!(#doc #name,)
}

/// What the second file implements for the enum of operations.
pub(super) fn implementations(context: &Context) -> TokenStream {
    let Some(Names { operation, .. }) = Names::new(context) else { return TokenStream::new() };
    let variants: Vec<Ident> =
        secured(context).map(|operation| context.operation_variant(operation)).collect();
    let ids = secured(context).map(|operation| &operation.id);
    quote! {
        impl super::#operation {
            /// Every operation that takes credentials, in the order of the spec.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// `operationId`.
            pub const fn id(self) -> &'static str {
                match self {
                    #(Self::#variants => #ids,)*
                }
            }
        }
    }
}
