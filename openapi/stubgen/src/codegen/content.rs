//! The bodies of requests and responses: their types, by media type.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::context::Context;
use super::debug::is_secret;
use super::formats::contains_time;
use super::ident::type_ident;
use crate::model::{Content, Format, Operation, Response, Schema};
use crate::naming::content_variants;

/// The contents of a body, with the enum if there are several.
pub(super) struct Contents<'a> {
    contents: &'a [Content],
    name: Option<Ident>,
}

impl<'a> Contents<'a> {
    pub fn of_request(context: &Context, operation: &'a Operation) -> Self {
        let contents = operation.body.as_ref().map_or(&[][..], |body| &body.content);
        let name = context.names.content(contents).map(type_ident);
        Self { contents, name }
    }

    pub fn of_response(context: &Context, response: &'a Response) -> Self {
        let contents = response.content.as_slice();
        let name = context.names.content(contents).map(type_ident);
        Self { contents, name }
    }

    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// The only content, which has no enum.
    pub fn single(&self) -> Option<&'a Content> {
        self.contents.first().filter(|_| self.name.is_none())
    }

    /// Each content with its variant.
    fn variants(&self) -> impl Iterator<Item = (Ident, &'a Content)> {
        let names = content_variants(self.contents).into_iter();
        names.map(|name| type_ident(&name)).zip(self.contents)
    }

    /// The type of a body that is present.
    pub fn ty(&self, context: &Context) -> Option<TokenStream> {
        if let Some(name) = &self.name {
            return Some(context.path(name));
        }
        self.contents.first().map(|content| content_type(context, content))
    }

    /// The enum, if there is one.
    pub fn definition(&self, context: &Context, doc: &str) -> Option<TokenStream> {
        let name = self.name.as_ref()?;
        let variants = self.variants().map(|(variant, content)| {
            let ty = content_type(context, content);
            let doc = format!(" `{}`", content.media_type);
            quote!(#[doc = #doc] #variant(#ty),)
        });
        let derives = self.derives();
        Some(quote! {
            #[doc = #doc]
            #derives
            pub enum #name {
                #(#variants)*
            }
        })
    }

    /// The derives of a type that contains the body. Streams are read once.
    fn derives(&self) -> TokenStream {
        let debug = (!self.has_secret()).then(|| quote!(Debug,));
        if self.has_stream() {
            return quote!(#[derive(#debug)]);
        }
        quote!(#[derive(#debug Clone, PartialEq)])
    }

    pub fn has_stream(&self) -> bool {
        self.contents.iter().any(|content| content.format == Format::Stream)
    }

    pub fn has_secret(&self) -> bool {
        self.contents.iter().any(|content| is_secret(&content.schema))
    }

    /// `Debug` of the enum without its values, if they are secret.
    pub fn redaction(&self) -> Option<TokenStream> {
        let name = self.name.as_ref().filter(|_| self.has_secret())?;
        let arms = self.variants().map(|(variant, _)| {
            let text = variant.to_string();
            quote!(Self::#variant(_) => f.debug_tuple(#text).field(&openapi_server::Redacted).finish(),)
        });
        Some(super::debug::implementation(name, &quote!(match self { #(#arms)* })))
    }

    /// The argument of the trait's function, from a request.
    pub fn argument(&self, required: bool) -> TokenStream {
        let Some(name) = &self.name else {
            return match self.contents.first() {
                Some(content) if content.format == Format::Stream => {
                    let value = stream(content);
                    if required {
                        quote!(#value?)
                    } else {
                        quote!(match request.media_type() {
                            Some(_) => Some(#value?),
                            None => None,
                        })
                    }
                }
                _ => quote!(request.body()?),
            };
        };
        let arms = self.variants().enumerate().map(|(index, (variant, content))| {
            let index = Literal::usize_unsuffixed(index);
            let value = match content.format {
                Format::Stream => stream(content),
                _ => quote!(request.body()),
            };
            let value = quote!(super::#name::#variant(#value?));
            let value = if required { value } else { quote!(Some(#value)) };
            quote!(Some(#index) => #value,)
        });
        let absent = if required {
            // A required body that is absent has been reported.
            quote!(return Err(openapi_server::ApiError::internal()))
        } else {
            quote!(None)
        };
        quote!(match request.media_type() { #(#arms)* _ => #absent })
    }

    /// The response with this body, `value`, and a status.
    pub fn response(&self, status: &TokenStream, value: &TokenStream) -> TokenStream {
        let Some(name) = &self.name else {
            let content = self.contents.first();
            return content.map_or_else(
                || quote!(openapi_server::empty_response(#status)),
                |content| response(content, status, value),
            );
        };
        let arms = self.variants().map(|(variant, content)| {
            let response = response(content, status, &quote!(content));
            quote!(super::#name::#variant(content) => #response,)
        });
        quote!(match #value { #(#arms)* })
    }
}

fn stream(content: &Content) -> TokenStream {
    if content.is_range() { quote!(request.typed_stream()) } else { quote!(request.stream()) }
}

/// The type of a body of this media type.
fn content_type(context: &Context, content: &Content) -> TokenStream {
    match content.format {
        Format::Stream if content.is_range() => quote!(openapi_server::TypedStream),
        Format::Stream => quote!(openapi_server::ByteStream),
        _ => context.value_type(&content.schema),
    }
}

fn response(content: &Content, status: &TokenStream, value: &TokenStream) -> TokenStream {
    let media_type = sent_type(content);
    let body = of_times(&content.schema, quote!(&#value));
    match content.format {
        Format::Stream if content.is_range() => {
            quote!(openapi_server::typed_stream_response(#status, #media_type, #value))
        }
        Format::Stream => quote!(openapi_server::stream_response(#status, #media_type, #value)),
        Format::Text => quote!(openapi_server::text_response(#status, #media_type, #body)),
        _ if content.is_plain_json() => quote!(openapi_server::json_response(#status, #body)),
        _ => quote!(openapi_server::json_response_as(#status, #media_type, #body)),
    }
}

/// The media type that the server sends for a range.
pub(crate) fn sent_type(content: &Content) -> String {
    if !content.is_range() {
        return content.media_type.clone();
    }
    match content.format {
        Format::Json => match content.media_type.split_once("*+") {
            Some((kind, suffix)) => format!("{kind}{suffix}"),
            None => "application/json".to_owned(),
        },
        Format::Text => "text/plain; charset=utf-8".to_owned(),
        _ => content.media_type.clone(),
    }
}

/// A reference to a value, in the form for those that contain times.
pub(super) fn of_times(schema: &Schema, value: TokenStream) -> TokenStream {
    if contains_time(schema) { quote!(&openapi_server::Times(#value)) } else { value }
}

/// The enums of the bodies of requests.
pub(super) fn request_enums(context: &Context) -> TokenStream {
    let operations = context.spec.operations.iter();
    let enums = operations.filter_map(|operation| {
        let method = operation.method.to_ascii_uppercase();
        let doc = format!(" The body of `{method} {}`, by media type.", operation.path);
        Contents::of_request(context, operation).definition(context, &doc)
    });
    enums.collect()
}

/// The implementations of `Debug` that are not derived.
pub(super) fn redactions(context: &Context) -> TokenStream {
    let operations = context.spec.operations.iter();
    let all = operations.flat_map(|operation| {
        let responses = operation.responses.iter();
        let responses = responses.map(|response| Contents::of_response(context, response));
        std::iter::once(Contents::of_request(context, operation)).chain(responses)
    });
    all.filter_map(|contents| contents.redaction()).collect()
}
