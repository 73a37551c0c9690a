//! Schemas. This module holds the recursion: it passes itself to those that parse the schemas
//! within a schema.

use serde_json::Value;

use super::composition;
use super::context::{Context, parse_reference};
use super::example::{parse_documentation, parse_value};
use super::external_docs::parse_external_docs;
use super::fields::Fields;
use super::keyword;
use crate::diagnostic::Result;
use crate::model::{NamedSchema, Schema, SchemaKind, Spanned};
use crate::yaml::Node;

/// The component schemas in the order of the file.
pub(super) fn parse_component_schemas(context: &Context) -> Vec<NamedSchema> {
    let entries = context.section("schemas").iter();
    entries
        .map(|entry| NamedSchema {
            name: entry.key.clone(),
            span: entry.span,
            schema: parse_schema(&entry.value, context),
        })
        .collect()
}

/// A schema; an invalid one is reported and has the kind `Invalid`.
pub(super) fn parse_schema<'a>(node: &'a Node, context: &Context<'a>) -> Schema {
    let parsed = context.diagnostics.ok(try_parse(node, context));
    parsed.unwrap_or_else(|| Schema::new(node.span, SchemaKind::Invalid))
}

fn try_parse<'a>(node: &'a Node, context: &Context<'a>) -> Result<Schema> {
    if let Some(reference) = parse_reference(node, context.diagnostics)? {
        let name = context.lookup(reference, "schemas")?.key.clone();
        return Ok(Schema::new(node.span, SchemaKind::Reference(name)));
    }
    let mut fields = context.fields(node, "a schema")?;
    let mut schema = Schema::new(node.span, SchemaKind::Any);
    let nullable = fields.peek("nullable").map(|entry| entry.span);
    parse_flags(&mut schema, &mut fields, context);
    schema.title = fields.optional_string("title");
    schema.description = fields.optional_string("description");
    schema.default = fields.parse("default", parse_value);
    schema.example = fields.parse("example", parse_documentation);
    parse_external_docs(&mut fields, context);
    keyword::note_xml(&mut fields, context);
    let parse_schema = |node| parse_schema(node, context);
    composition::parse(&mut schema, &mut fields, context, &parse_schema)?;
    if schema.is_unconstrained() && schema.nullable {
        let message = "`nullable` has no effect without `type`";
        context.diagnostics.warning(nullable.unwrap_or(schema.span), message, "add `type`");
        schema.nullable = false;
    }
    schema.is_wrapped = matches!(schema.kind, SchemaKind::Reference(_));
    if matches!(&schema.kind, SchemaKind::Number(number) if number.integer) {
        schema.default.iter_mut().for_each(normalize_integer);
    }
    keyword::note_inapplicable(&mut fields, context, &parse_schema);
    fields.deny_unknown_with(keyword::help);
    Ok(schema)
}

fn parse_flags<'a>(schema: &mut Schema, fields: &mut Fields<'a>, context: &Context<'a>) {
    let write_only = fields.peek("writeOnly").map_or(schema.span, |entry| entry.span);
    schema.nullable = fields.flag("nullable");
    schema.read_only = fields.flag("readOnly");
    schema.write_only = fields.flag("writeOnly");
    schema.deprecated = fields.flag("deprecated");
    if schema.read_only && schema.write_only {
        let message = "a schema is both readOnly and writeOnly";
        context.diagnostics.error(write_only, message, "remove one of the two");
    }
}

/// Writes `10.0` and `1e1` as `10`, the only form that Rust's integers deserialize from.
fn normalize_integer(number: &mut Spanned) {
    // Integers up to here are exact as doubles.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    if number.value.is_f64()
        && let Some(value) = number.value.as_f64()
        && value.fract() == 0.0
        && value.abs() <= MAX_EXACT
    {
        number.value = Value::from(value as i64);
    }
}
