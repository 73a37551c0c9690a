//! Responses.

use super::context::Context;
use super::fields::Fields;
use super::{media_type, response_header};
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Response, Schema, SchemaKind, Spanned};
use crate::yaml::{Entry, Node};

pub(super) fn parse_responses<'a>(node: &'a Node, context: &Context<'a>) -> Result<Vec<Response>> {
    let mut responses: Vec<Response> = Vec::new();
    let mut is_complete = true;
    let entries = context.diagnostics.check(node.entries())?;
    for entry in entries.iter().filter(|entry| !entry.key.starts_with("x-")) {
        match context.diagnostics.ok(parse_response(entry, context)) {
            Some(response) => responses.push(response),
            None => is_complete = false,
        }
    }
    if !is_complete {
        return Err(SpecError::Reported);
    }
    if !responses.iter().any(|response| response.status < 300) {
        context.diagnostics.error(node.span, "no 2xx response", "define at least one");
    }
    Ok(responses)
}

fn parse_response<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Response> {
    let status = context.diagnostics.check(parse_status(entry));
    let content = context.resolve_parsed(&entry.value, "responses", &context.responses, |node| {
        parse_response_object(node, context)
    });
    let content = context.diagnostics.check(content)?;
    let response = Response { status: status?, span: entry.span, ..content };
    check_content(&response)?;
    Ok(response)
}

/// A component that nothing refers to.
pub(super) fn parse_component<'a>(node: &'a Node, context: &Context<'a>) -> Result<()> {
    parse_response_object(node, context).map(|_| ())
}

/// A response, whose status is not known here.
fn parse_response_object<'a>(node: &'a Node, context: &Context<'a>) -> Result<Response> {
    let mut fields = context.fields(node, "a response")?;
    let description = fields.required_string("description");
    let headers = fields.optional("headers");
    let headers = headers
        .map_or(Ok(Vec::new()), |headers| response_header::parse_headers(&headers.value, context));
    let content_span = fields.peek("content").map(|entry| entry.span);
    let content = parse_content(&mut fields, context);
    if let Some(links) = fields.optional("links") {
        context.links.borrow_mut().push(&links.value);
    }
    fields.deny_unknown();
    let content = content?;
    let (schema, examples) =
        content.map_or((None, Vec::new()), |(schema, examples)| (Some(schema), examples));
    Ok(Response {
        status: 0,
        span: node.span,
        content_span,
        description: description?,
        headers: headers?,
        schema,
        examples,
    })
}

fn parse_content<'a>(
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<Option<(Schema, Vec<Spanned>)>> {
    let Some(content) = fields.optional("content") else { return Ok(None) };
    context.diagnostics.check(media_type::parse_content(&content.value, context)).map(Some)
}

fn parse_status(entry: &Entry) -> Result<u16> {
    let is_status = entry.key.len() == 3 && entry.key.chars().all(|c| c.is_ascii_digit());
    let status = entry.key.parse().ok().filter(|status| (200..=599).contains(status));
    match status.filter(|_| is_status) {
        Some(status) => Ok(status),
        None => error_at(
            entry.span,
            format!("unsupported status `{}`", entry.key),
            "write a single status of three digits, 200 to 599",
        ),
    }
}

fn check_content(response: &Response) -> Result<()> {
    let Response { status, span, content_span, schema, .. } = response;
    if let (Some(content), 204 | 205 | 304) = (content_span, status) {
        return error_at(
            *content,
            format!("a {status} response has no content in HTTP"),
            "remove `content`",
        );
    }
    if *status >= 400 && !refers_to_error(schema.as_ref()) {
        return error_at(
            *span,
            format!("the {status} response does not use the error envelope"),
            "write `content` of application/json with the schema #/components/schemas/Error",
        );
    }
    Ok(())
}

fn refers_to_error(schema: Option<&Schema>) -> bool {
    match schema.map(|schema| &schema.kind) {
        Some(SchemaKind::Reference(name)) => name == "Error",
        Some(SchemaKind::Invalid) => true,
        _ => false,
    }
}
