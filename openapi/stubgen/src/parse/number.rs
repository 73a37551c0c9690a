//! Constraints of integers and numbers.

use serde_json::Number;

use super::fields::Fields;
use super::string::parse_format;
use crate::diagnostic::{Diagnostics, Result, error_at};
use crate::model::NumberConstraints;
use crate::yaml::Node;

pub(super) fn parse_number(
    fields: &mut Fields,
    diagnostics: &Diagnostics,
    integer: bool,
) -> NumberConstraints {
    let formats: &[&'static str] = if integer { &["int32", "int64"] } else { &["float", "double"] };
    let format = parse_format(fields, formats);
    let has_minimum = fields.peek("minimum").is_some();
    let has_maximum = fields.peek("maximum").is_some();
    if let Some(entry) = fields.optional("enum") {
        let message = "an enum of numbers is not supported";
        diagnostics.error(entry.span, message, "use an enum of strings, or minimum and maximum");
    }
    check_range(fields, diagnostics, integer.then_some(format));
    let exclusive_minimum = parse_exclusive(fields, "exclusiveMinimum", has_minimum);
    let exclusive_maximum = parse_exclusive(fields, "exclusiveMaximum", has_maximum);
    NumberConstraints {
        integer,
        format,
        minimum: fields.parse("minimum", Node::number),
        maximum: fields.parse("maximum", Node::number),
        exclusive_minimum: diagnostics.ok(exclusive_minimum).unwrap_or(false),
        exclusive_maximum: diagnostics.ok(exclusive_maximum).unwrap_or(false),
        multiple_of: fields.parse("multipleOf", parse_multiple_of),
    }
}

/// Reports a range without values. `integer` is the format of an integer.
fn check_range(fields: &Fields, diagnostics: &Diagnostics, integer: Option<Option<&str>>) {
    let bound = |key| {
        let entry = fields.peek(key)?;
        Some((entry.value.number().ok()?, entry.value.span))
    };
    let minimum = bound("minimum");
    let maximum = bound("maximum");
    if let (Some((low, _)), Some((high, span))) = (&minimum, &maximum)
        && low.as_f64() > high.as_f64()
    {
        let message = format!("the maximum {high} is less than the minimum {low}");
        diagnostics.error(*span, message, "correct one of the two");
    }
    let Some(format) = integer else { return };
    let (bits, low, high) = match format {
        Some("int32") => (32, i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (64, i64::MIN, i64::MAX),
    };
    let beyond = [
        minimum.filter(|(minimum, _)| exceeds(minimum, high)),
        maximum.filter(|(maximum, _)| falls_below(maximum, low)),
    ];
    for (bound, span) in beyond.into_iter().flatten() {
        let message = format!("no integer of {bits} bits satisfies the bound {bound}");
        diagnostics.error(span, message, "correct the bound or the format");
    }
}

fn exceeds(number: &Number, high: i64) -> bool {
    match number.as_i64() {
        Some(value) => value > high,
        None => number.as_f64().is_some_and(|value| value > high as f64) || number.is_u64(),
    }
}

fn falls_below(number: &Number, low: i64) -> bool {
    match number.as_i64() {
        Some(value) => value < low,
        None => number.as_f64().is_some_and(|value| value < low as f64),
    }
}

/// OpenAPI 3.0 has a flag beside the bound, where later versions have a second bound.
fn parse_exclusive(fields: &mut Fields, key: &str, has_bound: bool) -> Result<bool> {
    let Some(entry) = fields.optional(key) else { return Ok(false) };
    let Ok(exclusive) = entry.value.boolean() else {
        return error_at(
            entry.value.span,
            format!("`{key}` is not a boolean"),
            "write true or false, and the bound as `minimum` or `maximum`, as in OpenAPI 3.0",
        );
    };
    if !has_bound {
        return error_at(
            entry.span,
            format!("`{key}` has no effect without its bound"),
            "add the bound, or remove it",
        );
    }
    Ok(exclusive)
}

fn parse_multiple_of(node: &Node) -> Result<Number> {
    let number = node.number()?;
    if number.as_f64().is_none_or(|value| value <= 0.0) {
        let message = format!("`multipleOf` is {number}");
        return error_at(node.span, message, "write a number greater than 0");
    }
    Ok(number)
}
