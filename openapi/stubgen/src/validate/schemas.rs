//! `oneOf` variants, and defaults of required properties.

use crate::diagnostic::Diagnostics;
use crate::model::{Access, ObjectConstraints, OneOf, OneOfVariant, Schema, SchemaKind, Spec};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    for schema in spec.all_schemas() {
        check_variants(spec, schema, diagnostics);
        check_required_defaults(spec, schema, diagnostics);
    }
}

/// Every variant of a `oneOf` must be an object that contains the discriminator.
fn check_variants(spec: &Spec, schema: &Schema, diagnostics: &Diagnostics) {
    let SchemaKind::OneOf(OneOf { discriminator, variants, .. }) = &schema.kind else { return };
    for variant in variants {
        let OneOfVariant { value, span, schema: name } = variant;
        let Some(target) = spec.schema(name) else { continue };
        let object = match &spec.resolve(target).kind {
            SchemaKind::Invalid => continue,
            SchemaKind::Object(object) if is_plain(spec, target) => object,
            _ => {
                let message = format!("`{name}` in oneOf is not a plain object");
                let help = "list only objects that are not nullable, readOnly or writeOnly";
                diagnostics.error(*span, message, help);
                continue;
            }
        };
        if !has_discriminator(spec, object, discriminator, value) {
            let message = format!("`{name}` in oneOf has no discriminator `{discriminator}`");
            let help = format!(
                "add to `{name}` a required string `{discriminator}` that allows `{value}`"
            );
            diagnostics.error(*span, message, help);
        }
    }
}

/// Whether every message can have the value, and the value is never null.
fn is_plain(spec: &Spec, schema: &Schema) -> bool {
    let one_way = |schema: &Schema| (schema.own_access() != Access::ReadWrite).then_some(());
    !spec.is_nullable(schema) && spec.find(schema, one_way).is_none()
}

fn has_discriminator(spec: &Spec, object: &ObjectConstraints, name: &str, value: &str) -> bool {
    let Some(property) = object.property(name).filter(|property| property.is_always_present())
    else {
        return false;
    };
    match &spec.resolve(&property.schema).kind {
        SchemaKind::String(string) => {
            string.enum_values.is_empty() || string.enum_values.iter().any(|known| known == value)
        }
        SchemaKind::Invalid => true,
        _ => false,
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
