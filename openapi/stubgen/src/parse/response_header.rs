//! Response headers.

use super::context::{Context, IDENTIFIER_HELP, is_identifier};
use super::parameter_style::{self, Value};
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Header, Location};
use crate::yaml::{Entry, Node};

/// Headers that a spec cannot declare, in lower case, with the reason.
const RESERVED_HEADERS: [(&str, &str); 11] = [
    ("content-type", "it follows from `content`"),
    ("content-length", "the server computes it"),
    ("content-encoding", "bodies are sent unencoded"),
    ("transfer-encoding", "it belongs to the connection"),
    ("connection", "it belongs to the connection"),
    ("keep-alive", "it belongs to the connection"),
    ("upgrade", "it belongs to the connection"),
    ("te", "it belongs to the connection"),
    ("trailer", "it belongs to the connection"),
    ("date", "the server sets it"),
    ("set-cookie", "a response can have several, but a header has one value"),
];

pub(super) fn parse_headers<'a>(headers: &'a Node, context: &Context<'a>) -> Result<Vec<Header>> {
    let entries = context.diagnostics.check(headers.entries())?;
    let parsed = entries.iter().map(|entry| context.diagnostics.ok(parse_header(entry, context)));
    let parsed: Vec<Option<Header>> = parsed.collect();
    parsed.into_iter().collect::<Option<_>>().ok_or(SpecError::Reported)
}

fn parse_header<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Header> {
    context.diagnostics.check(check_name(entry))?;
    let header = context.resolve_parsed(&entry.value, "headers", &context.headers, |node| {
        parse_header_object(node, context)
    });
    Ok(Header { name: entry.key.clone(), span: entry.span, ..header? })
}

/// A header, whose name is not known here.
pub(super) fn parse_header_object<'a>(node: &'a Node, context: &Context<'a>) -> Result<Header> {
    let mut fields = context.fields(node, "a header")?;
    let description = fields.optional_string("description");
    let required = fields.flag("required");
    let deprecated = fields.flag("deprecated");
    let value = parameter_style::parse(&mut fields, Some(Location::Header), context);
    for keyword in ["allowReserved", "allowEmptyValue"] {
        let Some(entry) = fields.optional(keyword) else { continue };
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
    if !is_identifier(name) {
        let message = format!("invalid response header name `{name}`");
        return error_at(entry.span, message, IDENTIFIER_HELP);
    }
    let reserved = RESERVED_HEADERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    match reserved {
        None => Ok(()),
        Some((_, reason)) => error_at(
            entry.span,
            format!("response header `{name}` cannot be declared: {reason}"),
            "remove it",
        ),
    }
}
