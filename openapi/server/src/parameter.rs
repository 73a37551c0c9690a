//! Parameters: text in the path, the query and headers, read into JSON values
//! so that the same validator checks them as checks bodies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::Request;
use serde_json::Value;

use crate::json;
use crate::violation::Violation;

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
    pub values: Values,
    /// How each value is read.
    pub text: Text,
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
pub enum Values {
    /// One.
    Single,
    /// An array, a `name=value` for each item.
    Repeated,
    /// An array, items separated by commas.
    Commas,
}

/// How text becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// As it is.
    String,
    /// As a JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// The pairs of a query string. A part that is not UTF-8 has no value.
pub(crate) fn query(text: &str) -> Vec<(Cow<'_, str>, Option<String>)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pair = |pair| {
        let (name, value) = str::split_once(pair, '=').unwrap_or((pair, ""));
        // A name that is not UTF-8 is nobody's.
        (Cow::Owned(form_decode(name).unwrap_or_default()), form_decode(value))
    };
    pairs.map(pair).collect()
}

fn form_decode(text: &str) -> Option<String> {
    let spaces = text.replace('+', " ");
    percent_decode_str(&spaces).decode_utf8().ok().map(Cow::into_owned)
}

/// Reads one parameter; `None` if it is absent or so wrong that there is no
/// value to check, which is then among the violations.
pub(crate) fn read(
    spec: &ParameterSpec,
    request: &Request,
    query: &[(Cow<'_, str>, Option<String>)],
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let texts: Option<Vec<Cow<'_, str>>> = match spec.location {
        Location::Path => request.raw_path_param(spec.name).map(decode).into_iter().collect(),
        Location::Query => query
            .iter()
            .filter(|(name, _)| name == spec.name)
            .map(|(_, value)| value.as_deref().map(Cow::Borrowed))
            .collect(),
        Location::Header => {
            let values = request.headers().get_all(spec.name).iter();
            values.map(|value| value.to_str().ok().map(Cow::Borrowed)).collect()
        }
    };
    let mut wrong = |rule, message: &str| {
        let pointer = format!("/{}", spec.name);
        violations.push(Violation::new(spec.location.name(), pointer, rule, message));
        None
    };
    let Some(texts) = texts else { return wrong("type", "must be text in UTF-8") };
    match (spec.values, texts.as_slice()) {
        (_, []) if spec.required => wrong("required", "is required"),
        (_, []) => None,
        (Values::Repeated, texts) => {
            Some(texts.iter().map(|text| value(spec.text, text)).collect())
        }
        (Values::Commas, [text]) => {
            Some(text.split(',').map(|text| value(spec.text, text.trim())).collect())
        }
        (Values::Single, [text]) => Some(value(spec.text, text)),
        (_, [_, _, ..]) => wrong("duplicate", "must be given once"),
    }
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

/// Text that does not have the form of its type stays text: the validator
/// then reports the type.
fn value(kind: Text, text: &str) -> Value {
    let parsed = match kind {
        Text::String => None,
        Text::Number => json::parse(text.as_bytes()).ok().filter(Value::is_number),
        Text::Boolean => text.parse().ok().map(Value::Bool),
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A header or query parameter that is given exactly once, as it is.
pub(crate) fn single(location: Location, name: &str, request: &Request) -> Option<String> {
    match location {
        Location::Header => request.headers().get(name)?.to_str().ok().map(str::to_owned),
        Location::Query => {
            let pairs = query(request.uri().query().unwrap_or_default());
            pairs.into_iter().find(|(known, _)| known == name).and_then(|(_, value)| value)
        }
        Location::Path => None,
    }
}
