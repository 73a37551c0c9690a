//! The values that a schema allows, in words. The server enforces them; the docs of the generated
//! code state them.

use std::fmt::Display;

use serde_json::Number;

use crate::model::{
    ArrayConstraints, Composition, NumberConstraints, ObjectConstraints, Schema, SchemaKind, Spec,
    StringConstraints,
};
use crate::naming;

/// How many values of an enum the docs list.
const MAX_LISTED_VALUES: usize = 10;

/// `A string of 1 to 200 characters. Default: "a".` Types with a name state their own constraints.
pub(super) fn sentence(spec: &Spec, schema: &Schema) -> Option<String> {
    let mut sentences = Vec::new();
    if !matches!(schema.kind, SchemaKind::Reference(_)) && !naming::needs_type(schema) {
        let null = if schema.nullable { ", or null" } else { "" };
        sentences.push(format!("{}{null}.", values(schema)?));
    }
    if let Some(default) = spec.default_of(schema) {
        sentences.push(format!("Default: {}.", code(&default.value)));
    }
    if schema.read_only {
        sentences.push("Only in responses.".to_owned());
    }
    if schema.write_only {
        sentences.push("Only in requests.".to_owned());
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The values of a type, for its own docs.
pub(super) fn of_type(schema: &Schema) -> Option<String> {
    if naming::needs_type(schema) {
        return object_size(schema);
    }
    match &schema.kind {
        SchemaKind::Reference(name) if schema.nullable => Some(format!("{}, or null.", code(name))),
        _ => {
            let null = if schema.nullable { ", or null" } else { "" };
            Some(format!("{}{null}.", values(schema)?))
        }
    }
}

fn object_size(schema: &Schema) -> Option<String> {
    let SchemaKind::Object(object) = &schema.kind else { return None };
    let size = count(object.min_properties, object.max_properties, "property", "properties")?;
    Some(format!("An object with {size}."))
}

fn values(schema: &Schema) -> Option<String> {
    let mut text = values_of_kind(schema)?;
    if !schema.values.is_empty() && schema.values.len() <= MAX_LISTED_VALUES {
        let listed = schema.values.iter().map(code).collect::<Vec<_>>().join(", ");
        text = format!("{text}: {listed}");
    }
    if !matches!(schema.kind, SchemaKind::Any) {
        add_composition(&mut text, &schema.composition);
    }
    Some(text)
}

/// Adds what other schemas say of the values: `; also an integer, at least 1`.
fn add_composition(text: &mut String, composition: &Composition) {
    let has_words = |schema: &&Schema| {
        !matches!(schema.kind, SchemaKind::Any) && values_of_kind(schema).is_some()
    };
    let stated: Vec<&Schema> = composition.all_of.iter().filter(has_words).collect();
    for values in stated.iter().filter_map(|schema| values(schema)) {
        // Its type alone would be a repetition.
        if !text.starts_with(&values) {
            text.push_str(&format!("; also {}", lower_first(&values)));
        }
    }
    let conditions = composition.children().filter(|schema| !schema.is_unconstrained()).count();
    if stated.len() < conditions {
        text.push_str("; the spec has more conditions");
    }
}

fn values_of_kind(schema: &Schema) -> Option<String> {
    match &schema.kind {
        SchemaKind::Any if schema.is_unconstrained() => Some("Any JSON value".to_owned()),
        SchemaKind::Any => Some("A JSON value that the schema allows".to_owned()),
        SchemaKind::Boolean => Some("A boolean".to_owned()),
        SchemaKind::String(string) => Some(string_values(string)),
        SchemaKind::Number(number) => Some(number_values(number)),
        SchemaKind::Array(array) => Some(array_values(array)),
        SchemaKind::Object(object) => Some(object_values(object)),
        SchemaKind::Reference(_)
        | SchemaKind::OneOf(_)
        | SchemaKind::File
        | SchemaKind::AllOf(_)
        | SchemaKind::Invalid => None,
    }
}

fn string_values(string: &StringConstraints) -> String {
    let mut text = match string.format {
        Some("email") => "An e-mail address".to_owned(),
        Some("date-time") => "A time (RFC 3339)".to_owned(),
        Some("date") => "A date (RFC 3339)".to_owned(),
        Some("uuid") => "A UUID".to_owned(),
        Some("uri") => "A URI".to_owned(),
        Some("password") => "A password".to_owned(),
        _ => "A string".to_owned(),
    };
    if let Some(length) = count(string.min_length, string.max_length, "character", "characters") {
        text += &format!(" of {length}");
    }
    if let Some(pattern) = &string.pattern {
        text += &format!(" that matches {}", code(pattern));
    }
    text
}

fn number_values(number: &NumberConstraints) -> String {
    let mut text = if number.integer { "An integer" } else { "A number" }.to_owned();
    if number.format == Some("int32") {
        text += " of 32 bits";
    }
    let bound = |bound: &Option<Number>, exclusive, inclusive: &str, exclusive_word: &str| {
        let word = if exclusive { exclusive_word } else { inclusive };
        bound.as_ref().map(|bound| format!("{word} {bound}"))
    };
    let low = bound(&number.minimum, number.exclusive_minimum, "at least", "greater than");
    let high = bound(&number.maximum, number.exclusive_maximum, "at most", "less than");
    let multiple = number.multiple_of.as_ref().map(|factor| format!("a multiple of {factor}"));
    for part in [low, high, multiple].into_iter().flatten() {
        text += &format!(", {part}");
    }
    text
}

fn array_values(array: &ArrayConstraints) -> String {
    let mut text = match count(array.min_items, array.max_items, "item", "items") {
        Some(length) => format!("A list of {length}"),
        None => "A list".to_owned(),
    };
    if array.unique_items {
        text += " without duplicates";
    }
    if let Some(items) = values(&array.items).filter(|_| !naming::needs_type(&array.items)) {
        text += &format!("; each item: {}", lower_first(&items));
    }
    text
}

fn object_values(object: &ObjectConstraints) -> String {
    match count(object.min_properties, object.max_properties, "property", "properties") {
        Some(size) => format!("An object with {size}"),
        None => "An object".to_owned(),
    }
}

/// `1 to 200 characters`.
fn count(min: Option<u64>, max: Option<u64>, one: &str, many: &str) -> Option<String> {
    let unit = |count: u64| if count == 1 { one } else { many };
    match (min.filter(|min| *min > 0), max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("at least {min} {}", unit(min))),
        (None, Some(max)) => Some(format!("at most {max} {}", unit(max))),
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min} {}", unit(min))),
        (Some(min), Some(max)) => Some(format!("{min} to {max} {many}")),
    }
}

/// Text as code, on one line.
fn code(text: impl Display) -> String {
    let text = text.to_string().replace('\n', "\\n").replace('\r', "\\r");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

pub(super) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
