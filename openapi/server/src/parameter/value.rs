//! Values from the text of a parameter.

use std::borrow::Cow;

use serde_json::Value;

use super::head::Head;
use super::lookup::texts;
use super::malformed::Malformed;
use super::{object, path_style};
use crate::operation::Parameter;
use crate::primitive::{from_json, value};
use crate::spec::{Location, PrimitiveType, ValueStyle};
use crate::text::Text;
use crate::violation::Report;

/// A value that a parameter has by its own name.
pub(super) fn from_texts(
    parameter: &Parameter,
    head: &Head<'_>,
    report: &mut Report,
) -> Result<Option<Value>, Malformed> {
    let spec = parameter.spec;
    let texts = texts(spec, head).ok_or_else(|| Malformed::characters(spec.location))?;
    if texts.is_empty() {
        return Ok(None);
    }
    let style = match (&spec.values, texts.as_slice()) {
        (ValueStyle::OrEmpty(_), [text]) if text.raw.is_empty() => return Ok(None),
        (ValueStyle::OrEmpty(style), _) => style,
        (style, _) => style,
    };
    let (style, texts) = path_style::without_prefix(spec.name, style, texts)?;
    match (style, texts.as_slice()) {
        (ValueStyle::Either(style), texts @ [text]) => {
            let text = text.decoded().ok_or_else(|| Malformed::characters(spec.location))?;
            let scalar = single(parameter, &text);
            if parameter.checker.is_valid(&scalar) {
                return Ok(Some(scalar));
            }
            let array = in_style(parameter, style, texts, report)?;
            Ok(Some(if parameter.checker.is_valid(&array) { array } else { scalar }))
        }
        (ValueStyle::Either(style), texts) => in_style(parameter, style, texts, report).map(Some),
        (style, texts) => in_style(parameter, style, texts, report).map(Some),
    }
}

/// The value that the texts of a parameter have in a style. There is at least one.
fn in_style(
    parameter: &Parameter,
    style: &ValueStyle,
    texts: &[Text<'_>],
    report: &mut Report,
) -> Result<Value, Malformed> {
    let spec = parameter.spec;
    let is_list = match style {
        ValueStyle::Repeated | ValueStyle::JsonItems => true,
        // The lines of a header form one list (RFC 9110, 5.3).
        ValueStyle::Commas | ValueStyle::Object { .. } => spec.location == Location::Header,
        _ => false,
    };
    if texts.len() > 1 && !is_list {
        return Err(Malformed::duplicate());
    }
    let parts: Option<Vec<Vec<Cow<'_, str>>>> =
        texts.iter().map(|text| parts(spec.location, style, *text)).collect();
    let parts = parts.ok_or_else(|| Malformed::characters(spec.location))?;
    let mut parts = parts.into_iter().flatten();
    match style {
        ValueStyle::JsonItems => Ok(parts.map(|text| from_json(&text)).collect()),
        ValueStyle::Repeated | ValueStyle::Commas | ValueStyle::Separated(_) => {
            Ok(parts.map(|item| value(spec.text, &item)).collect())
        }
        ValueStyle::Object { fields, has_names, .. } => {
            object::from_parts(spec, fields, *has_names, parts, report)
        }
        ValueStyle::Json => Ok(parts.next().map(|text| from_json(&text)).unwrap_or_default()),
        _ => Ok(parts.next().map(|text| single(parameter, &text)).unwrap_or_default()),
    }
}

/// The parts of a text that a style separates. `None` if it is not UTF-8.
fn parts<'a>(location: Location, style: &ValueStyle, text: Text<'a>) -> Option<Vec<Cow<'a, str>>> {
    let separator = match style {
        ValueStyle::Commas => ',',
        ValueStyle::Separated(separator) | ValueStyle::Object { separator, .. } => *separator,
        _ => return text.decoded().map(|text| vec![text]),
    };
    if location != Location::Header {
        return text.split(separator);
    }
    // Empty items of a header are ignored (RFC 9110, 5.6.1).
    let parts = text.raw.split(separator).map(|item| item.trim_matches([' ', '\t']));
    let is_item = |item: &&str| !matches!(style, ValueStyle::Commas) || !item.is_empty();
    Some(parts.filter(is_item).map(Cow::Borrowed).collect())
}

/// A text whose schema allows several types is a string if the schema rejects the number or boolean
/// that it could be.
fn single(parameter: &Parameter, text: &str) -> Value {
    let value = value(parameter.spec.text, text);
    if parameter.spec.text == PrimitiveType::Any && !parameter.checker.is_valid(&value) {
        return Value::String(text.to_owned());
    }
    value
}
