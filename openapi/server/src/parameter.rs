//! Parameters: text from the path, the query and headers, parsed into JSON values so that one
//! validator checks parameters and bodies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::Request;
use serde_json::Value;

use crate::json;
use crate::violation::{Path, Report};

/// What the generator records of a parameter.
#[derive(Debug)]
pub struct ParameterSpec {
    /// The name, as in the spec.
    pub name: &'static str,
    /// `in` of the spec.
    pub location: Location,
    /// Whether it must be present.
    pub required: bool,
    /// Whether it is an array, and how its items are separated.
    pub values: ArrayStyle,
    /// The type of its value, or of each item.
    pub text: PrimitiveType,
    /// The default as JSON.
    pub default: Option<&'static str>,
}

/// Where a request carries a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
}

impl Location {
    /// The location as the spec writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// How a parameter represents an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayStyle {
    /// It is not an array.
    Single,
    /// One `name=value` for each item.
    Repeated,
    /// Items separated by commas.
    Commas,
}

/// How the text of a parameter becomes a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimitiveType {
    /// Unchanged.
    String,
    /// In the syntax of a JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl ParameterSpec {
    /// Where violations of this parameter are reported.
    pub(crate) fn path(&self) -> Path<'static> {
        Path::parameter(self.location.name(), self.name)
    }
}

/// A decoded name and its value in a query string. The value is `None` if it is not UTF-8.
pub(crate) type Pair<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// Parses a query string.
pub(crate) fn query(text: &str) -> Vec<Pair<'_>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pair = |pair| {
        let (name, value) = str::split_once(pair, '=').unwrap_or((pair, ""));
        // A name that is not UTF-8 matches no parameter.
        (form_decode(name).unwrap_or(Cow::Borrowed("\u{fffd}")), form_decode(value))
    };
    pairs.map(pair).collect()
}

fn form_decode(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        let spaces = text.replace('+', " ");
        let decoded = percent_decode_str(&spaces).decode_utf8().ok()?;
        return Some(Cow::Owned(decoded.into_owned()));
    }
    percent_decode_str(text).decode_utf8().ok()
}

/// Reads one parameter. `None` if it is absent, or if it is malformed, which is then reported.
pub(crate) fn read(
    spec: &ParameterSpec,
    request: &Request,
    query: &[Pair<'_>],
    report: &mut Report,
) -> Option<Value> {
    let Some(texts) = texts(spec, request, query) else {
        report.add(&spec.path(), "type", encoding(spec.location));
        return None;
    };
    match (spec.values, texts.as_slice()) {
        (_, []) => {
            if spec.required {
                report.required(&spec.path());
            }
            None
        }
        (ArrayStyle::Repeated, texts) => Some(array(spec.text, texts.iter().copied())),
        (ArrayStyle::Commas, texts) if spec.location == Location::Header => {
            Some(array(spec.text, list_items(texts)))
        }
        (ArrayStyle::Commas, [text]) => Some(array(spec.text, text.split(','))),
        (ArrayStyle::Single, [text]) => Some(value(spec.text, text)),
        (_, [_, _, ..]) => {
            report.add(&spec.path(), "duplicate", "must not be repeated");
            None
        }
    }
}

/// What is expected of the characters of a parameter.
fn encoding(location: Location) -> &'static str {
    match location {
        Location::Header => "must be printable ASCII",
        Location::Path | Location::Query => "must be valid UTF-8",
    }
}

fn array<'a>(kind: PrimitiveType, items: impl Iterator<Item = &'a str>) -> Value {
    items.map(|item| value(kind, item)).collect()
}

/// The items of a header. Its lines form one list, whose empty items are ignored (RFC 9110, 5.3 and
/// 5.6.1).
fn list_items<'a>(lines: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let items = lines.iter().flat_map(|line| line.split(','));
    items.map(|item| item.trim_matches([' ', '\t'])).filter(|item| !item.is_empty())
}

/// The texts that a request contains for a parameter. `None` if one of them is malformed.
fn texts<'a>(
    spec: &ParameterSpec,
    request: &'a Request,
    query: &'a [Pair<'_>],
) -> Option<Vec<&'a str>> {
    match spec.location {
        // The router has decoded this segment. One that is not UTF-8 is missing.
        Location::Path => request.raw_path_param(spec.name).map(|text| vec![text]),
        Location::Query => {
            let of_name = query.iter().filter(|(name, _)| name == spec.name);
            of_name.map(|(_, value)| value.as_deref()).collect()
        }
        Location::Header => {
            let values = request.headers().get_all(spec.name).iter();
            values.map(|value| value.to_str().ok()).collect()
        }
    }
}

/// Text that is not in the syntax of its type remains a string, whose type the validator reports.
pub(crate) fn value(kind: PrimitiveType, text: &str) -> Value {
    let parsed = match kind {
        PrimitiveType::String => None,
        PrimitiveType::Number => number(text),
        PrimitiveType::Boolean => text.parse().ok().map(Value::Bool),
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A JSON number without the whitespace that JSON allows around it.
fn number(text: &str) -> Option<Value> {
    let digit = |c: char| c.is_ascii_digit();
    if !text.starts_with(|c| c == '-' || digit(c)) || !text.ends_with(digit) {
        return None;
    }
    json::parse(text.as_bytes()).ok()
}
