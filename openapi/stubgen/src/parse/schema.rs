//! Schemas. This module holds the recursion: the kinds of schemas that contain schemas.

use std::rc::Rc;

use serde_json::Value;

use super::all_of::parse_all_of;
use super::context::{Context, parse_reference};
use super::example::parse_value;
use super::fields::Fields;
use super::number::parse_number;
use super::object::parse_object;
use super::one_of::parse_one_of;
use super::string::parse_string;
use crate::diagnostic::{Result, Span, error_at};
use crate::model::{ArrayConstraints, NamedSchema, Schema, SchemaKind, Spanned};
use crate::yaml::{Entry, Node};

const TYPES: [&str; 6] = ["boolean", "string", "integer", "number", "array", "object"];

/// The keywords that need a `type`, with that type.
const TYPED_KEYWORDS: [(&str, &str); 16] = [
    ("properties", "object"),
    ("additionalProperties", "object"),
    ("required", "object"),
    ("minProperties", "object"),
    ("maxProperties", "object"),
    ("items", "array"),
    ("minItems", "array"),
    ("maxItems", "array"),
    ("uniqueItems", "array"),
    ("enum", "string"),
    ("pattern", "string"),
    ("minLength", "string"),
    ("maxLength", "string"),
    ("minimum", "number"),
    ("maximum", "number"),
    ("multipleOf", "number"),
];

/// How deep `allOf` may be nested through components.
const MAX_ALL_OF_DEPTH: usize = 64;

/// A component schema, with the levels of `allOf` that it consists of.
pub(super) struct ParsedSchema {
    pub schema: Schema,
    pub all_of_depth: usize,
}

/// The component schemas in the order of the file.
pub(super) fn parse_component_schemas(context: &Context) -> Vec<NamedSchema> {
    for entry in context.section("schemas") {
        context.diagnostics.ok(parse_component(entry, entry.span, context).map(|_| ()));
    }
    let mut parsed = context.schemas.parsed.take();
    let entries = context.section("schemas").iter();
    entries
        .filter_map(|entry| {
            let parsed = Rc::into_inner(parsed.remove(&entry.key)?)?;
            Some(NamedSchema { name: entry.key.clone(), span: entry.span, schema: parsed.schema })
        })
        .collect()
}

/// A component, parsed when the file or an `allOf` first leads to it. `user` is the construct that
/// needs it.
pub(super) fn parse_component<'a>(
    entry: &'a Entry,
    user: Span,
    context: &Context<'a>,
) -> Result<Rc<ParsedSchema>> {
    let table = &context.schemas;
    if let Some(parsed) = table.parsed.borrow().get(&entry.key) {
        return Ok(Rc::clone(parsed));
    }
    if !table.in_progress.borrow_mut().insert(entry.key.clone()) {
        return error_at(
            user,
            format!("this allOf contains `{}` recursively", entry.key),
            "remove the cycle",
        );
    }
    let depth = table.all_of_depth.replace(0);
    let result = if table.in_progress.borrow().len() > MAX_ALL_OF_DEPTH {
        nesting_error(user)
    } else {
        Ok(parse_schema(&entry.value, context))
    };
    let all_of_depth = table.all_of_depth.replace(depth);
    table.in_progress.borrow_mut().remove(&entry.key);
    let schema = context.diagnostics.ok(result);
    let schema = schema.unwrap_or_else(|| Schema::new(entry.value.span, SchemaKind::Invalid));
    let parsed = Rc::new(ParsedSchema { schema, all_of_depth });
    table.parsed.borrow_mut().insert(entry.key.clone(), Rc::clone(&parsed));
    Ok(parsed)
}

/// Records that the component being parsed contains an `allOf` of the given depth.
pub(super) fn record_all_of_depth(depth: usize, user: Span, context: &Context) -> Result<()> {
    let deepest = &context.schemas.all_of_depth;
    deepest.set(deepest.get().max(depth));
    if depth > MAX_ALL_OF_DEPTH { nesting_error(user) } else { Ok(()) }
}

fn nesting_error<T>(user: Span) -> Result<T> {
    error_at(
        user,
        format!("allOf is nested more than {MAX_ALL_OF_DEPTH} levels deep"),
        "merge some of the schemas",
    )
}

/// A schema; an invalid one is reported and has the kind `Invalid`.
pub(super) fn parse_schema<'a>(node: &'a Node, context: &Context<'a>) -> Schema {
    let parsed = context.diagnostics.ok(try_parse(node, context));
    parsed.unwrap_or_else(|| Schema::new(node.span, SchemaKind::Invalid))
}

fn try_parse<'a>(node: &'a Node, context: &Context<'a>) -> Result<Schema> {
    if let Some(reference) = parse_reference(node)? {
        let name = context.lookup(reference, "schemas")?.key.clone();
        return Ok(Schema::new(node.span, SchemaKind::Reference(name)));
    }
    let mut fields = context.fields(node, "a schema")?;
    let mut schema = Schema::new(node.span, SchemaKind::Any);
    schema.title = fields.optional_string("title");
    schema.description = fields.optional_string("description");
    let nullable = fields.peek("nullable").map(|entry| entry.span);
    schema.nullable = fields.flag("nullable");
    schema.read_only = fields.flag("readOnly");
    let write_only = fields.peek("writeOnly").map_or(node.span, |entry| entry.span);
    schema.write_only = fields.flag("writeOnly");
    schema.deprecated = fields.flag("deprecated");
    schema.default = fields.parse("default", parse_value);
    schema.example = fields.parse("example", parse_value);
    if schema.read_only && schema.write_only {
        let message = "a schema is both readOnly and writeOnly";
        context.diagnostics.error(write_only, message, "remove one of the two");
    }
    fields.ignore(&["externalDocs"]);
    schema.kind = parse_kind(&mut fields, context, nullable.filter(|_| schema.nullable))?;
    schema.is_wrapped = matches!(schema.kind, SchemaKind::Reference(_));
    if matches!(&schema.kind, SchemaKind::Number(number) if number.integer) {
        schema.default.iter_mut().for_each(normalize_integer);
    }
    fields.deny_unknown_with(keyword_help);
    Ok(schema)
}

/// What to do about a keyword that the schema's type does not have.
fn keyword_help(keyword: &str) -> String {
    let alternatives = [
        ("anyOf", "use oneOf with a discriminator"),
        ("const", "use an enum of one string"),
        ("discriminator", "move it to the oneOf that lists the variants"),
        ("not", "spell out what is allowed"),
    ];
    if let Some((_, help)) = alternatives.iter().find(|(known, _)| *known == keyword) {
        return (*help).to_owned();
    }
    let known = TYPED_KEYWORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(keyword));
    match known {
        Some((known, type_name)) if *known == keyword => {
            format!("remove it; it applies to the type {type_name}")
        }
        Some((known, _)) => format!("write `{known}`"),
        None => "remove it".to_owned(),
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
        return parse_all_of(all_of, fields, context);
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
        "object" => parse_object(fields, context).map(SchemaKind::Object),
        other => error_at(
            span,
            format!("unknown type `{other}`"),
            format!("use one of {}", TYPES.join(", ")),
        ),
    }
}

fn parse_array<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Result<ArrayConstraints> {
    let min_items = fields.optional_count("minItems");
    let max_items = fields.optional_count("maxItems");
    let unique_items = fields.flag("uniqueItems");
    let items = Box::new(parse_schema(fields.required("items")?, context));
    Ok(ArrayConstraints { items, min_items, max_items, unique_items })
}
