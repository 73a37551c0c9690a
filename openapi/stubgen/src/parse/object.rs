//! Objects.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::context::Context;
use super::fields::Fields;
use super::schema::parse_schema;
use crate::diagnostic::{Diagnostics, Result, SpecError, error_at};
use crate::model::{AdditionalProperties, ObjectConstraints, Property};
use crate::yaml::{Node, NodeKind};

pub(super) fn parse_object<'a>(
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<ObjectConstraints> {
    let required = fields.optional("required");
    let mut object = parse_properties(fields, context)?;
    let required = required.map(|entry| &entry.value);
    mark_required(&mut object, required.as_slice(), context.diagnostics);
    Ok(object)
}

/// An object's keywords except `required`.
pub(super) fn parse_properties<'a>(
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<ObjectConstraints> {
    let mut object = ObjectConstraints {
        min_properties: fields.optional_count("minProperties"),
        max_properties: fields.optional_count("maxProperties"),
        ..ObjectConstraints::default()
    };
    if let Some(entry) = fields.optional("additionalProperties") {
        object.additional_properties = parse_additional_properties(&entry.value, context);
    }
    if let Some(entry) = fields.optional("properties") {
        for property in context.diagnostics.check(entry.value.entries())? {
            object.properties.push(Property {
                name: property.key.clone(),
                span: property.span,
                required: false,
                recursive: false,
                schema: parse_schema(&property.value, context),
            });
        }
    }
    Ok(object)
}

fn parse_additional_properties<'a>(node: &'a Node, context: &Context<'a>) -> AdditionalProperties {
    let flag = match &node.kind {
        NodeKind::Scalar { .. } => node.json().ok(),
        _ => None,
    };
    match flag {
        Some(Value::Bool(true)) => AdditionalProperties::Allowed,
        Some(Value::Bool(false)) => AdditionalProperties::Forbidden,
        _ => AdditionalProperties::Schema(Box::new(parse_schema(node, context))),
    }
}

/// Applies lists of `required` to an object whose properties are complete.
pub(super) fn mark_required(
    object: &mut ObjectConstraints,
    lists: &[&Node],
    diagnostics: &Diagnostics,
) {
    if lists.is_empty() {
        return;
    }
    let properties = object.properties.iter_mut();
    let mut by_name: HashMap<String, &mut Property> =
        properties.map(|property| (property.name.clone(), property)).collect();
    for list in lists {
        let Some(names) = diagnostics.ok(parse_required(list, diagnostics)) else { continue };
        for (name, node) in names {
            match by_name.get_mut(name) {
                Some(property) => property.required = true,
                None => diagnostics.error(
                    node.span,
                    format!("required property `{name}` is not defined"),
                    "add it to `properties`, or remove it from `required`",
                ),
            }
        }
    }
}

fn parse_required<'a>(
    list: &'a Node,
    diagnostics: &Diagnostics,
) -> Result<Vec<(&'a str, &'a Node)>> {
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
        }
        names.push((name, item));
    }
    if names.is_empty() { Err(SpecError::Reported) } else { Ok(names) }
}
