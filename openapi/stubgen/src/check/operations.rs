//! Parameters and response headers, whose values are text.

use serde_json::json;

use crate::diagnostic::{Result, error_at};
use crate::json_schema::{self, Direction};
use crate::model::{Header, Parameter, Schema, SchemaKind, Spec};
use crate::validator;

pub(super) fn check(spec: &Spec) -> Result<()> {
    for operation in &spec.operations {
        for parameter in &operation.parameters {
            check_parameter(spec, parameter)?;
        }
        for header in operation.responses.iter().flat_map(|response| &response.headers) {
            check_scalar(spec, &header.schema, "a response header")?;
            if header.is_set_by_runtime() {
                check_request_id(spec, header)?;
            }
        }
    }
    Ok(())
}

fn check_parameter(spec: &Spec, parameter: &Parameter) -> Result<()> {
    match &spec.resolve(&parameter.schema).kind {
        SchemaKind::Array(array) => check_scalar(spec, &array.items, "an item of a parameter")?,
        _ => check_scalar(spec, &parameter.schema, "a parameter")?,
    }
    if parameter.required && spec.resolve(&parameter.schema).default.is_some() {
        return error_at(
            parameter.position,
            format!(
                "the default of the required parameter `{}` has no effect; remove one of the two",
                parameter.name
            ),
        );
    }
    Ok(())
}

fn check_scalar(spec: &Spec, schema: &Schema, place: &str) -> Result<()> {
    let target = spec.resolve(schema);
    if target.is_scalar() && !target.nullable && !target.is_one_way() {
        return Ok(());
    }
    error_at(
        schema.position,
        format!(
            "unsupported type of {place}; expected a string, number or boolean that is not \
             nullable, readOnly or writeOnly"
        ),
    )
}

/// `openapi-server` sends `X-Request-Id` with every response: the client's id if it is 1 to 128
/// letters, digits, `-`, `_` and `.`, or else 32 hexadecimal digits. The schema must allow all of
/// these.
fn check_request_id(spec: &Spec, header: &Header) -> Result<()> {
    let Header { name, .. } = header;
    let schema = spec.resolve(&header.schema);
    if !matches!(schema.kind, SchemaKind::String(_)) {
        return error_at(
            schema.position,
            format!("`{name}`, which the server sets, is not a string; expected `type: string`"),
        );
    }
    match first_rejected_request_id(schema) {
        None => Ok(()),
        Some(id) => error_at(
            schema.position,
            format!(
                "`{name}`, which the server sets, does not allow `{id}`; must allow 1 to 128 of \
                 A-Z, a-z, 0-9, `-`, `_` and `.`"
            ),
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
