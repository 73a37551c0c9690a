//! `externalDocs`, which only document.

use super::context::Context;
use super::fields::Fields;

pub(super) fn parse_external_docs<'a>(fields: &mut Fields<'a>, context: &Context<'a>) {
    fields.parse("externalDocs", |node| {
        let mut fields = context.fields(node, "external documentation")?;
        let url = fields.required_string("url");
        fields.optional_string("description");
        fields.deny_unknown();
        url
    });
}
