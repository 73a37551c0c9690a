//! The `security` of operations and of the document.

use super::context::Context;
use super::security_scheme::parse_scheme;
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{RequiredScheme, Scope, Security, SecurityScheme};
use crate::yaml::{Entry, Node};

/// An operation without `security` has that of the document; without either, it takes no
/// credentials.
pub(super) fn parse_security(node: Option<&Node>, context: &Context) -> Result<Security> {
    let mut security = Security::default();
    let Some(node) = node else { return Ok(security) };
    let mut is_complete = true;
    for node in node.items()? {
        match context.diagnostics.ok(parse_alternative(node, context)) {
            Some(alternative) if alternative.is_empty() => security.is_optional = true,
            Some(alternative) => security.alternatives.push(alternative),
            None => is_complete = false,
        }
    }
    if is_complete { Ok(security) } else { Err(SpecError::Reported) }
}

/// Checks the default, which every operation may override.
pub(super) fn check_default(node: &Node, context: &Context) -> Result<()> {
    for alternative in node.items()? {
        for entry in alternative.entries()? {
            context.diagnostics.ok(parse_required(entry, context));
        }
    }
    Ok(())
}

/// The schemes that must all be satisfied.
fn parse_alternative(node: &Node, context: &Context) -> Result<Vec<RequiredScheme>> {
    let mut alternative = Vec::new();
    let mut is_complete = true;
    for entry in node.entries()? {
        context.used_schemes.borrow_mut().insert(entry.key.clone());
        match context.diagnostics.ok(parse_required(entry, context)) {
            Some(required) => alternative.push(required),
            None => is_complete = false,
        }
    }
    if is_complete { Ok(alternative) } else { Err(SpecError::Reported) }
}

fn parse_required(entry: &Entry, context: &Context) -> Result<RequiredScheme> {
    if context.component("securitySchemes", &entry.key).is_none() {
        return error_at(
            entry.span,
            format!("security scheme `{}` is not defined", entry.key),
            "add it to components/securitySchemes",
        );
    }
    let scopes = entry.value.items()?.iter();
    let scopes = scopes.map(|node| Ok(Scope { name: node.string()?.to_owned(), span: node.span }));
    Ok(RequiredScheme { name: entry.key.clone(), scopes: scopes.collect::<Result<_>>()? })
}

/// The schemes of the components that some operation uses.
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
