//! Response headers.

use std::collections::HashMap;

use super::context::{Context, TOKEN_HELP, is_token};
use super::parameter_style::{self, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Span, SpecError, error_at};
use crate::model::{Header, Location};
use crate::yaml::{Entry, Node};

/// Headers that a spec cannot declare, in lower case, with the reason: a value other than the server's
/// would break the response.
const RESERVED_HEADERS: [(&str, &str); 3] = [
    ("content-length", "the server computes it"),
    ("transfer-encoding", "it belongs to the connection"),
    ("set-cookie", "a response can have several, but a header has one value"),
];

/// Headers that the server sends by itself, in lower case, with the reason.
const HEADERS_OF_SERVER: [(&str, &str); 2] =
    [("content-type", "it follows from `content`"), ("date", "the server sets it")];

/// Headers that an implementation cannot set, because they are about the transfer.
const HEADERS_OF_TRANSFER: [(&str, &str); 6] = [
    ("content-encoding", "bodies are sent unencoded"),
    ("connection", "it belongs to the connection"),
    ("keep-alive", "it belongs to the connection"),
    ("upgrade", "it belongs to the connection"),
    ("te", "it belongs to the connection"),
    ("trailer", "it belongs to the connection"),
];

pub(super) fn parse_headers<'a>(headers: &'a Node, context: &Context<'a>) -> Result<Vec<Header>> {
    let entries = context.diagnostics.check(headers.entries())?;
    let entries = distinct(entries, context.diagnostics).into_iter();
    let parsed = entries.map(|entry| context.diagnostics.ok(parse_header(entry, context)));
    let parsed: Vec<Option<Option<Header>>> = parsed.collect();
    let parsed: Option<Vec<Option<Header>>> = parsed.into_iter().collect();
    Ok(parsed.ok_or(SpecError::Reported)?.into_iter().flatten().collect())
}

/// Drops the names that differ in casing only from an earlier one, which is the same header.
fn distinct<'a>(entries: &'a [Entry], diagnostics: &Diagnostics) -> Vec<&'a Entry> {
    let mut known: HashMap<String, Span> = HashMap::new();
    let mut distinct = Vec::new();
    for entry in entries {
        let Entry { key, span, .. } = entry;
        let name = key.to_ascii_lowercase();
        if let Some(first) = known.get(&name) {
            let message = format!("response header `{key}` has no effect: there is one already");
            let warning = Diagnostic::error(*span, message, "remove one of the two");
            diagnostics.warn(warning.related_to(*first, "the other one, as HTTP ignores casing"));
            continue;
        }
        known.insert(name, *span);
        distinct.push(entry);
    }
    distinct
}

/// A header, unless the implementation has no say in it.
fn parse_header<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Option<Header>> {
    context.diagnostics.check(check_name(entry))?;
    let header = context.resolve_parsed(&entry.value, "headers", &context.headers, |node| {
        parse_header_object(node, context)
    });
    let header = Header { name: entry.key.clone(), span: entry.span, ..header? };
    let name = &header.name;
    let reason = if let Some(reason) = reason_in(&HEADERS_OF_SERVER, name) {
        reason
    } else if let Some(reason) = reason_in(&HEADERS_OF_TRANSFER, name) {
        if header.required {
            let message = format!("response header `{name}` cannot be required: {reason}");
            return error_at(entry.span, message, "remove it, or `required`");
        }
        reason
    } else {
        return Ok(Some(header));
    };
    let message = format!("response header `{name}` has no effect: {reason}");
    context.diagnostics.warning(entry.span, message, "remove it");
    Ok(None)
}

/// A header, whose name is not known here.
pub(super) fn parse_header_object<'a>(node: &'a Node, context: &Context<'a>) -> Result<Header> {
    let mut fields = context.fields(node, "a header")?;
    let description = fields.optional_string("description");
    let required = fields.flag("required");
    let deprecated = fields.flag("deprecated");
    let value = parameter_style::parse(&mut fields, Some(Location::Header), context);
    for keyword in ["allowReserved", "allowEmptyValue"] {
        let Some(entry) = fields.peek(keyword) else { continue };
        fields.flag(keyword);
        let message = format!("`{keyword}` has no effect outside the query");
        context.diagnostics.warning(entry.span, message, "remove it");
    }
    fields.deny_unknown();
    let Value { style, explode, explode_span: _, schema, examples } = value?;
    Ok(Header {
        name: String::new(),
        span: node.span,
        description,
        required,
        deprecated,
        style,
        explode,
        schema,
        examples,
    })
}

fn check_name(entry: &Entry) -> Result<()> {
    let name = &entry.key;
    if !is_token(name) {
        let message = format!("invalid response header name `{name}`");
        return error_at(entry.span, message, TOKEN_HELP);
    }
    match reason_in(&RESERVED_HEADERS, name) {
        None => Ok(()),
        Some(reason) => {
            let message = format!("response header `{name}` cannot be declared: {reason}");
            error_at(entry.span, message, "remove it")
        }
    }
}

fn reason_in(headers: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let found = headers.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    found.map(|(_, reason)| *reason)
}
