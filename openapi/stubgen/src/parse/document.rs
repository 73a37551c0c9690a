//! The top level of a spec: tags, components, paths.

use std::collections::HashMap;

use super::context::{Context, IDENTIFIER_HELP, is_identifier};
use super::info::parse_info;
use super::schema::parse_component_schemas;
use super::{link, operation, parameter, response, response_header, security, server};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Span, error_at};
use crate::model::{Spec, Tag};
use crate::yaml::{Entry, Node};

const COMPONENT_SECTIONS: [&str; 8] = [
    "schemas",
    "parameters",
    "responses",
    "headers",
    "requestBodies",
    "securitySchemes",
    "examples",
    "links",
];

/// The sections of which only components with a reference to them have an effect.
const SECTIONS_USED_BY_REFERENCE: [&str; 4] =
    ["parameters", "responses", "headers", "requestBodies"];

/// Parses the document, and reports every problem that it finds on the way.
pub(crate) fn parse_document(root: &Node, diagnostics: &Diagnostics) -> Result<Spec> {
    let mut fields = super::fields::Fields::new(root, "an OpenAPI document", diagnostics)?;
    if let Some(swagger) = fields.peek("swagger") {
        return error_at(
            swagger.span,
            "Swagger 2.0 is not supported",
            "convert the document to OpenAPI 3.0",
        );
    }
    diagnostics.check(parse_openapi_version(fields.required("openapi")?))?;
    let components = fields.optional("components").map(|entry| &entry.value);
    let context = Context::new(root, components, diagnostics);
    let info = fields.required("info").and_then(|node| parse_info(node, &context));
    fields.parse("servers", |node| server::parse_servers(node, &context));
    let tags = fields.parse("tags", |node| parse_tags(node, &context)).unwrap_or_default();
    check_component_names(components, &context);
    let schemas = parse_component_schemas(&context);
    let default_security = fields.optional("security").map(|entry| &entry.value);
    let paths = fields.required("paths");
    let operations =
        paths.map(|paths| (paths, operation::parse_paths(paths, &context, default_security)));
    fields.ignore(&["externalDocs"]);
    fields.deny_unknown();
    let security_schemes = security::parse_schemes(&context);
    parse_remaining_components(&context);
    let (paths, operations) = operations?;
    link::check_links(paths, &context);
    warn_unused(&context);
    Ok(Spec::new(info?, tags, operations, schemas, security_schemes))
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

fn parse_tags(list: &Node, context: &Context) -> Result<Vec<Tag>> {
    let mut tags = Vec::new();
    let mut first_uses: HashMap<String, Span> = HashMap::new();
    for node in list.items()? {
        let Some((tag, span)) = context.diagnostics.ok(parse_tag(node, context.diagnostics)) else {
            continue;
        };
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
fn parse_tag(node: &Node, diagnostics: &Diagnostics) -> Result<(Tag, Span)> {
    let mut fields = super::fields::Fields::new(node, "a tag", diagnostics)?;
    let span = fields.peek("name").map_or(node.span, |entry| entry.value.span);
    let name = fields.required_string("name");
    let description = fields.optional_string("description");
    fields.ignore(&["externalDocs"]);
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
            if !is_identifier(&component.key) {
                let message = format!("invalid component name `{}`", component.key);
                context.diagnostics.error(component.span, message, IDENTIFIER_HELP);
            }
        }
    }
}

/// Parses the components that no reference has led to, so that they are checked as well.
fn parse_remaining_components<'a>(context: &Context<'a>) {
    let each = |section: &str, parse: &dyn Fn(&'a Entry) -> Result<()>| {
        for entry in context.section(section) {
            if !context.is_referenced(&format!("#/components/{section}/{}", entry.key)) {
                context.diagnostics.ok(parse(entry));
            }
        }
    };
    each("parameters", &|entry| parameter::parse_parameter(&entry.value, context).map(|_| ()));
    each("responses", &|entry| response::parse_component(&entry.value, context));
    each("headers", &|entry| {
        response_header::parse_header_object(&entry.value, context).map(|_| ())
    });
    each("requestBodies", &|entry| {
        super::media_type::parse_body(&entry.value, context).map(|_| ())
    });
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
