//! Security schemes, and the requirements of operations.

use super::context::{Context, IDENTIFIER_HELP, is_identifier};
use super::fields::Fields;
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Location, SecurityScheme, SecuritySchemeKind};
use crate::yaml::{Entry, Node};

/// The names of the schemes that must all be satisfied; empty for an open operation.
pub(super) fn parse_requirement(node: Option<&Node>, context: &Context) -> Result<Vec<String>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let requirement = match node.items()? {
        [] => return Ok(Vec::new()),
        [requirement] => requirement,
        [_, second, ..] => {
            for alternative in node.items()? {
                let entries = alternative.entries().unwrap_or_default().iter();
                context.used_schemes.borrow_mut().extend(entries.map(|entry| entry.key.clone()));
            }
            return error_at(
                second.span,
                "alternatives in `security` are not supported",
                "list the schemes in one item, which requires all of them",
            );
        }
    };
    let mut names = Vec::new();
    let mut is_complete = true;
    for entry in requirement.entries()? {
        context.used_schemes.borrow_mut().insert(entry.key.clone());
        is_complete &= context.diagnostics.ok(check_scheme_use(entry, context)).is_some();
        names.push(entry.key.clone());
    }
    if is_complete { Ok(names) } else { Err(SpecError::Reported) }
}

/// Checks the requirement of the document, which every operation may override.
pub(super) fn check_default(node: &Node, context: &Context) -> Result<()> {
    for requirement in node.items()? {
        for entry in requirement.entries()? {
            context.diagnostics.ok(check_scheme_use(entry, context));
        }
    }
    Ok(())
}

fn check_scheme_use(entry: &Entry, context: &Context) -> Result<()> {
    if let Some(scope) = entry.value.items()?.first() {
        return error_at(scope.span, "security scopes are not supported", "remove them");
    }
    match context.component("securitySchemes", &entry.key) {
        Some(_) => Ok(()),
        None => error_at(
            entry.span,
            format!("security scheme `{}` is not defined", entry.key),
            "add it to components/securitySchemes",
        ),
    }
}

/// The schemes of the components that some operation requires.
pub(super) fn parse_schemes(context: &Context) -> Vec<SecurityScheme> {
    let mut schemes = Vec::new();
    for entry in context.section("securitySchemes") {
        let scheme = context.diagnostics.ok(parse_scheme(entry, context));
        let path = format!("#/components/securitySchemes/{}", entry.key);
        if context.used_schemes.borrow().contains(&entry.key) {
            schemes.extend(scheme);
        } else if !context.is_referenced(&path) {
            let message = format!("security scheme `{}` is unused", entry.key);
            context.diagnostics.warning(entry.span, message, "remove it, or require it");
        }
    }
    schemes
}

fn parse_scheme<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<SecurityScheme> {
    let node = context.resolve(&entry.value, "securitySchemes")?;
    let mut fields = context.fields(node, "a security scheme")?;
    let description = fields.optional_string("description");
    let node = fields.required("type")?;
    let kind = match node.string()? {
        "http" => parse_http(&mut fields)?,
        "apiKey" => parse_api_key(&mut fields)?,
        other => {
            return error_at(
                node.span,
                format!("security type `{other}` is not supported"),
                "use http or apiKey",
            );
        }
    };
    fields.deny_unknown();
    Ok(SecurityScheme { name: entry.key.clone(), span: entry.span, description, kind })
}

fn parse_http(fields: &mut Fields) -> Result<SecuritySchemeKind> {
    let node = fields.required("scheme")?;
    let scheme = node.string()?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        let message = format!("http scheme `{scheme}` is not supported");
        return error_at(node.span, message, "use bearer");
    }
    Ok(SecuritySchemeKind::Bearer { format: fields.optional_string("bearerFormat") })
}

fn parse_api_key(fields: &mut Fields) -> Result<SecuritySchemeKind> {
    let node = fields.required("in")?;
    let location = match node.string()? {
        "header" => Location::Header,
        "query" => Location::Query,
        other => {
            return error_at(
                node.span,
                format!("an apiKey in `{other}` is not supported"),
                "use header or query",
            );
        }
    };
    let node = fields.required("name")?;
    let name = node.string()?;
    if !is_identifier(name) {
        return error_at(node.span, format!("invalid apiKey name `{name}`"), IDENTIFIER_HELP);
    }
    Ok(SecuritySchemeKind::ApiKey { location, name: name.to_owned() })
}
