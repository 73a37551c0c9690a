//! Parameters and response headers, whose values are text.

use std::collections::HashSet;

use serde_json::json;

use crate::diagnostic::Diagnostics;
use crate::json_schema::{self, Direction};
use crate::model::{Access, Header, Parameter, Schema, SchemaKind, Spec};
use crate::validator;

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    // Most responses refer to the same headers.
    let mut checked = HashSet::new();
    for operation in &spec.operations {
        for parameter in &operation.parameters {
            check_parameter(spec, parameter, diagnostics);
        }
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        for header in headers
            .filter(|header| checked.insert((header.schema.span, header.is_set_by_runtime())))
        {
            check_scalar(spec, &header.schema, "a response header", diagnostics);
            if header.is_set_by_runtime() {
                check_request_id(spec, header, diagnostics);
            }
        }
    }
}

fn check_parameter(spec: &Spec, parameter: &Parameter, diagnostics: &Diagnostics) {
    match &spec.resolve(&parameter.schema).kind {
        SchemaKind::Array(array) => {
            check_scalar(spec, &array.items, "an item of a parameter", diagnostics);
        }
        _ => check_scalar(spec, &parameter.schema, "a parameter", diagnostics),
    }
    if parameter.required && spec.default_of(&parameter.schema).is_some() {
        diagnostics.warning(
            parameter.span,
            format!("the default of the required parameter `{}` has no effect", parameter.name),
            "remove the default or `required`",
        );
    }
}

fn check_scalar(spec: &Spec, schema: &Schema, place: &str, diagnostics: &Diagnostics) {
    let target = spec.resolve(schema);
    let is_plain = target.is_scalar() && !spec.is_nullable(schema);
    let one_way = |schema: &Schema| (schema.own_access() != Access::ReadWrite).then_some(());
    let is_one_way = spec.find(schema, one_way).is_some();
    if matches!(target.kind, SchemaKind::Invalid) || (is_plain && !is_one_way) {
        return;
    }
    diagnostics.error(
        schema.span,
        format!("unsupported type of {place}"),
        "use a string, number or boolean that is not nullable, readOnly or writeOnly",
    );
}

/// `openapi-server` sends `X-Request-Id` with every response: the client's id if it is 1 to 128
/// letters, digits, `-`, `_` and `.`, or else 32 hexadecimal digits. The schema must allow all of
/// these.
fn check_request_id(spec: &Spec, header: &Header, diagnostics: &Diagnostics) {
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
