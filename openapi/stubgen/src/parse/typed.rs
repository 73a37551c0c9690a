//! A type with its constraints, or constraints without `type`.

use super::context::Context;
use super::enumeration;
use super::fields::Fields;
use super::keyword::{TYPED_KEYWORDS, TYPES};
use super::number::parse_number;
use super::object::{ParseSchema, parse_object};
use super::string::parse_string;
use crate::diagnostic::{Result, Span, error_at};
use crate::model::{ArrayConstraints, Schema, SchemaKind};

/// Parses the keywords that are neither references nor compositions.
pub(super) fn parse_typed<'a>(
    schema: &mut Schema,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<()> {
    let Some(entry) = fields.optional("type") else {
        return parse_untyped(schema, fields, context, parse_schema);
    };
    let name = entry.value.string()?;
    let values = if name == "string" { None } else { fields.optional("enum") };
    schema.kind = parse_type((name, entry.value.span), fields, schema, context, parse_schema)?;
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
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<()> {
    let values = fields.optional("enum");
    for type_name in ["object", "array", "string", "number"] {
        let of_type = TYPED_KEYWORDS.iter().filter(|(_, known)| *known == type_name);
        let found = of_type.filter_map(|(keyword, _)| fields.peek(keyword)).next();
        let Some(entry) = found else { continue };
        let kind = parse_type((type_name, entry.span), fields, schema, context, parse_schema)?;
        schema.composition.untyped.push(Schema::new(entry.span, kind));
    }
    match values {
        Some(values) => enumeration::parse_untyped(values, schema, context.diagnostics),
        None => Ok(()),
    }
}

fn parse_type<'a>(
    (name, span): (&str, Span),
    fields: &mut Fields<'a>,
    schema: &mut Schema,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<SchemaKind> {
    match name {
        "boolean" => Ok(SchemaKind::Boolean),
        "string" => parse_string(fields, schema, context.diagnostics).map(SchemaKind::String),
        "integer" => Ok(SchemaKind::Number(parse_number(fields, context.diagnostics, true))),
        "number" => Ok(SchemaKind::Number(parse_number(fields, context.diagnostics, false))),
        "array" => Ok(SchemaKind::Array(parse_array(fields, span, context, parse_schema))),
        "object" => parse_object(fields, context.diagnostics, parse_schema).map(SchemaKind::Object),
        other => error_at(
            span,
            format!("unknown type `{other}`"),
            format!("use one of {}", TYPES.join(", ")),
        ),
    }
}

fn parse_array<'a>(
    fields: &mut Fields<'a>,
    span: Span,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> ArrayConstraints {
    let (min_items, max_items) = fields.optional_counts("minItems", "maxItems");
    let unique_items = fields.flag("uniqueItems");
    let items = match fields.optional("items") {
        Some(items) => parse_schema(&items.value),
        None => {
            let message = "an array without `items` allows any items";
            context.diagnostics.warning(span, message, "add `items`; `items: {}` says the same");
            Schema::new(span, SchemaKind::Any)
        }
    };
    ArrayConstraints { items: Box::new(items), min_items, max_items, unique_items }
}
