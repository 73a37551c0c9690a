//! The `BodySpec` of an operation: how `openapi-server` reads its body.

use proc_macro2::TokenStream;
use quote::quote;

use super::operation_spec::primitive_type;
use crate::model::{Body, Content, Format, Schema, SchemaKind, Spec};

/// How many levels of brackets a field in the style `deepObject` can have. Deeper values are text.
const MAX_DEPTH: usize = 4;

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
pub(super) fn is_plain_json(body: &Body) -> bool {
    matches!(body.content.as_slice(), [content] if content.is_plain_json())
}

fn media_type(spec: &Spec, content: &Content) -> TokenStream {
    let range = &content.media_type;
    let format = match content.format {
        Format::Json => quote!(Json),
        Format::Stream => quote!(Stream),
        Format::Text => {
            let primitive = primitive_type(spec.resolve(&content.schema));
            quote!(Text(openapi_server::PrimitiveType::#primitive))
        }
        Format::Form => {
            let fields = fields(spec, content);
            quote!(Form(&[#(#fields),*]))
        }
        Format::Multipart => {
            let fields = fields(spec, content);
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

fn fields(spec: &Spec, content: &Content) -> Vec<TokenStream> {
    let SchemaKind::Object(object) = &spec.resolve(&content.schema).kind else { return Vec::new() };
    let fields = object.properties.iter();
    fields.map(|property| field(spec, content, &property.name, &property.schema)).collect()
}

fn field(spec: &Spec, content: &Content, name: &str, schema: &Schema) -> TokenStream {
    let encoding = content.encoding(name);
    let is_json = encoding.is_some_and(|encoding| {
        encoding.content_type.as_deref().is_some_and(|media_type| media_type.ends_with("json"))
    });
    let style = encoding.and_then(|encoding| encoding.style.as_deref());
    let explode = encoding.and_then(|encoding| encoding.explode);
    let target = spec.resolve(schema);
    let style = match &target.kind {
        SchemaKind::File => quote!(File),
        SchemaKind::Array(array) if matches!(array.items.kind, SchemaKind::File) => quote!(Files),
        _ if is_json => quote!(Json),
        _ if style == Some("deepObject") => deep(spec, target, 0),
        SchemaKind::Array(array) => array_style(spec, &array.items, style, explode),
        SchemaKind::Any => quote!(Single),
        _ if target.is_scalar() => quote!(Single),
        _ => quote!(Json),
    };
    field_spec(spec, name, style, target)
}

fn array_style(
    spec: &Spec,
    items: &Schema,
    style: Option<&str>,
    explode: Option<bool>,
) -> TokenStream {
    let is_scalar = spec.resolve(items).is_scalar();
    match (style, explode) {
        _ if !is_scalar => quote!(JsonItems),
        (Some("spaceDelimited"), Some(false) | None) => quote!(Separated(' ')),
        (Some("pipeDelimited"), Some(false) | None) => quote!(Separated('|')),
        (_, Some(false)) => quote!(Separated(',')),
        _ => quote!(Repeated),
    }
}

/// The style of a value in brackets, with the types of what it contains.
fn deep(spec: &Spec, schema: &Schema, depth: usize) -> TokenStream {
    let mut parts: Vec<(&str, &Schema)> = Vec::new();
    match &schema.kind {
        SchemaKind::Object(object) => {
            let properties = object.properties.iter();
            parts.extend(properties.map(|property| (property.name.as_str(), &property.schema)));
        }
        SchemaKind::Array(array) => parts.push(("", &*array.items)),
        _ => {}
    }
    let parts = parts.into_iter().map(|(name, schema)| {
        let target = spec.resolve(schema);
        let is_nested = matches!(target.kind, SchemaKind::Object(_) | SchemaKind::Array(_));
        let style = if is_nested && depth < MAX_DEPTH {
            deep(spec, target, depth + 1)
        } else {
            quote!(Single)
        };
        field_spec(spec, name, style, target)
    });
    quote!(Deep(&[#(#parts),*]))
}

fn field_spec(spec: &Spec, name: &str, style: TokenStream, target: &Schema) -> TokenStream {
    let text = match &target.kind {
        SchemaKind::Array(array) => primitive_type(spec.resolve(&array.items)),
        _ => primitive_type(target),
    };
    quote! {
        openapi_server::FieldSpec {
            name: #name,
            style: openapi_server::FieldStyle::#style,
            text: openapi_server::PrimitiveType::#text,
        }
    }
}
