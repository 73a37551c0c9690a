//! Constraints of integers and numbers.

use std::cmp::Ordering;

use serde_json::Number;

use super::fields::Fields;
use super::string;
use crate::diagnostic::{Diagnostics, Result, Span, error_at};
use crate::model::NumberConstraints;
use crate::yaml::Node;

const INTEGER_FORMATS: [&str; 8] =
    ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];

pub(super) fn parse_number(
    fields: &mut Fields,
    diagnostics: &Diagnostics,
    integer: bool,
) -> NumberConstraints {
    let (integer, format) = parse_format(fields, diagnostics, integer);
    let [minimum, maximum] = ["minimum", "maximum"].map(|key| span_of(fields, key));
    let exclusive_minimum =
        parse_exclusive(fields, "exclusiveMinimum", minimum.is_some(), diagnostics);
    let exclusive_maximum =
        parse_exclusive(fields, "exclusiveMaximum", maximum.is_some(), diagnostics);
    let number = NumberConstraints {
        integer,
        format,
        minimum: fields.parse("minimum", Node::number),
        maximum: fields.parse("maximum", Node::number),
        exclusive_minimum: diagnostics.ok(exclusive_minimum).unwrap_or(false),
        exclusive_maximum: diagnostics.ok(exclusive_maximum).unwrap_or(false),
        multiple_of: fields.parse("multipleOf", parse_multiple_of),
    };
    check_bounds(&number, maximum, diagnostics);
    check_type_range(&number, [minimum, maximum], diagnostics);
    number
}

/// The formats of integers make a number an integer.
fn parse_format(
    fields: &mut Fields,
    diagnostics: &Diagnostics,
    integer: bool,
) -> (bool, Option<&'static str>) {
    if integer {
        return (true, string::parse_format(fields, &INTEGER_FORMATS, diagnostics));
    }
    let formats = [&INTEGER_FORMATS[..], &["float", "double"]].concat();
    let format = string::parse_format(fields, &formats, diagnostics);
    (format.is_some_and(|format| INTEGER_FORMATS.contains(&format)), format)
}

fn span_of(fields: &Fields, key: &str) -> Option<Span> {
    fields.peek(key).map(|entry| entry.value.span)
}

/// Reports a range without values.
fn check_bounds(number: &NumberConstraints, maximum: Option<Span>, diagnostics: &Diagnostics) {
    let (Some(low), Some(high), Some(span)) = (&number.minimum, &number.maximum, maximum) else {
        return;
    };
    let is_exclusive = number.exclusive_minimum || number.exclusive_maximum;
    let message = match compare(high, low) {
        Ordering::Less => format!("the maximum {high} is less than the minimum {low}"),
        Ordering::Equal if is_exclusive => format!("no number is between {low} and {high}"),
        Ordering::Equal | Ordering::Greater => return,
    };
    diagnostics.error(span, message, "correct one of the two");
}

/// Reports bounds that no value or every value of the type satisfies.
fn check_type_range(
    number: &NumberConstraints,
    [minimum, maximum]: [Option<Span>; 2],
    diagnostics: &Diagnostics,
) {
    let Some((low, high)) = number.range() else { return };
    let format = number.format.unwrap_or("int64");
    let bounds = [
        (&number.minimum, minimum, number.exclusive_minimum, [&high, &low], Ordering::Greater),
        (&number.maximum, maximum, number.exclusive_maximum, [&low, &high], Ordering::Less),
    ];
    for (bound, span, is_exclusive, [last, first], beyond) in bounds {
        let (Some(bound), Some(span)) = (bound, span) else { continue };
        let order = compare(bound, last);
        if order == beyond || (order == Ordering::Equal && is_exclusive) {
            let message = format!("no {format} satisfies the bound {bound}");
            diagnostics.error(span, message, "correct the bound or the format");
        } else if compare(bound, first) == beyond.reverse() {
            let message = format!("every {format} satisfies the bound {bound}");
            diagnostics.warning(span, message, "remove the bound, or correct it or the format");
        }
    }
}

/// Integers exactly, others as doubles.
fn compare(a: &Number, b: &Number) -> Ordering {
    match (to_integer(a), to_integer(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
    }
}

fn to_integer(number: &Number) -> Option<i128> {
    // Every integer up to here fits into 128 bits.
    const MAX: f64 = 1e38;
    let of_double = || number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < MAX);
    number.as_i128().or_else(|| of_double().map(|value| value as i128))
}

/// OpenAPI 3.0 has a flag beside the bound, where later versions have a second bound.
fn parse_exclusive(
    fields: &mut Fields,
    key: &str,
    has_bound: bool,
    diagnostics: &Diagnostics,
) -> Result<bool> {
    let Some(entry) = fields.optional(key) else { return Ok(false) };
    let Ok(exclusive) = entry.value.boolean() else {
        return error_at(
            entry.value.span,
            format!("`{key}` is not a boolean"),
            "write true or false, and the bound as `minimum` or `maximum`, as in OpenAPI 3.0",
        );
    };
    if !has_bound {
        let message = format!("`{key}` has no effect without its bound");
        diagnostics.warning(entry.span, message, "add the bound, or remove it");
        return Ok(false);
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
