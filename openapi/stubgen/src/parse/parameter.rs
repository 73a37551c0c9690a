//! Parameters.

use super::context::{Context, TOKEN_HELP, is_token};
use super::fields::Fields;
use super::parameter_style::{self, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Span, SpecError, error_at};
use crate::model::{Location, Parameter};
use crate::yaml::{Entry, Node};

/// Header parameters that OpenAPI ignores, in lower case.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// The parameters of a list, or an error if one of them is invalid: which names are defined is
/// unknown then. Those that OpenAPI ignores are left out.
pub(super) fn parse_parameters<'a>(
    list: Option<&'a Entry>,
    context: &Context<'a>,
) -> Result<Vec<Parameter>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let Some(list) = list else { return Ok(parameters) };
    let mut is_complete = true;
    for node in context.diagnostics.check(list.value.items())? {
        let parameter = context.resolve_parsed(node, "parameters", &context.parameters, |node| {
            parse_parameter(node, context)
        });
        let Some(parameter) = context.diagnostics.ok(parameter) else {
            is_complete = false;
            continue;
        };
        if is_ignored(&parameter.name, parameter.location) {
            continue;
        }
        if let Some(other) = parameters.iter().find(|other| other.has_same_key(&parameter)) {
            let message = format!("duplicate parameter `{}`", parameter.name);
            let error = Diagnostic::error(node.span, message, "remove one of the two");
            context.diagnostics.report(error.related_to(other.span, "the other one").into());
            continue;
        }
        parameters.push(parameter);
    }
    if is_complete { Ok(parameters) } else { Err(SpecError::Reported) }
}

pub(super) fn parse_parameter<'a>(node: &'a Node, context: &Context<'a>) -> Result<Parameter> {
    let diagnostics = context.diagnostics;
    let mut fields = context.fields(node, "a parameter")?;
    let identity = parse_identity(&mut fields, diagnostics);
    let location = identity.as_ref().ok().map(|(_, location)| *location);
    let required = parse_required(&mut fields, identity.as_ref().ok(), diagnostics);
    let description = fields.optional_string("description");
    let deprecated = fields.flag("deprecated");
    let allow_empty = parse_allow_empty(&mut fields, location, diagnostics);
    if fields.peek("content").is_none() {
        note_allow_reserved(&mut fields, diagnostics);
    }
    let value = parameter_style::parse(&mut fields, location, context);
    fields.deny_unknown();
    let (name, location) = identity?;
    let Value { style, explode, explode_span, schema, examples } = value?;
    Ok(Parameter {
        name,
        span: node.span,
        location,
        description,
        required,
        deprecated,
        style,
        explode,
        explode_span,
        allow_empty,
        schema,
        examples,
    })
}

/// The name and the location.
fn parse_identity(fields: &mut Fields, diagnostics: &Diagnostics) -> Result<(String, Location)> {
    let span = fields.peek("name").map_or(fields.span, |entry| entry.value.span);
    let name = fields.required_string("name");
    let location = fields.required("in").and_then(|node| diagnostics.check(parse_location(node)));
    let (name, location) = (name?, location?);
    if is_ignored(&name, location) {
        diagnostics.warning(
            span,
            format!("OpenAPI ignores the header parameter `{name}`"),
            "remove it; the media types and `security` describe this header",
        );
    }
    diagnostics.check(check_name(&name, location, span))?;
    Ok((name, location))
}

fn parse_required(
    fields: &mut Fields,
    identity: Option<&(String, Location)>,
    diagnostics: &Diagnostics,
) -> bool {
    let span = fields.peek("required").map_or(fields.span, |entry| entry.span);
    let required = fields.flag("required");
    if let Some((name, Location::Path)) = identity
        && !required
    {
        let message = format!("path parameter `{name}` is not required");
        diagnostics.error(span, message, "write `required: true`");
    }
    required
}

/// The span of `allowEmptyValue: true`, which is defined in the query.
fn parse_allow_empty(
    fields: &mut Fields,
    location: Option<Location>,
    diagnostics: &Diagnostics,
) -> Option<Span> {
    let span = fields.peek("allowEmptyValue").map(|entry| entry.span)?;
    let is_allowed = fields.flag("allowEmptyValue");
    if location.is_some_and(|location| location != Location::Query) {
        let message = "`allowEmptyValue` has no effect outside the query";
        diagnostics.warning(span, message, "remove it");
        return None;
    }
    is_allowed.then_some(span)
}

fn note_allow_reserved(fields: &mut Fields, diagnostics: &Diagnostics) {
    let Some(entry) = fields.peek("allowReserved") else { return };
    fields.flag("allowReserved");
    let message = "`allowReserved` has no effect: the server decodes every value";
    diagnostics.warning(entry.span, message, "remove it; it only concerns clients");
}

fn parse_location(node: &Node) -> Result<Location> {
    match node.string()? {
        "path" => Ok(Location::Path),
        "query" => Ok(Location::Query),
        "header" => Ok(Location::Header),
        "cookie" => Ok(Location::Cookie),
        other => error_at(
            node.span,
            format!("parameters in `{other}` are not supported"),
            "use path, query, header or cookie",
        ),
    }
}

fn check_name(name: &str, location: Location, span: Span) -> Result<()> {
    let needs_token = matches!(location, Location::Header | Location::Cookie);
    if name.is_empty() || (needs_token && !is_token(name)) {
        return error_at(span, format!("invalid parameter name `{name}`"), TOKEN_HELP);
    }
    Ok(())
}

fn is_ignored(name: &str, location: Location) -> bool {
    location == Location::Header && IGNORED_HEADERS.contains(&name.to_ascii_lowercase().as_str())
}
