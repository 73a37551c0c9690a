//! Constraints of strings.

use serde_json::Value;

use super::fields::Fields;
use crate::diagnostic::{Result, error_at};
use crate::model::StringConstraints;
use crate::pattern;
use crate::yaml::Entry;

const FORMATS: [&str; 6] = ["email", "date-time", "date", "uuid", "uri", "password"];

pub(super) fn parse_string(fields: &mut Fields, nullable: bool) -> Result<StringConstraints> {
    Ok(StringConstraints {
        format: parse_format(fields, &FORMATS)?,
        min_length: fields.optional_count("minLength")?,
        max_length: fields.optional_count("maxLength")?,
        pattern: fields.optional("pattern").map(parse_pattern).transpose()?,
        enum_values: match fields.optional("enum") {
            Some(entry) => parse_enum(entry, nullable)?,
            None => Vec::new(),
        },
    })
}

pub(super) fn parse_format(
    fields: &mut Fields,
    supported: &[&'static str],
) -> Result<Option<&'static str>> {
    let Some(entry) = fields.optional("format") else { return Ok(None) };
    let format = entry.value.string()?;
    match supported.iter().find(|supported| **supported == format) {
        Some(supported) => Ok(Some(supported)),
        None => error_at(
            entry.value.position,
            format!(
                "format `{format}` is not supported for this type; expected one of {}",
                supported.join(", ")
            ),
        ),
    }
}

fn parse_pattern(entry: &Entry) -> Result<String> {
    let pattern = entry.value.string()?;
    match pattern::check(pattern) {
        Ok(()) => Ok(pattern.to_owned()),
        Err(reason) => error_at(entry.value.position, format!("unsupported pattern: {reason}")),
    }
}

/// The strings of an enum. Its list must contain `null` exactly if the schema is nullable.
fn parse_enum(entry: &Entry, nullable: bool) -> Result<Vec<String>> {
    let mut values: Vec<String> = Vec::new();
    let mut lists_null = false;
    for item in entry.value.items()? {
        match item.json()? {
            Value::Null if nullable && !lists_null => lists_null = true,
            Value::String(text) if !values.contains(&text) => values.push(text),
            Value::String(text) => {
                let message = format!("duplicate enum value `{text}`; must be unique");
                return error_at(item.position, message);
            }
            _ => {
                let message = format!("enum value is {}; expected a string", item.type_name());
                return error_at(item.position, message);
            }
        }
    }
    if values.is_empty() {
        return error_at(entry.value.position, "empty enum; list at least one string");
    }
    if nullable && !lists_null {
        let message = "`nullable` has no effect on an enum without null; add null to the list";
        return error_at(entry.position, message);
    }
    Ok(values)
}
