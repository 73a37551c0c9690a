//! Request bodies and the content of responses, which are JSON.

use super::context::Context;
use super::example::parse_examples;
use super::schema;
use crate::diagnostic::{Result, error_at};
use crate::model::{Body, Schema, Spanned};
use crate::yaml::Node;

/// The only supported media type.
const JSON: &str = "application/json";

pub(super) fn parse_body<'a>(node: &'a Node, context: &Context<'a>) -> Result<Body> {
    let node = context.resolve(node, "requestBodies")?;
    let mut fields = context.fields(node, "a request body")?;
    let description = fields.optional_string("description");
    let required = fields.flag("required");
    let content = fields.required("content");
    let content =
        content.and_then(|content| context.diagnostics.check(parse_content(content, context)));
    fields.deny_unknown();
    let (schema, examples) = content?;
    Ok(Body { description, required, schema, examples })
}

pub(super) fn parse_content<'a>(
    node: &'a Node,
    context: &Context<'a>,
) -> Result<(Schema, Vec<Spanned>)> {
    let media_type = match node.entries()? {
        [media_type] if media_type.key == JSON => media_type,
        [] => return error_at(node.span, "empty content", format!("add the media type {JSON}")),
        media_types => {
            let unsupported = media_types.iter().find(|media_type| media_type.key != JSON);
            let (span, key) =
                unsupported.map_or((node.span, JSON), |known| (known.span, &known.key));
            return error_at(
                span,
                format!("unsupported media type `{key}`"),
                format!("use {JSON} as the only media type"),
            );
        }
    };
    let mut fields = context.fields(&media_type.value, "a media type")?;
    let schema = fields.required("schema").map(|node| schema::parse_schema(node, context));
    let examples = parse_examples(&mut fields, context);
    fields.deny_unknown();
    Ok((schema?, examples))
}
