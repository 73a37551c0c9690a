//! Forms: fields of text become a JSON object, so that one validator checks forms and JSON.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::primitive::{self, from_json};
use crate::spec::{FieldSpec, FieldStyle, PrimitiveType};
use crate::text::{self, Pair};
use crate::violation::{Path, Report};

/// How deep brackets may be nested, as `json` limits JSON.
const MAX_DEPTH: usize = 16;

/// Reads a body of `application/x-www-form-urlencoded`.
pub(crate) fn parse(text: &[u8], fields: &[FieldSpec], report: &mut Report) -> Option<Value> {
    // Everything else is percent-encoded.
    let Ok(text) = std::str::from_utf8(text) else {
        report.add(&Path::BODY, "form", "must be valid UTF-8");
        return None;
    };
    let mut object = Object::new(Path::BODY);
    for Pair { name, text } in text::query(text) {
        let Some(value) = text.decoded() else {
            report.add(&Path::BODY.property(&name), "type", "must be valid UTF-8");
            continue;
        };
        object.add(&(name, value), fields, report);
    }
    Some(Value::Object(object.finish(fields)))
}

/// A form, or a parameter that is an object, while its fields are read.
pub(crate) struct Object<'p> {
    /// Where violations are reported.
    path: Path<'p>,
    values: Map<String, Value>,
}

impl<'p> Object<'p> {
    pub fn new(path: Path<'p>) -> Self {
        Self { path, values: Map::new() }
    }

    /// Adds a field.
    pub fn add(
        &mut self,
        (name, text): &(Cow<'_, str>, Cow<'_, str>),
        fields: &[FieldSpec],
        report: &mut Report,
    ) {
        let Some((field, brackets)) = find(name, fields) else {
            return self.undeclared(name, text);
        };
        match field.style {
            FieldStyle::Single => self.single(name, primitive::value(field.text, text), report),
            FieldStyle::Json => self.single(name, from_json(text), report),
            FieldStyle::Repeated => self.item(name, primitive::value(field.text, text)),
            FieldStyle::JsonItems => self.item(name, from_json(text)),
            FieldStyle::Separated(separator) => {
                let items = text.split(separator).map(|item| primitive::value(field.text, item));
                self.single(name, items.collect(), report);
            }
            FieldStyle::Deep(_) => {
                let value = Value::String(text.clone().into_owned());
                let target =
                    self.values.entry(field.name).or_insert_with(|| Value::Object(Map::new()));
                if !insert_deep(target, brackets, value) {
                    report.add(&self.path.property(name), "duplicate", "must not be repeated");
                }
            }
            // A form without parts has no files.
            FieldStyle::File(_) | FieldStyle::Files(_) => {
                report.add(&self.path.property(name), "type", "must be a file");
            }
        }
    }

    /// A field that the spec does not name is a text, or an array of texts if it is repeated.
    fn undeclared(&mut self, name: &str, text: &str) {
        let text = Value::String(text.to_owned());
        match self.values.get_mut(name) {
            Some(Value::Array(items)) => items.push(text),
            Some(first) => *first = Value::Array(vec![first.take(), text]),
            None => {
                self.values.insert(name.to_owned(), text);
            }
        }
    }

    pub fn single(&mut self, name: &str, value: Value, report: &mut Report) {
        if self.values.insert(name.to_owned(), value).is_some() {
            report.add(&self.path.property(name), "duplicate", "must not be repeated");
        }
    }

    pub fn item(&mut self, name: &str, value: Value) {
        let items = self.values.entry(name).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = items {
            items.push(value);
        }
    }

    /// The object. Objects in brackets whose names are the numbers from 0 on are arrays.
    pub fn finish(mut self, fields: &[FieldSpec]) -> Map<String, Value> {
        for field in fields.iter().filter(|field| matches!(field.style, FieldStyle::Deep(_))) {
            if let Some(value) = self.values.get_mut(field.name) {
                *value = typed(value.take(), field);
            }
        }
        self.values
    }
}

/// The field of a name, and the brackets after its name. The field without a name is that of the
/// properties that the spec does not name.
fn find<'a, 'n>(name: &'n str, fields: &'a [FieldSpec]) -> Option<(&'a FieldSpec, &'n str)> {
    let of_name = |name: &str| fields.iter().find(|field| field.name == name);
    if let Some(field) = of_name(name) {
        return Some((field, ""));
    }
    if let Some((base, _)) = name.split_once('[')
        && let Some(field) = of_name(base)
        && matches!(field.style, FieldStyle::Deep(_))
    {
        return Some((field, &name[base.len()..]));
    }
    of_name("").map(|field| (field, ""))
}

