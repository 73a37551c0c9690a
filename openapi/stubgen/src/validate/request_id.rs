//! The response header `X-Request-Id`.

use serde_json::json;

use crate::diagnostic::Diagnostics;
use crate::json_schema::{self, Direction};
use crate::model::{Header, Schema, SchemaKind, Spec};
use crate::validator;

/// `openapi-server` sends `X-Request-Id` with every response: the client's id if it is 1 to 128
/// letters, digits, `-`, `_` and `.`, or else 32 hexadecimal digits. The schema must allow all of
/// these.
pub(super) fn check(spec: &Spec, header: &Header, diagnostics: &Diagnostics) {
    let Header { name, .. } = header;
    let schema = spec.resolve(&header.schema);
    match &schema.kind {
        SchemaKind::Invalid => {}
        SchemaKind::String(_) => {
            if let Some(id) = first_rejected_request_id(schema) {
                diagnostics.error(
                    schema.span,
                    format!("`{name}`, which the server sets, does not allow `{id}`"),
                    "allow 1 to 128 of A-Z, a-z, 0-9, `-`, `_` and `.`",
                );
            }
        }
        _ => diagnostics.error(
            schema.span,
            format!("`{name}`, which the server sets, is not a string"),
            "write `type: string`",
        ),
    }
}

/// Tries each character and the maximum length.
fn first_rejected_request_id(schema: &Schema) -> Option<String> {
    let characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    let longest = characters.chars().cycle().take(128).collect();
    let mut ids = characters.chars().map(String::from).chain([longest]);
    let document = json_schema::translate(schema, Direction::Example);
    let validator = validator::compile(&document).ok()?;
    ids.find(|id| !validator.is_valid(&json!(id)))
}
