//! Forms: fields of text become a JSON object, so that one validator checks forms and JSON.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::brackets;
use crate::primitive::{self, from_json};
use crate::spec::{FieldSpec, FieldStyle};
use crate::text::{self, Pair};
use crate::violation::{Path, Report};

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
        let Some((field, names)) = find(name, fields) else {
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
                if !brackets::insert(target, names, value) {
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

    /// The object. What is in brackets has the types of its parts.
    pub fn finish(mut self, fields: &[FieldSpec]) -> Map<String, Value> {
        for field in fields.iter().filter(|field| matches!(field.style, FieldStyle::Deep(_))) {
            if let Some(value) = self.values.get_mut(field.name) {
                *value = brackets::typed(value.take(), field);
            }
        }
        self.values
    }
}

/// The field of a name, and the brackets after its name. The field without a name is that of the
/// properties that the spec does not name.
pub(crate) fn find<'a, 'n>(
    name: &'n str,
    fields: &'a [FieldSpec],
) -> Option<(&'a FieldSpec, &'n str)> {
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
            FieldStyle::Deep(&[
                field("n", FieldStyle::Single, PrimitiveType::Number),
                field("[]", FieldStyle::Single, PrimitiveType::String),
            ]),
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
    fn an_object_can_have_numbers_as_names() {
        const VALUES: &[FieldSpec] = &[field("", FieldStyle::Single, PrimitiveType::Number)];
        const ITEMS: &[FieldSpec] = &[field("[]", FieldStyle::Single, PrimitiveType::Number)];
        let fields = [
            field("map", FieldStyle::Deep(VALUES), PrimitiveType::String),
            field("list", FieldStyle::Deep(ITEMS), PrimitiveType::String),
        ];
        for (text, expected) in [
            ("map[0]=1&map[1]=2", json!({ "map": { "0": 1, "1": 2 } })),
            ("map[0]=1&map[a]=2", json!({ "map": { "0": 1, "a": 2 } })),
            // Only an array has items without names, which the validator then reports.
            ("map[]=1", json!({ "map": ["1"] })),
            ("list[1]=1&list[0]=2", json!({ "list": [2, 1] })),
            ("list[]=1&list[]=2&list[2]=3", json!({ "list": [1, 2, 3] })),
            ("list[1]=1", json!({ "list": { "1": "1" } })),
        ] {
            let value = parse(text.as_bytes(), &fields, &mut Report::default());
            assert_eq!(value, Some(expected), "{text}");
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
        for text in [
            "name=a&name=b",
            "deep[a]=1&deep[a]=2",
            "deep[a]=1&deep[a][b]=2",
            "deep[]=1&deep[0]=2",
            "deep[1]=1&deep[]=2",
        ] {
            assert_eq!(read(text).1, 1, "{text}");
        }
        assert_eq!(read("name=%ff").1, 1);
    }
}