/// Inserts a value at `[a][b]`, where `[]` is the next number. False if there is one already.
pub(crate) fn insert_deep(target: &mut Value, brackets: &str, value: Value) -> bool {
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
        let name = if name.is_empty() { object.len().to_string() } else { name.to_owned() };
        target = object.entry(name).or_insert(Value::Null);
    }
    let is_free = target.is_null();
    *target = value;
    is_free
}

/// A value in brackets whose texts have their types. Objects whose names are the numbers from 0 on
/// become arrays.
pub(crate) fn typed(value: Value, field: &FieldSpec) -> Value {
    let parts = if let FieldStyle::Deep(parts) = field.style { parts } else { &[] };
    let object = match value {
        Value::Object(object) => object,
        Value::String(text) => return primitive::value(field.text, &text),
        other => return other,
    };
    // The items of an array, or the other properties of an object.
    let item = parts.iter().find(|part| part.name.is_empty());
    let is_array = !object.is_empty()
        && (0..object.len()).all(|index| object.contains_key(&index.to_string()));
    let typed = |(name, value): (String, Value)| {
        let named = parts.iter().find(|part| part.name == name);
        let value = match named.or(item) {
            Some(part) => typed(value, part),
            None => typed(value, &ANY),
        };
        (name, value)
    };
    let mut entries: Vec<(String, Value)> = object.into_iter().map(typed).collect();
    if !is_array {
        return Value::Object(entries.into_iter().collect());
    }
    entries.sort_by_key(|(name, _)| name.parse::<usize>().unwrap_or_default());
    entries.into_iter().map(|(_, value)| value).collect()
}

/// What the spec does not name.
const ANY: FieldSpec =
    FieldSpec { name: "", style: FieldStyle::Single, text: PrimitiveType::String };

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{FieldSpec, FieldStyle, parse};
    use crate::spec::PrimitiveType;
    use crate::violation::Report;

    const fn field(name: &'static str, style: FieldStyle, text: PrimitiveType) -> FieldSpec {
        FieldSpec { name, style, text }
    }

    const FIELDS: &[FieldSpec] = &[
        field("name", FieldStyle::Single, PrimitiveType::String),
        field("age", FieldStyle::Single, PrimitiveType::Number),
        field("tags", FieldStyle::Repeated, PrimitiveType::String),
        field("sizes", FieldStyle::Separated('|'), PrimitiveType::Number),
        field("data", FieldStyle::Json, PrimitiveType::String),
        field(
            "deep",
            FieldStyle::Deep(&[field("n", FieldStyle::Single, PrimitiveType::Number)]),
            PrimitiveType::String,
        ),
    ];

    fn read(text: &str) -> (Value, usize) {
        let mut report = Report::default();
        let value = parse(text.as_bytes(), FIELDS, &mut report).unwrap_or_default();
        (value, report.violations().len())
    }

    #[test]
    fn fields_become_properties_by_their_style() {
        for (text, expected) in [
            ("name=a+b&age=5", json!({ "name": "a b", "age": 5 })),
            ("age=x", json!({ "age": "x" })),
            ("tags=a&tags=b", json!({ "tags": ["a", "b"] })),
            ("sizes=1|2.5", json!({ "sizes": [1, 2.5] })),
            ("data=%7B%22a%22%3A1%7D", json!({ "data": { "a": 1 } })),
            ("deep[a]=1&deep[b][c]=2", json!({ "deep": { "a": "1", "b": { "c": "2" } } })),
            ("deep[n]=1&deep[m]=1", json!({ "deep": { "n": 1, "m": "1" } })),
            ("deep[]=a&deep[]=b", json!({ "deep": ["a", "b"] })),
            ("deep[0][x]=a&deep[1][x]=b", json!({ "deep": [{ "x": "a" }, { "x": "b" }] })),
            ("unknown=1", json!({ "unknown": "1" })),
            ("unknown=1&unknown=2&unknown=3", json!({ "unknown": ["1", "2", "3"] })),
        ] {
            assert_eq!(read(text), (expected, 0), "{text}");
        }
    }

    #[test]
    fn properties_that_the_spec_does_not_name_have_the_type_of_the_others() {
        let others = [
            field("name", FieldStyle::Single, PrimitiveType::String),
            field("", FieldStyle::Single, PrimitiveType::Number),
        ];
        let value = parse(b"name=1&other=2", &others, &mut Report::default());
        assert_eq!(value, Some(json!({ "name": "1", "other": 2 })));
    }

    #[test]
    fn repeated_fields_are_reported() {
        for text in ["name=a&name=b", "deep[a]=1&deep[a]=2", "deep[a]=1&deep[a][b]=2"] {
            assert_eq!(read(text).1, 1, "{text}");
        }
        assert_eq!(read("name=%ff").1, 1);
    }
}
