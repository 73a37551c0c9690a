//! Request bodies and the content of responses, which are JSON.

use super::components::Components;
use super::fields::Fields;
use super::schema;
use crate::diagnostic::{Result, error_at};
use crate::model::{Body, Schema};
use crate::yaml::Node;

/// The only supported media type.
const JSON: &str = "application/json";

pub(super) fn parse_request_body(
    fields: &mut Fields,
    components: Components,
) -> Result<Option<Body>> {
    let Some(entry) = fields.optional("requestBody") else { return Ok(None) };
    let node = components.resolve(&entry.value, "requestBodies")?;
    let mut fields = Fields::new(node, "a request body")?;
    let description = fields.optional_string("description")?;
    let required = fields.flag("required")?;
    let schema = parse_content(fields.required("content")?, components)?;
    fields.deny_unknown()?;
    Ok(Some(Body { description, required, schema }))
}

pub(super) fn parse_content(node: &Node, components: Components) -> Result<Schema> {
    let media_type = match node.entries()? {
        [media_type] if media_type.key == JSON => media_type,
        _ => {
            return error_at(
                node.position,
                format!("unsupported content; expected exactly one media type, {JSON}"),
            );
        }
    };
    let mut fields = Fields::new(&media_type.value, "a media type")?;
    let schema = schema::parse_schema(fields.required("schema")?, components)?;
    fields.ignore(&["example", "examples"]);
    fields.deny_unknown()?;
    Ok(schema)
}
