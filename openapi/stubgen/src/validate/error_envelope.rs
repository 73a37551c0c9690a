//! The schema `Error`, which must be the envelope of `openapi-server`'s error responses.

use crate::diagnostic::Diagnostics;
use crate::model::{Schema, SchemaKind, Spec};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    let Some(named) = spec.schemas.iter().find(|named| named.name == "Error") else { return };
    if !is_envelope(spec, &named.schema) && !has_invalid_part(spec, &named.schema) {
        diagnostics.error(
            named.span,
            "`Error` is not the error envelope",
            "write {error: {code: string, message: string, details?: object}}",
        );
    }
}

/// Whether an error in the schema has been reported.
fn has_invalid_part(spec: &Spec, schema: &Schema) -> bool {
    let is_invalid = |schema| matches!(spec.resolve(schema).kind, SchemaKind::Invalid);
    let parts = |schema| match &spec.resolve(schema).kind {
        SchemaKind::Object(object) => object.properties.iter().collect(),
        _ => Vec::new(),
    };
    is_invalid(schema)
        || parts(schema).iter().any(|property| {
            is_invalid(&property.schema)
                || parts(&property.schema).iter().any(|inner| is_invalid(&inner.schema))
        })
}

fn is_envelope(spec: &Spec, schema: &Schema) -> bool {
    let Some(error) = property(spec, schema, "error", true) else { return false };
    let is_string = |name| {
        property(spec, error, name, true)
            .is_some_and(|schema| matches!(schema.kind, SchemaKind::String(_)))
    };
    let details = property(spec, error, "details", false);
    is_string("code")
        && is_string("message")
        && details.is_some_and(|schema| matches!(schema.kind, SchemaKind::Object(_)))
}

fn property<'a>(
    spec: &'a Spec,
    schema: &'a Schema,
    name: &str,
    required: bool,
) -> Option<&'a Schema> {
    let SchemaKind::Object(object) = &spec.resolve(schema).kind else { return None };
    let property = object.property(name).filter(|property| property.required == required)?;
    Some(spec.resolve(&property.schema))
}
