//! `info`.

use super::context::Context;
use crate::diagnostic::Result;
use crate::model::Info;
use crate::yaml::Node;

pub(super) fn parse_info<'a>(node: &'a Node, context: &Context<'a>) -> Result<Info> {
    let mut fields = context.fields(node, "info")?;
    let title = fields.required_string("title");
    let version = fields.required_string("version");
    let description = fields.optional_string("description");
    fields.optional_string("termsOfService");
    fields.parse("contact", |node| parse_contact(node, context));
    fields.parse("license", |node| parse_license(node, context));
    fields.deny_unknown();
    Ok(Info { title: title?, version: version?, description })
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
