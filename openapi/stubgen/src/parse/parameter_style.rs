//! How parameters and headers are written: `style` with `explode`, or `content`.

use super::context::Context;
use super::example::parse_examples;
use super::fields::Fields;
use super::schema;
use crate::diagnostic::{Result, Span, SpecError, error_at};
use crate::model::{Format, Location, Schema, SchemaKind, Spanned, Style, format_of};
use crate::yaml::{Entry, Node};

/// What belongs to `schema`, and is not allowed beside `content`.
const KEYWORDS_OF_SCHEMA: [&str; 6] =
    ["schema", "style", "explode", "allowReserved", "example", "examples"];

/// What `schema` with its keywords, or `content`, say of a value.
pub(super) struct Value {
    pub style: Style,
    pub explode: bool,
    /// The span of the keyword.
    pub explode_span: Option<Span>,
    pub schema: Schema,
    pub examples: Vec<Spanned>,
}

/// Reads the value. The location is unknown if it is invalid, which has been reported.
pub(super) fn parse<'a>(
    fields: &mut Fields<'a>,
    location: Option<Location>,
    context: &Context<'a>,
) -> Result<Value> {
    let Some(location) = location else {
        fields.ignore(&KEYWORDS_OF_SCHEMA);
        fields.ignore(&["content"]);
        return Err(SpecError::Reported);
    };
    let style = context.diagnostics.check(parse_style(fields, location));
    if let Some(content) = fields.optional("content") {
        for keyword in KEYWORDS_OF_SCHEMA {
            let Some(entry) = fields.optional(keyword) else { continue };
            let message = format!("`{keyword}` beside `content`");
            let help = "remove one of the two; examples belong to the media type";
            context.diagnostics.error(entry.span, message, help);
        }
        return context.diagnostics.check(parse_content(content, location, context));
    }
    let explode_span = fields.peek("explode").map(|entry| entry.span);
    let explode = fields.parse("explode", Node::boolean);
    let examples = parse_examples(fields, context);
    let schema = fields.required("schema").map(|node| schema::parse_schema(node, context));
    let (style, schema) = (style?, schema?);
    let explode = explode.unwrap_or(style == Style::Form);
    Ok(Value { style, explode, explode_span, schema, examples })
}

fn parse_style(fields: &mut Fields, location: Location) -> Result<Style> {
    let styles = location.styles();
    if fields.peek("content").is_some() {
        return Ok(Style::Json);
    }
    let Some(entry) = fields.optional("style") else { return Ok(styles[0]) };
    let name = entry.value.string()?;
    match styles.iter().find(|style| style.name() == name) {
        Some(style) => Ok(*style),
        None => {
            let names: Vec<&str> = styles.iter().map(|style| style.name()).collect();
            let message = format!("the style `{name}` is not defined in {}", location.name());
            error_at(entry.value.span, message, format!("use {}", names.join(", ")))
        }
    }
}

/// A value with a media type, of which there is exactly one.
fn parse_content<'a>(entry: &'a Entry, location: Location, context: &Context<'a>) -> Result<Value> {
    let media_types = entry.value.entries()?.iter().filter(|entry| !entry.key.starts_with("x-"));
    let media_types: Vec<&Entry> = media_types.collect();
    let [media_type] = media_types.as_slice() else {
        return error_at(entry.span, "`content` needs one media type", "write a single one");
    };
    let style = match format_of(media_type.key.trim()) {
        Some(Format::Json) => Style::Json,
        Some(Format::Text) => location.styles()[0],
        // Text, though the server does not know what it means.
        Some(Format::Stream) if is_string(&media_type.value) => location.styles()[0],
        _ => {
            return error_at(
                media_type.span,
                format!("unsupported media type `{}` of a parameter or header", media_type.key),
                "use application/json, or `type: string`",
            );
        }
    };
    let mut fields = context.fields(&media_type.value, "a media type")?;
    let schema = fields.optional("schema");
    let schema = schema.map_or_else(
        || Schema::new(media_type.value.span, SchemaKind::Any),
        |schema| schema::parse_schema(&schema.value, context),
    );
    let examples = parse_examples(&mut fields, context);
    if let Some(encoding) = fields.optional("encoding") {
        let message = "`encoding` has no effect: this is not a form";
        context.diagnostics.warning(encoding.span, message, "remove it");
    }
    fields.deny_unknown();
    Ok(Value { style, explode: false, explode_span: None, schema, examples })
}

/// Whether the schema of a media type is that of a string.
fn is_string(media_type: &Node) -> bool {
    let kind = media_type.get("schema").and_then(|schema| schema.get("type"));
    kind.is_some_and(|kind| kind.string().is_ok_and(|kind| kind == "string"))
}
