//! Objects and arrays in brackets: `filter[name]=a`, `items[]=1`, `lines[0][price]=5`.

use serde_json::{Map, Value};

use crate::primitive;
use crate::spec::{FieldSpec, FieldStyle, PrimitiveType};

/// How deep brackets may be nested, as `json` limits JSON.
const MAX_DEPTH: usize = 16;

/// Begins the name of an item in `[]`, before its number. No name in brackets has this character.
const NEXT: char = ']';

/// Inserts a value at `[a][b]`, where `[]` is the next number. False if there is one already.
pub(crate) fn insert(target: &mut Value, brackets: &str, value: Value) -> bool {
    let names: Option<Vec<&str>> = brackets
        .split_inclusive(']')
        .map(|name| name.strip_prefix('[').and_then(|name| name.strip_suffix(']')))
        .collect();
    let names = names.filter(|names| names.len() <= MAX_DEPTH);
    // A field without brackets is not an object, which the validator reports.
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        *target = value;
        return true;
    };
    let mut target = target;
    for name in names {
        if !target.is_object() {
            if !target.is_null() {
                return false;
            }
            *target = Value::Object(Map::new());
        }
        let Value::Object(object) = target else { return false };
        let name = key(object, name);
        target = object.entry(name).or_insert(Value::Null);
    }
    let is_free = target.is_null();
    *target = value;
    is_free
}

/// The key of a name in brackets, the same whether a client counts or writes the number.
fn key(object: &Map<String, Value>, name: &str) -> String {
    let number = if name.is_empty() { object.len().to_string() } else { name.to_owned() };
    let counted = format!("{NEXT}{number}");
    let is_counted = name.is_empty() && !object.contains_key(&number);
    if is_counted || object.contains_key(&counted) { counted } else { number }
}

/// A value in brackets whose texts have their types. If the names are the numbers from 0 on, it is
/// an array, unless the spec only allows an object and the client wrote the numbers.
pub(crate) fn typed(value: Value, field: &FieldSpec) -> Value {
    let parts = if let FieldStyle::Deep(parts) = field.style { parts } else { &[] };
    let mut object = match value {
        Value::Object(object) => object,
        Value::String(text) => return primitive::value(field.text, &text),
        other => return other,
    };
    let part_of = |name: &str| parts.iter().find(|part| part.name == name);
    let can_be_array = parts.is_empty() || part_of("[]").is_some();
    if let Some(keys) = keys_of_items(&object)
        && (can_be_array || keys.iter().all(|key| key.starts_with(NEXT)))
    {
        let part = part_of("[]").unwrap_or(&ANY);
        let items = keys.iter().filter_map(|key| object.remove(key));
        return items.map(|item| typed(item, part)).collect();
    }
    let property = |(name, value): (String, Value)| {
        let name = name.trim_start_matches(NEXT);
        let part = part_of(name).or_else(|| part_of("")).unwrap_or(&ANY);
        (name.to_owned(), typed(value, part))
    };
    Value::Object(object.into_iter().map(property).collect())
}

/// The keys of an object whose names are the numbers from 0 on, in their order.
fn keys_of_items(object: &Map<String, Value>) -> Option<Vec<String>> {
    let key = |index: usize| {
        let keys = [index.to_string(), format!("{NEXT}{index}")];
        keys.into_iter().find(|key| object.contains_key(key))
    };
    let keys: Option<Vec<String>> = (0..object.len()).map(key).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// What the spec does not name.
const ANY: FieldSpec =
    FieldSpec { name: "", style: FieldStyle::Single, text: PrimitiveType::String };
