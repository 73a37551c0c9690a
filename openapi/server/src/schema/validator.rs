//! Validators with the keywords and formats that specs use.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value, json};

use super::{base64, date_time, email, multiple_of};

/// Compiles a schema that the generator wrote.
///
/// # Panics
/// If the schema does not compile: the generator has compiled every pattern and resolved every
/// reference.
pub(crate) fn compile(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        // Linear in the input: a backtracking engine would let requests choose the slow cases.
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("date-time", date_time::is_date_time)
        .with_format("email", email::is_mailbox)
        .with_format("byte", base64::is_base64)
        .with_format("base64url", base64::is_base64url)
        .with_keyword("multipleOf", multiple_of::keyword)
        .build(schema)
        .expect("the generator has compiled every pattern and resolved every reference")
}

/// Compiles a schema with the components that it refers to.
pub(crate) fn compile_with(schema: &Value, components: &Value) -> Validator {
    let mut needed = Map::new();
    let mut pending = vec![schema];
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(object) => {
                pending.extend(object.values());
                let target = object.get("$ref").and_then(Value::as_str);
                let name = target.map(|target| target.trim_start_matches("#/$defs/"));
                if let Some(name) = name
                    && let Some(component) = components.get(name)
                    && needed.insert(name.to_owned(), component.clone()).is_none()
                {
                    pending.push(component);
                }
            }
            _ => {}
        }
    }
    if needed.is_empty() {
        return compile(schema);
    }
    compile(&json!({ "$defs": needed, "allOf": [schema] }))
}
