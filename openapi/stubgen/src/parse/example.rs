//! The `example` and `examples` of parameters, headers and media types.

use super::context::Context;
use super::fields::Fields;
use crate::diagnostic::{Result, error_at};
use crate::model::Spanned;
use crate::yaml::{Entry, Node};

pub(super) fn parse_examples<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Vec<Spanned> {
    let example = fields.optional("example");
    let examples = fields.optional("examples");
    if let (Some(_), Some(examples)) = (example, examples) {
        context.diagnostics.error(
            examples.span,
            "`examples` beside `example`",
            "remove one of the two; they exclude each other",
        );
    }
    let mut values = Vec::new();
    if let Some(example) = example {
        values.extend(context.diagnostics.ok(parse_documentation(&example.value)));
    }
    let entries = examples.and_then(|examples| context.diagnostics.ok(examples.value.entries()));
    for entry in entries.unwrap_or_default() {
        values.extend(context.diagnostics.ok(parse_example(entry, context)).flatten());
    }
    values
}

/// The value of an example, unless it is external.
fn parse_example<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<Option<Spanned>> {
    parse_object(context.resolve(&entry.value, "examples")?, context)
}

/// The same of an example object.
pub(super) fn parse_object<'a>(node: &'a Node, context: &Context<'a>) -> Result<Option<Spanned>> {
    let mut fields = context.fields(node, "an example")?;
    fields.optional_string("summary");
    fields.optional_string("description");
    let value = fields.optional("value");
    let external = fields.peek("externalValue");
    fields.optional_string("externalValue");
    fields.deny_unknown();
    match (value, external) {
        (Some(value), None) => parse_documentation(&value.value).map(Some),
        (None, Some(_)) => Ok(None),
        (Some(_), Some(external)) => error_at(
            external.span,
            "`externalValue` beside `value`",
            "remove one of the two; they exclude each other",
        ),
        (None, None) => {
            let message = "the example has no value";
            context.diagnostics.warning(node.span, message, "add `value`, or remove it");
            Ok(None)
        }
    }
}

/// The value of an example.
pub(super) fn parse_documentation(node: &Node) -> Result<Spanned> {
    Ok(Spanned { span: node.span, value: node.documentation()? })
}

/// A value that has an effect.
pub(super) fn parse_value(node: &Node) -> Result<Spanned> {
    Ok(Spanned { span: node.span, value: node.json()? })
}
