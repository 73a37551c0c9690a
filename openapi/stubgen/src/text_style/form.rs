//! The fields of a form.

use super::shape::{Parts, Types};
use super::{Field, FieldStyle, all_types, deep_fields, primitive_type};
use crate::model::{Content, Encoding, Schema, SchemaKind, Spec};

/// The fields of a form's content, by their `encoding`.
pub(crate) fn form_fields(spec: &Spec, content: &Content) -> Vec<Field> {
    let parts = form_parts(spec, content).into_iter();
    parts.map(|(name, schemas)| field(spec, content.encoding(name), name, &schemas)).collect()
}

/// The schemas of each field, by name. The name is empty for the fields that the spec does not
/// name. If these can be anything, they are read as the run time reads undeclared fields.
pub(crate) fn form_parts<'a>(
    spec: &'a Spec,
    content: &'a Content,
) -> Vec<(&'a str, Vec<&'a Schema>)> {
    let mut parts = Parts::of(spec, &[&content.schema]);
    parts.others.retain(|schema| !spec.resolve(schema).is_unconstrained());
    if !parts.others.is_empty() {
        parts.properties.push(("", parts.others));
    }
    parts.properties
}

fn field(spec: &Spec, encoding: Option<&Encoding>, name: &str, schemas: &[&Schema]) -> Field {
    let media_types: Vec<String> = encoding.map(Encoding::media_types).unwrap_or_default();
    let is_json = media_types.iter().any(|media_type| media_type.ends_with("json"));
    let style = encoding.and_then(|encoding| encoding.style.as_deref());
    let types = all_types(spec, schemas);
    let mut text = primitive_type(spec, schemas);
    let items = Parts::of(spec, schemas).items;
    let style = match (file_style(spec, schemas, media_types), types) {
        (Some(style), _) => style,
        _ if is_json => FieldStyle::Json,
        _ if style == Some("deepObject") => FieldStyle::Deep(deep_fields(spec, schemas)),
        (None, Types::ARRAY) => {
            text = primitive_type(spec, &items);
            array_style(spec, &items, style, encoding.and_then(|encoding| encoding.explode))
        }
        (None, types) if !types.scalars().is_none() => FieldStyle::Single,
        _ => FieldStyle::Json,
    };
    Field { name: name.to_owned(), style, text }
}

fn file_style(spec: &Spec, schemas: &[&Schema], media_types: Vec<String>) -> Option<FieldStyle> {
    let kinds = schemas.iter().map(|schema| &spec.resolve(schema).kind);
    let style = kinds.filter_map(|kind| match kind {
        SchemaKind::File => Some(FieldStyle::File as fn(Vec<String>) -> FieldStyle),
        SchemaKind::Array(array) if matches!(array.items.kind, SchemaKind::File) => {
            Some(FieldStyle::Files)
        }
        _ => None,
    });
    style.into_iter().next().map(|style| style(media_types))
}

fn array_style(
    spec: &Spec,
    items: &[&Schema],
    style: Option<&str>,
    explode: Option<bool>,
) -> FieldStyle {
    let types = all_types(spec, items);
    let is_scalar = types == Types::ALL || !types.has(Types::ARRAY.or(Types::OBJECT));
    match (style, explode) {
        _ if !is_scalar => FieldStyle::JsonItems,
        (Some("spaceDelimited"), Some(false) | None) => FieldStyle::Separated(' '),
        (Some("pipeDelimited"), Some(false) | None) => FieldStyle::Separated('|'),
        (_, Some(false)) => FieldStyle::Separated(','),
        _ => FieldStyle::Repeated,
    }
}
