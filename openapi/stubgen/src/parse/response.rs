//! Responses.

use super::components::Components;
use super::fields::Fields;
use super::{media_type, response_header};
use crate::diagnostic::{Result, error_at};
use crate::model::{Response, Schema, SchemaKind};
use crate::yaml::{Entry, Node};

pub(super) fn parse_responses(node: &Node, components: Components) -> Result<Vec<Response>> {
    let mut responses: Vec<Response> = Vec::new();
    for entry in node.entries()?.iter().filter(|entry| !entry.key.starts_with("x-")) {
        responses.push(parse_response(entry, components)?);
    }
    if !responses.iter().any(|response| response.status < 300) {
        return error_at(node.position, "no 2xx response; define at least one");
    }
    Ok(responses)
}

fn parse_response(entry: &Entry, components: Components) -> Result<Response> {
    let status = parse_status(entry)?;
    let node = components.resolve(&entry.value, "responses")?;
    let mut fields = Fields::new(node, "a response")?;
    let description = fields.required_string("description")?;
    let headers = match fields.optional("headers") {
        Some(headers) => response_header::parse_headers(&headers.value, components)?,
        None => Vec::new(),
    };
    let schema = parse_response_content(status, &mut fields, components)?;
    // Links tell clients how to continue; the server has nothing to enforce.
    fields.ignore(&["links"]);
    fields.deny_unknown()?;
    if status >= 400 && !refers_to_error(schema.as_ref()) {
        return error_at(
            entry.position,
            format!(
                "the {status} response does not use the error envelope; expected the schema \
                 #/components/schemas/Error"
            ),
        );
    }
    Ok(Response { status, position: entry.position, description, headers, schema })
}

fn parse_status(entry: &Entry) -> Result<u16> {
    match entry.key.parse().ok().filter(|status| (200..=599).contains(status)) {
        Some(status) => Ok(status),
        None => error_at(
            entry.position,
            format!("unsupported status `{}`; expected a single status, 200 to 599", entry.key),
        ),
    }
}

fn parse_response_content(
    status: u16,
    fields: &mut Fields,
    components: Components,
) -> Result<Option<Schema>> {
    let Some(content) = fields.optional("content") else { return Ok(None) };
    if matches!(status, 204 | 205 | 304) {
        return error_at(
            content.position,
            format!("a {status} response has no content in HTTP; remove `content`"),
        );
    }
    media_type::parse_content(&content.value, components).map(Some)
}

fn refers_to_error(schema: Option<&Schema>) -> bool {
    let kind = schema.map(|schema| &schema.kind);
    matches!(kind, Some(SchemaKind::Reference(name)) if name == "Error")
}
