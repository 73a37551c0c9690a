//! Response headers in the style `simple`, and as JSON.

use poem::Response;
use poem::http::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::response::plain_text;

/// Sets a header whose value is a string, number or boolean, an array of these, or an object:
/// `G,200,R,100`, in alphabetical order. A string that HTTP does not allow in a header is logged
/// and left out: a line break would begin another header.
pub fn insert_header(response: &mut Response, name: &'static str, value: &impl Serialize) {
    insert(response, name, value, |value| match value {
        Value::Array(items) => join(items.into_iter().map(plain_text)),
        Value::Object(object) => join(pairs(object, ",")),
        other => plain_text(other),
    });
}

/// Like [`insert_header`], with objects as `G=200,R=100`.
pub fn insert_exploded_header(response: &mut Response, name: &'static str, value: &impl Serialize) {
    insert(response, name, value, |value| match value {
        Value::Array(items) => join(items.into_iter().map(plain_text)),
        Value::Object(object) => join(pairs(object, "=")),
        other => plain_text(other),
    });
}

/// Sets a header whose value is JSON.
pub fn insert_json_header(response: &mut Response, name: &'static str, value: &impl Serialize) {
    insert(response, name, value, |value| ascii(&value.to_string()));
}

/// JSON with other characters escaped: a header is ASCII.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            text.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

fn pairs(object: Map<String, Value>, between: &str) -> impl Iterator<Item = String> {
    let pair = move |(name, value)| format!("{name}{between}{}", plain_text(value));
    object.into_iter().map(pair)
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

fn insert(
    response: &mut Response,
    name: &'static str,
    value: &impl Serialize,
    to_text: impl FnOnce(Value) -> String,
) {
    let text = serde_json::to_value(value).map(to_text);
    let value = text.map(HeaderValue::try_from);
    match value {
        Ok(Ok(value)) => {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(Err(error)) => tracing::error!(header = name, %error, "invalid header value dropped"),
        Err(error) => tracing::error!(header = name, %error, "invalid header value dropped"),
    }
}
