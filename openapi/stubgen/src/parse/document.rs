//! The top level of a spec: tags, components, paths.

use std::collections::HashMap;

use super::context::{Context, is_component_name};
use super::external_docs::parse_external_docs;
use super::fields::Fields;
use super::info::parse_info;
use super::schema::parse_component_schemas;
use super::{
    callback, example, link, media_type, operation, parameter, response, response_header, security,
    server,
};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Span, error_at};
use crate::model::{Operation, Spec, Tag};
use crate::yaml::Node;

const COMPONENT_SECTIONS: [&str; 9] = [
    "schemas",
    "parameters",
    "responses",
    "headers",
    "requestBodies",
    "securitySchemes",
    "examples",
    "links",
    "callbacks",
];

/// The sections of which only components with a reference to them have an effect.
const SECTIONS_USED_BY_REFERENCE: [&str; 4] =
    ["parameters", "responses", "headers", "requestBodies"];

/// Parses the document, and reports every problem that it finds on the way.
pub(crate) fn parse_document(root: &Node, diagnostics: &Diagnostics) -> Result<Spec> {
    let mut fields = Fields::new(root, "an OpenAPI document", diagnostics)?;
    diagnostics.check(parse_version(&mut fields))?;
    let components = fields.optional("components").map(|entry| &entry.value);
    let context = Context::new(root, components, diagnostics);
    let info = fields.required("info").and_then(|node| parse_info(node, &context));
    fields.parse("servers", |node| server::parse_servers(node, &context));
    let tags = fields.parse("tags", |node| parse_tags(node, &context)).unwrap_or_default();
    parse_external_docs(&mut fields, &context);
    check_component_names(components, &context);
    let schemas = parse_component_schemas(&context);
    let default_security = fields.optional("security").map(|entry| &entry.value);
    default_security.map(|node| diagnostics.ok(security::check_default(node, &context)));
    let paths = fields.required("paths");
    let operations = paths.map(|paths| parse_paths(paths, &context, default_security));
    fields.deny_unknown();
    let security_schemes = security::parse_schemes(&context);
    parse_remaining_components(&context);
    warn_unused(&context);
    Ok(Spec::new(info?, tags, operations?, schemas, security_schemes))
}

fn parse_version(fields: &mut Fields) -> Result<()> {
    if let Some(swagger) = fields.peek("swagger") {
        return error_at(
            swagger.span,
            "Swagger 2.0 is not supported",
            "convert the document to OpenAPI 3.0",
        );
    }
    parse_openapi_version(fields.required("openapi")?)
}

/// The operations; their callbacks and links can be checked when all operations are known.
fn parse_paths<'a>(
    paths: &'a Node,
    context: &Context<'a>,
    default_security: Option<&'a Node>,
) -> Vec<Operation> {
    let operations = operation::parse_paths(paths, context, default_security);
    callback::check_callbacks(context);
    link::check_links(paths, context);
    operations
}

/// The pattern of OpenAPI's own schema, `3.0.x` with an optional suffix.
fn parse_openapi_version(node: &Node) -> Result<()> {
    let version = node.string()?;
    let patch = version.strip_prefix("3.0.").unwrap_or_default();
    let rest = patch.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < patch.len() && (rest.is_empty() || rest.starts_with('-')) {
        return Ok(());
    }
    error_at(
        node.span,
        format!("OpenAPI version `{version}` is not supported"),
        "write a version 3.0.x, and a document that conforms to it",
    )
}

fn parse_tags<'a>(list: &'a Node, context: &Context<'a>) -> Result<Vec<Tag>> {
    let mut tags = Vec::new();
    let mut first_uses: HashMap<String, Span> = HashMap::new();
    for node in list.items()? {
        let Some((tag, span)) = context.diagnostics.ok(parse_tag(node, context)) else { continue };
        if let Some(first) = first_uses.insert(tag.name.clone(), span) {
            let message = format!("duplicate tag `{}`", tag.name);
            let error = Diagnostic::error(span, message, "remove one of the two");
            context.diagnostics.report(error.related_to(first, "first defined here").into());
        }
        tags.push(tag);
    }
    Ok(tags)
}

/// The tag, and the span of its name.
fn parse_tag<'a>(node: &'a Node, context: &Context<'a>) -> Result<(Tag, Span)> {
    let mut fields = context.fields(node, "a tag")?;
    let span = fields.peek("name").map_or(node.span, |entry| entry.value.span);
    let name = fields.required_string("name");
    let description = fields.optional_string("description");
    parse_external_docs(&mut fields, context);
    fields.deny_unknown();
    Ok((Tag { name: name?, description }, span))
}

fn check_component_names(components: Option<&Node>, context: &Context) {
    let Some(Ok(sections)) = components.map(Node::entries) else { return };
    for section in sections.iter().filter(|section| !section.key.starts_with("x-")) {
        if !COMPONENT_SECTIONS.contains(&section.key.as_str()) {
            let message = format!("`{}` is not supported in components", section.key);
            context.diagnostics.error(section.span, message, "remove it");
        }
        for component in context.section(&section.key) {
            if !is_component_name(&component.key) {
                let message = format!("invalid component name `{}`", component.key);
                let help = "use letters, digits, `.`, `_` and `-`";
                context.diagnostics.error(component.span, message, help);
            }
        }
    }
}

/// Parses the components that no operation has led to, so that they are checked as well.
fn parse_remaining_components<'a>(context: &Context<'a>) {
    each(context, "callbacks", |_| false, |node| callback::check_callback(node, context));
    callback::check_callbacks(context);
    each(context, "examples", |_| false, |node| example::parse_object(node, context));
    let is_parsed = |name: &str| context.parameters.borrow().contains_key(name);
    each(context, "parameters", is_parsed, |node| parameter::parse_parameter(node, context));
    let is_parsed = |name: &str| context.responses.borrow().contains_key(name);
    each(context, "responses", is_parsed, |node| response::parse_response_object(node, context));
    let is_parsed = |name: &str| context.headers.borrow().contains_key(name);
    let parse = |node| response_header::parse_header_object(node, context);
    each(context, "headers", is_parsed, parse);
    let is_parsed = |name: &str| context.bodies.borrow().contains_key(name);
    each(context, "requestBodies", is_parsed, |node| media_type::parse_body_object(node, context));
}

/// Parses the components of a section that have not been parsed. One that only refers to another is
/// checked to lead somewhere.
fn each<'a, T>(
    context: &Context<'a>,
    section: &str,
    is_parsed: impl Fn(&str) -> bool,
    parse: impl Fn(&'a Node) -> Result<T>,
) {
    for entry in context.section(section).iter().filter(|entry| !is_parsed(&entry.key)) {
        let node = context.diagnostics.ok(context.resolve(&entry.value, section));
        if let Some(node) = node.filter(|node| std::ptr::eq(*node, &entry.value)) {
            context.diagnostics.ok(parse(node));
        }
    }
}

fn warn_unused(context: &Context) {
    for section in SECTIONS_USED_BY_REFERENCE {
        for component in context.section(section) {
            let path = format!("#/components/{section}/{}", component.key);
            if !context.is_referenced(&path) {
                let message = format!("`{path}` is unused");
                context.diagnostics.warning(component.span, message, "remove it, or refer to it");
            }
        }
    }
}
