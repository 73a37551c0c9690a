//! The bodies of errors of an implementation to start from.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ApiError;
use crate::newtype::validated;
use crate::schema::json_literal;
use crate::typed;

/// An error's body of the spec's type: the sample that the generator wrote, with the message, the
/// status and the code of the error in their places.
///
/// # Panics
/// If the text is not of that type.
pub fn error_sample<T: DeserializeOwned>(error: &ApiError, sample: &str) -> T {
    let mut value = json_literal(sample);
    fill(&mut value, error);
    // A sample has the form of the type, not its constraints.
    validated(|| typed::from_value(value)).expect("the generator writes values of the type")
}

fn fill(value: &mut Value, error: &ApiError) {
    match value {
        Value::String(text) => match text.as_str() {
            "$message" => text.clone_from(&error.body().error.message),
            "$code" => *text = error.body().error.code.clone().into_owned(),
            "$status" => *value = error.status().as_u16().into(),
            _ => {}
        },
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, error)),
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, error)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_replaced_at_every_depth() {
        let sample =
            r#"{"items": [{"text": "$message"}, ["$code"]], "status": "$status", "x": "$"}"#;
        let body: Value = error_sample(&ApiError::conflict("Sold"), sample);
        let items = json!([{ "text": "Sold" }, ["CONFLICT"]]);
        assert_eq!(body, json!({ "items": items, "status": 409, "x": "$" }));
    }
}
