//! `info`.

use super::context::Context;
use crate::diagnostic::{Result, error_at};
use crate::model::Info;
use crate::yaml::Node;

pub(super) fn parse_info<'a>(node: &'a Node, context: &Context<'a>) -> Result<Info> {
    let mut fields = context.fields(node, "info")?;
    let title =
        fields.required("title").and_then(|title| context.diagnostics.check(parse_title(title)));
    let version = fields.required_string("version");
    let description = fields.optional_string("description");
    fields.optional_string("termsOfService");
    fields.parse("contact", |node| parse_contact(node, context));
    fields.parse("license", |node| parse_license(node, context));
    fields.deny_unknown();
    Ok(Info { title: title?, version: version?, description })
}

fn parse_title(node: &Node) -> Result<String> {
    let title = node.string()?;
    if title.chars().any(|c| c.is_ascii_alphabetic()) {
        return Ok(title.to_owned());
    }
    error_at(
        node.span,
        format!("title `{title}` cannot name the trait"),
        "use at least one letter of A-Z or a-z",
    )
}

fn parse_contact<'a>(node: &'a Node, context: &Context<'a>) -> Result<()> {
    let mut fields = context.fields(node, "a contact")?;
    for key in ["name", "url", "email"] {
        fields.optional_string(key);
    }
    fields.deny_unknown();
    Ok(())
}

fn parse_license<'a>(node: &'a Node, context: &Context<'a>) -> Result<()> {
    let mut fields = context.fields(node, "a license")?;
    let name = fields.required_string("name");
    fields.optional_string("url");
    fields.deny_unknown();
    name.map(|_| ())
}
