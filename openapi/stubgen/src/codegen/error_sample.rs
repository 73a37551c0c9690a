//! A sample of an error's body, for the implementation to start from: JSON of the schema's type with
//! placeholders for the message, the status and the code.

use std::cell::Cell;

use serde_json::{Map, Number, Value, json};

use crate::model::{
    NumberConstraints, ObjectConstraints, OneOf, Schema, SchemaKind, Spec, StringConstraints,
};

/// What `openapi_server::error_sample` replaces.
const MESSAGE: &str = "$message";
const STATUS: &str = "$status";
const CODE: &str = "$code";

/// The properties with text for people.
const MESSAGES: [&str; 9] = [
    "message",
    "msg",
    "detail",
    "details",
    "title",
    "description",
    "error",
    "reason",
    "error_description",
];

/// The properties with the status or a code. Which one it is follows from the type.
const CODES: [&str; 6] = ["status", "code", "statuscode", "httpstatus", "errorcode", "error_code"];

/// How many schemas contribute to a sample. Where a type requires itself, it has no finite value;
/// objects that require several of the next one have too many parts.
const MAX_PARTS: usize = 256;

pub(super) fn sample(spec: &Spec, schema: &Schema) -> Value {
    Sampler { spec, parts: Cell::new(0) }.value(schema, "")
}

struct Sampler<'a> {
    spec: &'a Spec,
    /// How many schemas have contributed.
    parts: Cell<usize>,
}

impl Sampler<'_> {
    /// A value for the property `name`.
    fn value(&self, schema: &Schema, name: &str) -> Value {
        self.parts.set(self.parts.get() + 1);
        if schema.nullable || self.parts.get() > MAX_PARTS {
            return Value::Null;
        }
        match &schema.kind {
            SchemaKind::Reference(target) => {
                self.spec.schema(target).map_or(Value::Null, |target| self.value(target, name))
            }
            SchemaKind::Any | SchemaKind::AllOf(_) | SchemaKind::File | SchemaKind::Invalid => {
                Value::Null
            }
            SchemaKind::Boolean => json!(false),
            SchemaKind::String(string) => text(string, name),
            SchemaKind::Number(constraints) => number(constraints, name),
            SchemaKind::Array(array) => {
                let items = array.min_items.unwrap_or(0).min(1);
                (0..items).map(|_| self.value(&array.items, name)).collect()
            }
            SchemaKind::Object(object) => Value::Object(self.object(object)),
            SchemaKind::OneOf(one_of) => self.variant(one_of),
        }
    }

    /// The required properties, and those that say what went wrong.
    fn object(&self, object: &ObjectConstraints) -> Map<String, Value> {
        let properties = object.properties.iter().filter(|property| {
            let is_text = matches!(self.spec.resolve(&property.schema).kind, SchemaKind::String(_));
            property.required || (is_text && is_one_of(&MESSAGES, &property.name))
        });
        let values = properties
            .map(|property| (property.name.clone(), self.value(&property.schema, &property.name)));
        values.collect()
    }

    fn variant(&self, one_of: &OneOf) -> Value {
        let Some(variant) = one_of.variants.first() else { return Value::Null };
        let object = self.spec.schema(&variant.schema).map(|schema| self.value(schema, ""));
        let Some(Value::Object(mut object)) = object else { return Value::Null };
        object.insert(one_of.discriminator.clone(), json!(variant.value));
        Value::Object(object)
    }
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn text(string: &StringConstraints, name: &str) -> Value {
    if let Some(value) = string.enum_values.first() {
        return json!(value);
    }
    match string.format {
        Some("date-time") => json!("1970-01-01T00:00:00Z"),
        Some("date") => json!("1970-01-01"),
        Some("uuid") => json!("00000000-0000-0000-0000-000000000000"),
        _ if is_one_of(&CODES, name) => json!(CODE),
        _ => json!(MESSAGE),
    }
}

fn number(constraints: &NumberConstraints, name: &str) -> Value {
    if is_one_of(&CODES, name) {
        return json!(STATUS);
    }
    json!(constraints.minimum.clone().unwrap_or_else(|| Number::from(0)))
}
