//! Constraints of integers and numbers.

use serde_json::Number;

use super::fields::Fields;
use super::string::parse_format;
use crate::diagnostic::{Result, error_at};
use crate::model::NumberConstraints;

pub(super) fn parse_number(fields: &mut Fields, integer: bool) -> Result<NumberConstraints> {
    let formats: &[&'static str] = if integer { &["int32", "int64"] } else { &["float", "double"] };
    let format = parse_format(fields, formats)?;
    let minimum = fields.optional("minimum").map(|entry| entry.value.number()).transpose()?;
    let maximum = fields.optional("maximum").map(|entry| entry.value.number()).transpose()?;
    let number = NumberConstraints {
        integer,
        format,
        exclusive_minimum: parse_exclusive(fields, "exclusiveMinimum", minimum.is_some())?,
        exclusive_maximum: parse_exclusive(fields, "exclusiveMaximum", maximum.is_some())?,
        minimum,
        maximum,
        multiple_of: parse_multiple_of(fields)?,
    };
    if let Some(entry) = fields.optional("enum") {
        return error_at(
            entry.position,
            "an enum of numbers is not supported; use an enum of strings",
        );
    }
    Ok(number)
}

/// OpenAPI 3.0 has a flag beside the bound, where later versions have a second bound.
fn parse_exclusive(fields: &mut Fields, key: &str, has_bound: bool) -> Result<bool> {
    let Some(entry) = fields.optional(key) else { return Ok(false) };
    let Ok(exclusive) = entry.value.boolean() else {
        return error_at(
            entry.value.position,
            format!("`{key}` is not a boolean; in OpenAPI 3.0 it must be true or false"),
        );
    };
    if !has_bound {
        return error_at(
            entry.position,
            format!("`{key}` has no effect without its bound; add the bound or remove it"),
        );
    }
    Ok(exclusive)
}

fn parse_multiple_of(fields: &mut Fields) -> Result<Option<Number>> {
    let Some(entry) = fields.optional("multipleOf") else { return Ok(None) };
    let number = entry.value.number()?;
    if number.as_f64().is_none_or(|value| value <= 0.0) {
        return error_at(
            entry.value.position,
            format!("`multipleOf` is {number}; must be greater than 0"),
        );
    }
    Ok(Some(number))
}
