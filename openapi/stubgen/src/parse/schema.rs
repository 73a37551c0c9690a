//! Schemas. This module holds the recursion: the kinds of schemas that contain schemas.

use serde_json::Value;

use super::all_of::parse_all_of;
use super::context::{Context, parse_reference};
use super::example::parse_value;
use super::external_docs::parse_external_docs;
use super::fields::Fields;
use super::keyword::{self, TYPED_KEYWORDS, TYPES};
use super::number::parse_number;
use super::object::parse_object;
use super::one_of::parse_one_of;
use super::string::parse_string;
use crate::diagnostic::{Result, Span, error_at};
use crate::model::{ArrayConstraints, NamedSchema, Schema, SchemaKind, Spanned};
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
    schema.example = fields.parse("example", parse_value);
    parse_external_docs(&mut fields, context);
    schema.kind = parse_kind(&mut fields, context, nullable.filter(|_| schema.nullable))?;
    schema.is_wrapped = matches!(schema.kind, SchemaKind::Reference(_));
    if matches!(&schema.kind, SchemaKind::Number(number) if number.integer) {
        schema.default.iter_mut().for_each(normalize_integer);
    }
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

/// The kind of a schema. `nullable` is the span of that keyword if it is true.
fn parse_kind<'a>(
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    nullable: Option<Span>,
) -> Result<SchemaKind> {
    if let Some(all_of) = fields.optional("allOf") {
        return parse_all_of(all_of, fields, context, &|node| parse_schema(node, context));
    }
    if let Some(one_of) = fields.optional("oneOf") {
        return parse_one_of(one_of, fields, context).map(SchemaKind::OneOf);
    }
    if let Some(entry) = fields.optional("type") {
        let name = entry.value.string()?;
        return parse_type(name, entry.value.span, fields, context, nullable.is_some());
    }
    for (keyword, type_name) in TYPED_KEYWORDS {
        let Some(entry) = fields.peek(keyword) else { continue };
        let message = format!("`{keyword}` has no effect without `type`");
        let help = if type_name == "number" { "integer` or `type: number" } else { type_name };
        context.diagnostics.error(entry.span, message, format!("add `type: {help}`"));
        return parse_type(type_name, entry.span, fields, context, nullable.is_some());
    }
    match nullable {
        Some(span) => error_at(span, "`nullable` has no effect without `type`", "add `type`"),
        None => Ok(SchemaKind::Any),
    }
}

fn parse_type<'a>(
    name: &str,
    span: Span,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    nullable: bool,
) -> Result<SchemaKind> {
    match name {
        "boolean" => Ok(SchemaKind::Boolean),
        "string" => Ok(SchemaKind::String(parse_string(fields, context.diagnostics, nullable))),
        "integer" => Ok(SchemaKind::Number(parse_number(fields, context.diagnostics, true))),
        "number" => Ok(SchemaKind::Number(parse_number(fields, context.diagnostics, false))),
        "array" => parse_array(fields, context).map(SchemaKind::Array),
        "object" => {
            let parse_schema = |node| parse_schema(node, context);
            parse_object(fields, context.diagnostics, &parse_schema).map(SchemaKind::Object)
        }
        other => error_at(
            span,
            format!("unknown type `{other}`"),
            format!("use one of {}", TYPES.join(", ")),
        ),
    }
}

fn parse_array<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Result<ArrayConstraints> {
    let (min_items, max_items) = fields.optional_counts("minItems", "maxItems");
    let unique_items = fields.flag("uniqueItems");
    let items = Box::new(parse_schema(fields.required("items")?, context));
    Ok(ArrayConstraints { items, min_items, max_items, unique_items })
}
