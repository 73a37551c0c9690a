//! Objects.

use std::collections::HashSet;

use super::fields::Fields;
use crate::diagnostic::{Diagnostics, Result, SpecError, error_at};
use crate::model::{
    Access, AdditionalProperties, ObjectConstraints, Property, RequiredName, Schema,
};
use crate::yaml::{Node, NodeKind};

/// Parses the schemas within an object.
pub(super) type ParseSchema<'c, 'a> = &'c dyn Fn(&'a Node) -> Schema;

pub(super) fn parse_object<'a>(
    fields: &mut Fields<'a>,
    diagnostics: &Diagnostics,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<ObjectConstraints> {
    let required = fields.parse("required", |list| parse_required(list, diagnostics));
    let (min_properties, max_properties) = fields.optional_counts("minProperties", "maxProperties");
    let additional = fields.optional("additionalProperties");
    let additional_properties = additional
        .map(|entry| parse_additional_properties(&entry.value, parse_schema))
        .unwrap_or_default();
    let properties = fields.optional("properties");
    let properties =
        properties.map_or(Ok(&[][..]), |entry| diagnostics.check(entry.value.entries()));
    let properties = properties?.iter().map(|entry| Property {
        name: entry.key.clone(),
        span: entry.span,
        required: false,
        access: Access::default(),
        recursive: false,
        schema: parse_schema(&entry.value),
    });
    Ok(ObjectConstraints {
        properties: properties.collect(),
        required: required.unwrap_or_default(),
        additional_properties,
        min_properties,
        max_properties,
    })
}

pub(super) fn parse_additional_properties<'a>(
    node: &'a Node,
    parse_schema: ParseSchema<'_, 'a>,
) -> AdditionalProperties {
    let flag = match &node.kind {
        NodeKind::Scalar { .. } => node.boolean().ok(),
        _ => None,
    };
    match flag {
        Some(true) => AdditionalProperties::Allowed,
        Some(false) => AdditionalProperties::Forbidden,
        None => AdditionalProperties::Schema(Box::new(parse_schema(node))),
    }
}

pub(super) fn parse_required(list: &Node, diagnostics: &Diagnostics) -> Result<Vec<RequiredName>> {
    let items = list.items()?;
    if items.is_empty() {
        return error_at(list.span, "empty `required`", "remove it, or list a property");
    }
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for item in items {
        let Some(name) = diagnostics.ok(item.string()) else { continue };
        if !seen.insert(name) {
            let message = format!("duplicate required property `{name}`");
            diagnostics.error(item.span, message, "remove one of the two");
            continue;
        }
        names.push(RequiredName { name: name.to_owned(), span: item.span });
    }
    if names.is_empty() { Err(SpecError::Reported) } else { Ok(names) }
}
