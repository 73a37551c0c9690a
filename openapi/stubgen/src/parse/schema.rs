//! Schemas. This module holds the recursion: the kinds of schemas that contain schemas.

use serde_json::Value;

use super::composition;
use super::context::{Context, parse_reference};
use super::enumeration;
use super::example::parse_value;
use super::external_docs::parse_external_docs;
use super::fields::Fields;
use super::keyword::{self, TYPED_KEYWORDS, TYPES};
use super::number::parse_number;
use super::object::parse_object;
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
    keyword::note_xml(&mut fields, context.diagnostics);
    composition::parse(&mut schema, &mut fields, context)?;
    if schema.is_unconstrained() && schema.nullable {
        let message = "`nullable` has no effect without `type`";
        context.diagnostics.warning(nullable.unwrap_or(schema.span), message, "add `type`");
        schema.nullable = false;
    }
    schema.is_wrapped = matches!(schema.kind, SchemaKind::Reference(_));
    if matches!(&schema.kind, SchemaKind::Number(number) if number.integer) {
        schema.default.iter_mut().for_each(normalize_integer);
    }
    keyword::note_inapplicable(&mut fields, context.diagnostics);
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

/// The keywords that are neither references nor compositions: a type with its constraints, or
/// constraints without `type`.
pub(super) fn parse_own<'a>(
    schema: &mut Schema,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<()> {
    let Some(entry) = fields.optional("type") else {
        return parse_untyped(schema, fields, context);
    };
    let name = entry.value.string()?;
    let values = if name == "string" { None } else { fields.optional("enum") };
    schema.kind = parse_type(name, entry.value.span, fields, schema, context)?;
    match values {
        Some(values) => enumeration::parse_values(values, schema, context.diagnostics),
        None => Ok(()),
    }
}

/// Without `type`, each keyword applies to the values of its type, and other values are allowed.
fn parse_untyped<'a>(
    schema: &mut Schema,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<()> {
    let values = fields.optional("enum");
    for type_name in ["object", "array", "string", "number"] {
        let of_type = TYPED_KEYWORDS.iter().filter(|(_, known)| *known == type_name);
        let found = of_type.filter_map(|(keyword, _)| fields.peek(keyword)).next();
        let Some(entry) = found else { continue };
        let kind = parse_type(type_name, entry.span, fields, schema, context)?;
        schema.composition.untyped.push(Schema::new(entry.span, kind));
    }
    match values {
        Some(values) => enumeration::parse_untyped(values, schema, context.diagnostics),
        None => Ok(()),
    }
}

fn parse_type<'a>(
    name: &str,
    span: Span,
    fields: &mut Fields<'a>,
    schema: &mut Schema,
    context: &Context<'a>,
) -> Result<SchemaKind> {
    match name {
        "boolean" => Ok(SchemaKind::Boolean),
        "string" => parse_string(fields, schema, context.diagnostics).map(SchemaKind::String),
        "integer" => Ok(SchemaKind::Number(parse_number(fields, context.diagnostics, true))),
        "number" => Ok(SchemaKind::Number(parse_number(fields, context.diagnostics, false))),
        "array" => Ok(SchemaKind::Array(parse_array(fields, span, context))),
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

fn parse_array<'a>(fields: &mut Fields<'a>, span: Span, context: &Context<'a>) -> ArrayConstraints {
    let (min_items, max_items) = fields.optional_counts("minItems", "maxItems");
    let unique_items = fields.flag("uniqueItems");
    let items = match fields.optional("items") {
        Some(items) => parse_schema(&items.value, context),
        None => {
            let message = "an array without `items` allows any items";
            context.diagnostics.warning(span, message, "add `items`; `items: {}` says the same");
            Schema::new(span, SchemaKind::Any)
        }
    };
    ArrayConstraints { items: Box::new(items), min_items, max_items, unique_items }
}
