//! Parameters: text in the path, the query and headers, read into JSON values
//! so that the same validator checks them as checks bodies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::Request;
use serde_json::Value;

use crate::json;
use crate::violation::{Path, Report};

/// What the generator knows of a parameter.
#[derive(Debug)]
pub struct ParameterSpec {
    /// As in the spec.
    pub name: &'static str,
    /// Where it stands.
    pub location: Location,
    /// Whether it must be there.
    pub required: bool,
    /// How many values it has.
    pub values: ArrayStyle,
    /// How each value is read.
    pub text: PrimitiveType,
    /// The default, as JSON.
    pub default: Option<&'static str>,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
}

impl Location {
    /// As the spec writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// How many values a parameter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayStyle {
    /// One.
    Single,
    /// An array, a `name=value` for each item.
    Repeated,
    /// An array, items separated by commas.
    Commas,
}

/// How text becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimitiveType {
    /// As it is.
    String,
    /// As a JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl ParameterSpec {
    /// Where violations say that it is.
    pub(crate) fn path(&self) -> Path<'static> {
        Path::parameter(self.location.name(), self.name)
    }
}

/// A name and its value in a query string, decoded; `None` for a value that is not UTF-8.
pub(crate) type Pair<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// The pairs of a query string.
pub(crate) fn query(text: &str) -> Vec<Pair<'_>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pair = |pair| {
        let (name, value) = str::split_once(pair, '=').unwrap_or((pair, ""));
        // A name that is not UTF-8 is no parameter's.
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

/// Reads one parameter; `None` if it is absent or so wrong that there is no
/// value to check, which is then in the report.
pub(crate) fn read(
    spec: &ParameterSpec,
    request: &Request,
    query: &[Pair<'_>],
    report: &mut Report,
) -> Option<Value> {
    let path = spec.path();
    let Some(texts) = texts(spec, request, query) else {
        let expected = match spec.location {
            Location::Header => "must be printable ASCII",
            Location::Path | Location::Query => "must be text in UTF-8",
        };
        report.add(&path, "type", expected);
        return None;
    };
    match (spec.values, texts.as_slice()) {
        (_, []) => {
            if spec.required {
                report.required(&path);
            }
            None
        }
        (ArrayStyle::Repeated, texts) => {
            Some(texts.iter().map(|text| value(spec.text, text)).collect())
        }
        // Several lines of a header are one list, and empty items of it say nothing
        // (RFC 9110, 5.3 and 5.6.1).
        (ArrayStyle::Commas, texts) if spec.location == Location::Header => {
            let items = texts.iter().flat_map(|text| text.split(','));
            let items = items.map(|item| item.trim_matches([' ', '\t']));
            Some(items.filter(|item| !item.is_empty()).map(|item| value(spec.text, item)).collect())
        }
        (ArrayStyle::Commas, [text]) => {
            Some(text.split(',').map(|item| value(spec.text, item)).collect())
        }
        (ArrayStyle::Single, [text]) => Some(value(spec.text, text)),
        (_, [_, _, ..]) => {
            report.add(&path, "duplicate", "must be given once");
            None
        }
    }
}

/// Every text that a request gives for a parameter; `None` if one of them is no text.
fn texts<'a>(
    spec: &ParameterSpec,
    request: &'a Request,
    query: &'a [Pair<'_>],
) -> Option<Vec<&'a str>> {
    match spec.location {
        // The router has matched the path as it was sent and decoded this segment of
        // it; one that is not UTF-8 is missing.
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

/// PrimitiveType that does not have the form of its type stays text: the validator
/// then reports the type.
fn value(kind: PrimitiveType, text: &str) -> Value {
    let parsed = match kind {
        PrimitiveType::String => None,
        PrimitiveType::Number => number(text),
        PrimitiveType::Boolean => text.parse().ok().map(Value::Bool),
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A JSON number and nothing else: JSON text may have blanks around it.
fn number(text: &str) -> Option<Value> {
    let digit = |c: char| c.is_ascii_digit();
    if !text.starts_with(|c| c == '-' || digit(c)) || !text.ends_with(digit) {
        return None;
    }
    json::parse(text.as_bytes()).ok()
}

/// A header or query parameter that is given exactly once, as it is.
pub(crate) fn single(location: Location, name: &str, request: &Request) -> Option<String> {
    match location {
        Location::Header => {
            let mut values = request.headers().get_all(name).iter();
            let value = values.next()?.to_str().ok()?;
            values.next().is_none().then(|| value.to_owned())
        }
        Location::Query => {
            let pairs = query(request.uri().query().unwrap_or_default());
            let mut values = pairs.into_iter().filter(|(known, _)| known == name);
            let (_, value) = values.next()?;
            value.filter(|_| values.next().is_none()).map(Cow::into_owned)
        }
        Location::Path => None,
    }
}
