//! Responses.

use super::context::Context;
use super::fields::Fields;
use super::{media_type, response_header};
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Content, Response, Status};
use crate::yaml::{Entry, Node};

pub(super) fn parse_responses<'a>(node: &'a Node, context: &Context<'a>) -> Result<Vec<Response>> {
    let mut responses: Vec<Response> = Vec::new();
    let mut is_complete = true;
    let entries = context.diagnostics.check(node.entries())?;
    let mut entries = entries.iter().filter(|entry| !entry.key.starts_with("x-")).peekable();
    if entries.peek().is_none() {
        let help = "declare at least one, such as \"200\" or default";
        return context.diagnostics.check(error_at(node.span, "no responses", help));
    }
    for entry in entries {
        match context.diagnostics.ok(parse_response(entry, context)) {
            Some(response) => responses.extend(response),
            None => is_complete = false,
        }
    }
    if !is_complete {
        return Err(SpecError::Reported);
    }
    Ok(responses)
}

/// A response, unless the server never sends it.
fn parse_response<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Option<Response>> {
    let status = context.diagnostics.check(parse_status(entry));
    let content = context.resolve_parsed(&entry.value, "responses", &context.responses, |node| {
        parse_response_object(node, context)
    });
    let content = context.diagnostics.check(content)?;
    let Some(status) = status? else {
        let message =
            format!("`{}` has no effect: the server sends no interim responses", entry.key);
        context.diagnostics.warning(entry.span, message, "remove it");
        return Ok(None);
    };
    let mut response = Response { status, ..content };
    drop_impossible_content(&mut response, context);
    Ok(Some(response))
}

/// A response, whose status is not known here.
pub(super) fn parse_response_object<'a>(node: &'a Node, context: &Context<'a>) -> Result<Response> {
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
    Ok(Response {
        status: Status::Default,
        content_span,
        description: description?,
        headers: headers?,
        content: content?,
    })
}

fn parse_content<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Result<Vec<Content>> {
    let Some(content) = fields.optional("content") else { return Ok(Vec::new()) };
    context.diagnostics.check(media_type::parse_content(&content.value, context))
}

/// The status, unless it is an interim one, `1XX` or a code of it.
fn parse_status(entry: &Entry) -> Result<Option<Status>> {
    let key = entry.key.as_str();
    if key == "default" {
        return Ok(Some(Status::Default));
    }
    let class = key.strip_suffix("XX").filter(|class| class.len() == 1);
    let code = Some(key).filter(|code| code.len() == 3 && code.chars().all(|c| c.is_ascii_digit()));
    let status = class
        .and_then(|class| class.parse().ok().map(Status::Class))
        .or_else(|| code.and_then(|code| code.parse().ok().map(Status::Code)));
    match status {
        Some(Status::Class(1) | Status::Code(100..=199)) => Ok(None),
        Some(Status::Class(2..=5) | Status::Code(200..=599)) => Ok(status),
        _ => error_at(
            entry.span,
            format!("unsupported status `{key}`"),
            "write a status of three digits, 200 to 599, or a class such as 4XX, or default",
        ),
    }
}

/// Takes out the content of a response that has none in HTTP, whatever a spec says (RFC 9110,
/// 6.4.1).
fn drop_impossible_content(response: &mut Response, context: &Context) {
    let Status::Code(status @ (204 | 205 | 304)) = response.status else { return };
    let Some(span) = response.content_span.filter(|_| !response.content.is_empty()) else { return };
    let message = format!("`content` has no effect: a {status} response has no content in HTTP");
    context.diagnostics.warning(span, message, "remove `content`, or declare another status");
    response.content.clear();
}
