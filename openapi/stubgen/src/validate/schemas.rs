//! Defaults without an effect, and schemas without `type`.

use crate::diagnostic::Diagnostics;
use crate::model::{Operation, Schema, SchemaKind, Spec};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    let components = spec.schemas.iter().map(|named| &named.schema);
    for schema in components.chain(spec.operations.iter().flat_map(Operation::schemas)) {
        check_types(schema, diagnostics);
    }
    for schema in spec.all_schemas() {
        check_required_defaults(spec, schema, diagnostics);
        for child in schema.composition.children() {
            child.visit(&mut |part| check_unused_default(part, diagnostics));
        }
    }
}

/// In a composition, such as `oneOf: [{ required: [a] }, …]`, the type is that of the whole.
fn check_types(schema: &Schema, diagnostics: &Diagnostics) {
    for untyped in &schema.composition.untyped {
        let message = "without `type`, all values of other types are allowed";
        diagnostics.warning(untyped.span, message, "add `type`");
    }
    for part in schema.parts() {
        check_types(part, diagnostics);
    }
}

fn check_required_defaults(spec: &Spec, schema: &Schema, diagnostics: &Diagnostics) {
    let SchemaKind::Object(object) = &schema.kind else { return };
    for property in object.properties.iter().filter(|property| property.required) {
        if spec.default_of(&property.schema).is_some() {
            diagnostics.warning(
                property.span,
                format!("the default of the required property `{}` has no effect", property.name),
                "remove the default, or remove the property from `required`",
            );
        }
    }
}

/// The implementation gets the JSON value that the client sent.
fn check_unused_default(schema: &Schema, diagnostics: &Diagnostics) {
    if let Some(default) = &schema.default {
        let message = "the default has no effect: the implementation gets the value as JSON";
        diagnostics.warning(default.span, message, "remove it");
    }
}
