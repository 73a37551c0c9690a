//! The `BodySpec` of an operation: how `openapi-server` reads its body.

use proc_macro2::TokenStream;
use quote::quote;

use super::text_style::{field_spec, primitive_type};
use crate::model::{Body, Content, Format, Spec};
use crate::text_style::{self, form_fields};

pub(super) fn body_spec(spec: &Spec, body: Option<&Body>) -> TokenStream {
    let Some(body) = body else { return quote!(openapi_server::BodySpec::None) };
    if is_plain_json(body) {
        return if body.required {
            quote!(openapi_server::BodySpec::Required)
        } else {
            quote!(openapi_server::BodySpec::Optional)
        };
    }
    let required = body.required;
    let media_types = body.content.iter().map(|content| media_type(spec, content));
    quote! {
        openapi_server::BodySpec::Content {
            required: #required,
            media_types: &[#(#media_types),*],
        }
    }
}

/// Whether the only media type is `application/json`.
pub(crate) fn is_plain_json(body: &Body) -> bool {
    matches!(body.content.as_slice(), [content] if content.is_plain_json())
}

fn media_type(spec: &Spec, content: &Content) -> TokenStream {
    let range = &content.media_type;
    let format = match content.format {
        Format::Json => quote!(Json),
        Format::Stream => quote!(Stream),
        Format::Text => {
            let primitive = primitive_type(text_style::primitive_type(spec, &[&content.schema]));
            quote!(Text(openapi_server::PrimitiveType::#primitive))
        }
        Format::Form => {
            let fields = form_fields(spec, content);
            let fields = fields.iter().map(field_spec);
            quote!(Form(&[#(#fields),*]))
        }
        Format::Multipart => {
            let fields = form_fields(spec, content);
            let fields = fields.iter().map(field_spec);
            quote!(Multipart(&[#(#fields),*]))
        }
    };
    quote! {
        openapi_server::MediaTypeSpec {
            range: #range,
            format: openapi_server::BodyFormat::#format,
        }
    }
}
