//! Constraints of strings.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::fields::Fields;
use crate::diagnostic::{Diagnostics, Result, Span, error_at};
use crate::model::StringConstraints;
use crate::yaml::{Entry, Node};
use crate::{json_schema, pattern, validator};

const FORMATS: [&str; 7] = ["email", "date-time", "date", "uuid", "uri", "password", "binary"];

pub(super) fn parse_string(
    fields: &mut Fields,
    diagnostics: &Diagnostics,
    nullable: bool,
) -> StringConstraints {
    let (min_length, max_length) = fields.optional_counts("minLength", "maxLength");
    let enum_values = fields.optional("enum");
    let mut string = StringConstraints {
        format: parse_format(fields, &FORMATS),
        min_length,
        max_length,
        pattern: fields.parse("pattern", parse_pattern),
        enum_values: Vec::new(),
    };
    if let Some(entry) = enum_values
        && let Some(values) = diagnostics.ok(parse_enum(entry, nullable, diagnostics))
    {
        check_enum(&values, &string, diagnostics);
        string.enum_values = values.into_iter().map(|(value, _)| value).collect();
    }
    string
}

/// Reports values that the other constraints exclude.
fn check_enum(values: &[(String, Span)], string: &StringConstraints, diagnostics: &Diagnostics) {
    let schema = json_schema::string(string);
    if schema == json!({}) {
        return;
    }
    let Ok(validator) = validator::compile(&schema) else { return };
    for (value, span) in values {
        if let Err(error) = validator.validate(&json!(value)) {
            let message = format!("an enum value that the schema excludes: {error}");
            diagnostics.error(*span, message, "remove the value, or correct the schema");
        }
    }
}

pub(super) fn parse_format(
    fields: &mut Fields,
    supported: &[&'static str],
) -> Option<&'static str> {
    fields.parse("format", |node| {
        let format = node.string()?;
        match supported.iter().find(|supported| **supported == format) {
            Some(supported) => Ok(*supported),
            None => error_at(
                node.span,
                format!("format `{format}` is not supported for this type"),
                format!("use one of {}, or remove it", supported.join(", ")),
            ),
        }
    })
}

fn parse_pattern(node: &Node) -> Result<String> {
    let pattern = node.string()?;
    match pattern::check(pattern) {
        Ok(()) => Ok(pattern.to_owned()),
        Err(error) => {
            error_at(node.span, format!("unsupported pattern: {}", error.reason), error.help)
        }
    }
}

/// The strings of an enum with their places. Its list must contain `null` exactly if the schema is nullable.
fn parse_enum(
    entry: &Entry,
    nullable: bool,
    diagnostics: &Diagnostics,
) -> Result<Vec<(String, Span)>> {
    let items = entry.value.items()?;
    if items.is_empty() {
        return error_at(entry.value.span, "empty enum", "list at least one string");
    }
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for item in items {
        let value = diagnostics.ok(parse_enum_value(item, nullable));
        if value.is_some() && !seen.insert(value.clone()) {
            let message = format!("duplicate enum value {}", item.json()?);
            diagnostics.error(item.span, message, "remove one of the two");
        } else {
            values.extend(value.flatten().map(|value| (value, item.span)));
        }
    }
    if nullable && !seen.contains(&Some(None)) {
        return error_at(
            entry.span,
            "`nullable` has no effect on an enum without null",
            "add null to the list",
        );
    }
    Ok(values)
}

/// A string, or `None` for null.
fn parse_enum_value(item: &Node, nullable: bool) -> Result<Option<String>> {
    match item.json()? {
        Value::Null if nullable => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => error_at(
            item.span,
            format!("enum value is {}", item.type_name()),
            "write a string; put it in quotes",
        ),
    }
}
