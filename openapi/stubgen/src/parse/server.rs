//! `servers`. They are for clients; the generated server only checks them.

use super::context::Context;
use super::fields::Fields;
use crate::diagnostic::{Result, Span, error_at};
use crate::yaml::{Entry, Node};

pub(super) fn parse_servers<'a>(list: &'a Node, context: &Context<'a>) -> Result<()> {
    for node in list.items()? {
        context.diagnostics.ok(parse_server(node, context));
    }
    Ok(())
}

/// Warns of the servers of a path or an operation, which do not change where it is served.
pub(super) fn note_servers<'a>(fields: &mut Fields<'a>, context: &Context<'a>) {
    let Some(entry) = fields.optional("servers") else { return };
    context.diagnostics.ok(parse_servers(&entry.value, context));
    let message = "`servers` has no effect here: this server serves every path";
    context.diagnostics.warning(entry.span, message, "remove it, or serve the path elsewhere");
}

pub(super) fn parse_server<'a>(node: &'a Node, context: &Context<'a>) -> Result<()> {
    let mut fields = context.fields(node, "a server")?;
    let url = fields.peek("url").map(|entry| entry.value.span);
    let template = fields.required_string("url");
    fields.optional_string("description");
    let variables = fields.optional("variables");
    fields.deny_unknown();
    let variables = match variables {
        Some(entry) => entry.value.entries()?,
        None => &[],
    };
    for variable in variables {
        context.diagnostics.ok(parse_variable(variable, context));
    }
    check_template(&template?, url.unwrap_or(node.span), variables, context)
}

fn check_template(url: &str, span: Span, variables: &[Entry], context: &Context) -> Result<()> {
    let mut rest = url;
    let mut names = Vec::new();
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return error_at(
                span,
                format!("unclosed `{{` in the URL `{url}`"),
                "close it with `}`",
            );
        };
        names.push(name);
        rest = after;
    }
    for name in &names {
        if !variables.iter().any(|variable| variable.key == *name) {
            let message = format!("server variable `{name}` is not defined");
            context.diagnostics.error(span, message, "add it to `variables`");
        }
    }
    for variable in variables {
        if !names.contains(&variable.key.as_str()) {
            let message = format!("server variable `{}` does not occur in the URL", variable.key);
            context.diagnostics.warning(variable.span, message, "remove it");
        }
    }
    Ok(())
}

fn parse_variable<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<()> {
    let mut fields = context.fields(&entry.value, "a server variable")?;
    let default = fields.required_string("default");
    fields.optional_string("description");
    let values = fields.optional("enum");
    fields.deny_unknown();
    let (default, Some(values)) = (default?, values) else { return Ok(()) };
    let values_list: Vec<&str> =
        values.value.items()?.iter().map(Node::string).collect::<Result<_>>()?;
    if values_list.contains(&default.as_str()) {
        return Ok(());
    }
    error_at(
        values.value.span,
        format!("the default `{default}` is not in the enum"),
        "add it to the enum, or correct the default",
    )
}
