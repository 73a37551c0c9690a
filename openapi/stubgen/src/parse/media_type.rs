//! Request bodies and the content of responses.

use super::context::Context;
use super::example::parse_examples;
use super::fields::Fields;
use super::response_header;
use super::schema;
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Body, Content, Encoding, Location, Schema, SchemaKind, format_of};
use crate::yaml::{Entry, Node};

pub(super) fn parse_body<'a>(node: &'a Node, context: &Context<'a>) -> Result<Body> {
    context.resolve_parsed(node, "requestBodies", &context.bodies, |node| {
        parse_body_object(node, context)
    })
}

pub(super) fn parse_body_object<'a>(node: &'a Node, context: &Context<'a>) -> Result<Body> {
    let mut fields = context.fields(node, "a request body")?;
    let description = fields.optional_string("description");
    let required = fields.flag("required");
    let content = fields.required("content");
    let content = content.and_then(|node| {
        let content = context.diagnostics.check(parse_content(node, context))?;
        if content.is_empty() && required {
            return context.diagnostics.check(error_at(
                node.span,
                "the required body has no media type",
                "add one such as application/json",
            ));
        }
        Ok(content)
    });
    fields.deny_unknown();
    Ok(Body { description, required, content: content? })
}

/// The media types of a body, or an error if one of them is invalid.
pub(super) fn parse_content<'a>(node: &'a Node, context: &Context<'a>) -> Result<Vec<Content>> {
    let entries = node.entries()?.iter().filter(|entry| !entry.key.starts_with("x-"));
    let parsed = entries.map(|entry| context.diagnostics.ok(parse_media_type(entry, context)));
    let parsed: Vec<Option<Content>> = parsed.collect();
    parsed.into_iter().collect::<Option<_>>().ok_or(SpecError::Reported)
}

fn parse_media_type<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Content> {
    let media_type = entry.key.trim();
    let Some(format) = format_of(media_type) else {
        return error_at(
            entry.span,
            format!("invalid media type `{media_type}`"),
            "write a single type such as application/json, or a range such as text/*",
        );
    };
    let mut fields = context.fields(&entry.value, "a media type")?;
    let schema = fields.optional("schema");
    let schema = schema.map_or_else(
        || Schema::new(entry.value.span, SchemaKind::Any),
        |schema| schema::parse_schema(&schema.value, context),
    );
    let examples = parse_examples(&mut fields, context);
    let encodings = parse_encodings(&mut fields, context);
    fields.deny_unknown();
    let media_type = media_type.to_owned();
    Ok(Content { media_type, format, schema, examples, encodings })
}

fn parse_encodings<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Vec<Encoding> {
    let Some(encodings) = fields.optional("encoding") else { return Vec::new() };
    let entries = context.diagnostics.ok(encodings.value.entries()).unwrap_or_default();
    let encodings = entries.iter().filter(|entry| !entry.key.starts_with("x-"));
    encodings.filter_map(|entry| context.diagnostics.ok(parse_encoding(entry, context))).collect()
}

/// The style of a field, which is that of a query parameter.
fn parse_style(node: &Node) -> Result<String> {
    let name = node.string()?;
    let names: Vec<&str> = Location::Query.styles().iter().map(|style| style.name()).collect();
    if names.contains(&name) {
        return Ok(name.to_owned());
    }
    let message = format!("the style `{name}` is not defined in a form");
    error_at(node.span, message, format!("use {}", names.join(", ")))
}

fn parse_encoding<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Encoding> {
    let mut fields = context.fields(&entry.value, "an encoding")?;
    let content_type = fields.optional_string("contentType");
    let style = fields.parse("style", parse_style);
    let explode = fields.parse("explode", Node::boolean);
    if let Some(headers) = fields.optional("headers") {
        context.diagnostics.ok(response_header::parse_headers(&headers.value, context));
        let message = "`headers` of a part have no effect";
        context.diagnostics.warning(headers.span, message, "remove them");
    }
    // Only how a client may write the value.
    fields.flag("allowReserved");
    fields.deny_unknown();
    Ok(Encoding { property: entry.key.clone(), span: entry.span, content_type, style, explode })
}
