//! Parameters.

use super::context::{Context, IDENTIFIER_HELP, is_identifier};
use super::example::parse_examples;
use super::fields::Fields;
use super::schema;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Span, SpecError, error_at};
use crate::model::{Location, Parameter, Schema};
use crate::yaml::{Entry, Node};

/// Header parameters that OpenAPI ignores, in lower case.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// The parameters of a list, or an error if one of them is invalid: which names are defined is
/// unknown then.
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
    let explode = diagnostics.check(parse_explode(&mut fields, location, diagnostics));
    let required = parse_required(&mut fields, identity.as_ref().ok(), diagnostics);
    let description = fields.optional_string("description");
    let deprecated = fields.flag("deprecated");
    let schema = parse_schema(&mut fields, context);
    let examples = parse_examples(&mut fields, context);
    fields.deny_unknown();
    let (name, location) = identity?;
    Ok(Parameter {
        name,
        span: node.span,
        location,
        description,
        required,
        deprecated,
        explode: explode?,
        schema: schema?,
        examples,
    })
}

/// The name and the location.
fn parse_identity(fields: &mut Fields, diagnostics: &Diagnostics) -> Result<(String, Location)> {
    let span = fields.peek("name").map_or(fields.span, |entry| entry.value.span);
    let name = fields.required_string("name");
    let location = fields.required("in").and_then(|node| diagnostics.check(parse_location(node)));
    let (name, location) = (name?, location?);
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

fn parse_schema<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Result<Schema> {
    if let Some(content) = fields.optional("content") {
        return context.diagnostics.check(error_at(
            content.span,
            "`content` is not supported in a parameter",
            "use `schema`; a complex value belongs in the request body",
        ));
    }
    Ok(schema::parse_schema(fields.required("schema")?, context))
}

fn parse_location(node: &Node) -> Result<Location> {
    match node.string()? {
        "path" => Ok(Location::Path),
        "query" => Ok(Location::Query),
        "header" => Ok(Location::Header),
        other => error_at(
            node.span,
            format!("parameters in `{other}` are not supported"),
            "use path, query or header",
        ),
    }
}

fn check_name(name: &str, location: Location, span: Span) -> Result<()> {
    let is_ignored = IGNORED_HEADERS.contains(&name.to_ascii_lowercase().as_str());
    if location == Location::Header && is_ignored {
        return error_at(
            span,
            format!("OpenAPI ignores the header parameter `{name}`"),
            "remove it; the media types and `security` describe this header",
        );
    }
    if name.is_empty() || (location != Location::Query && !is_identifier(name)) {
        return error_at(span, format!("invalid parameter name `{name}`"), IDENTIFIER_HELP);
    }
    Ok(())
}

/// Only the default styles are supported; they differ only in `explode`.
fn parse_explode(
    fields: &mut Fields,
    location: Option<Location>,
    diagnostics: &Diagnostics,
) -> Result<bool> {
    let Some(location) = location else {
        fields.ignore(&["style", "explode"]);
        return Err(SpecError::Reported);
    };
    let is_query = location == Location::Query;
    let default_style = if is_query { "form" } else { "simple" };
    let explode = fields.optional("explode");
    if let Some(style) = fields.optional("style")
        && style.value.string()? != default_style
    {
        return error_at(
            style.value.span,
            "unsupported parameter style",
            format!("use the default, `{default_style}`"),
        );
    }
    let Some(explode) = explode else { return Ok(is_query) };
    let value = explode.value.boolean()?;
    if !is_query {
        let message = "`explode` has no effect outside the query";
        diagnostics.warning(explode.span, message, "remove it");
    }
    Ok(value && is_query)
}
