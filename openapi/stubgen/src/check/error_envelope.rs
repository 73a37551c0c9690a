//! The schema `Error`, which must be the envelope of `openapi-server`'s error responses.

use crate::diagnostic::{Result, error_at};
use crate::model::{Schema, SchemaKind, Spec};

pub(super) fn check(spec: &Spec) -> Result<()> {
    let Some(named) = spec.schemas.iter().find(|named| named.name == "Error") else {
        return Ok(());
    };
    if is_envelope(spec, &named.schema) {
        return Ok(());
    }
    error_at(
        named.position,
        "`Error` is not the error envelope; expected {error: {code: string, message: string, \
         details?: object}}",
    )
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
