//! `required`, whose names can be properties of any branch of an `allOf`.

use std::collections::HashMap;

use crate::diagnostic::Diagnostics;
use crate::model::{Access, AdditionalProperties, ObjectConstraints, Property, Schema, SchemaKind};

/// Marks the required properties of an object whose properties are complete. In a struct, one that
/// is not among them becomes a property of any value, or of those that `additionalProperties`
/// allows. Elsewhere, `required` keeps its name.
pub(super) fn mark(object: &mut ObjectConstraints, is_typed: bool, diagnostics: &Diagnostics) {
    if object.required.is_empty() {
        return;
    }
    let required = std::mem::take(&mut object.required);
    let properties = object.properties.iter().enumerate();
    let mut indices: HashMap<String, usize> =
        properties.map(|(index, property)| (property.name.clone(), index)).collect();
    for required in required {
        if let Some(index) = indices.get(&required.name) {
            object.properties[*index].required = true;
            continue;
        }
        if !is_typed || indices.is_empty() {
            object.required.push(required);
            continue;
        }
        let message = format!("required property `{}` is not defined", required.name);
        let help = "add it to `properties`, or remove it from `required`";
        let schema = match &object.additional_properties {
            AdditionalProperties::Forbidden => {
                diagnostics.error(required.span, message, help);
                continue;
            }
            AdditionalProperties::Schema(values) => (**values).clone(),
            _ => Schema::new(required.span, SchemaKind::Any),
        };
        diagnostics.warning(required.span, message, help);
        indices.insert(required.name.clone(), object.properties.len());
        object.properties.push(Property {
            name: required.name,
            span: required.span,
            required: true,
            access: Access::default(),
            recursive: false,
            schema,
        });
    }
}
