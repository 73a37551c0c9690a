//! Text as a JSON value of the type that the spec says.

use serde_json::Value;

use crate::json;
use crate::spec::PrimitiveType;

/// Text that is not JSON remains a string, whose type the validator reports.
pub(crate) fn from_json(text: &str) -> Value {
    json::parse(text.as_bytes()).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Text that is not in the syntax of its type remains a string, whose type the validator reports.
pub(crate) fn value(kind: PrimitiveType, text: &str) -> Value {
    let boolean = || text.parse().ok().map(Value::Bool);
    let parsed = match kind {
        PrimitiveType::String => None,
        PrimitiveType::Number => number(text),
        PrimitiveType::Boolean => boolean(),
        PrimitiveType::Any => number(text).or_else(boolean),
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
