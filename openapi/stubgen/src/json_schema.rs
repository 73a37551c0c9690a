//! OpenAPI 3.0 schemas as JSON Schema 2020-12, the language of the server's validator. The
//! translation is exact: a translated schema accepts the same values as the spec's schema, for the
//! given direction.

use serde_json::{Map, Number, Value, json};

use crate::model::{
    Access, AdditionalProperties, ArrayConstraints, Composition, NumberConstraints,
    ObjectConstraints, OneOf, Property, Schema, SchemaKind, Spec, StringConstraints,
};
use crate::pattern;

/// What is validated, which decides the meaning of readOnly and writeOnly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// A request, without readOnly properties.
    Request,
    /// A response, without writeOnly properties.
    Response,
    /// An example, of a request or a response.
    Example,
}

/// Every component schema, for `$defs`.
pub(crate) fn definitions(spec: &Spec, direction: Direction) -> Value {
    let entries =
        spec.schemas.iter().map(|named| (named.name.clone(), translate(&named.schema, direction)));
    Value::Object(entries.collect())
}

/// A schema with those that it refers to.
pub(crate) fn standalone(spec: &Spec, schema: &Schema, direction: Direction) -> Map<String, Value> {
    let mut map = match translate(schema, direction) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let definitions = reachable(spec, vec![schema], direction);
    if !definitions.is_empty() {
        map.insert("$defs".into(), Value::Object(definitions));
    }
    map
}

/// The components that schemas refer to, also by way of each other, for `$defs`.
pub(crate) fn reachable<'a>(
    spec: &'a Spec,
    mut schemas: Vec<&'a Schema>,
    direction: Direction,
) -> Map<String, Value> {
    let mut definitions = Map::new();
    while let Some(schema) = schemas.pop() {
        for name in references(schema) {
            if !definitions.contains_key(name)
                && let Some(target) = spec.schema(name)
            {
                definitions.insert(name.to_owned(), translate(target, direction));
                schemas.push(target);
            }
        }
    }
    definitions
}

pub(crate) fn has_references(schema: &Schema) -> bool {
    !references(schema).is_empty()
}

/// The components that the translation of a schema refers to.
fn references(schema: &Schema) -> Vec<&str> {
    let mut names = Vec::new();
    schema.visit(&mut |part| match &part.kind {
        SchemaKind::Reference(name) => names.push(name.as_str()),
        SchemaKind::OneOf(one_of) => {
            names.extend(one_of.variants.iter().map(|variant| variant.schema.as_str()));
        }
        _ => {}
    });
    names
}

/// A single schema; its references point into `#/$defs`.
pub(crate) fn translate(schema: &Schema, direction: Direction) -> Value {
    let mut map = translate_kind(schema, direction);
    insert_values(&mut map, schema);
    let has_type = map.contains_key("type") && !matches!(schema.kind, SchemaKind::OneOf(_));
    if has_type && schema.nullable && !schema.composition.is_empty() {
        let mut parts = Map::new();
        insert_composition(&mut parts, &schema.composition, direction);
        insert_all_of(&mut map, [unless_null(parts)]);
        return Value::Object(map);
    }
    insert_composition(&mut map, &schema.composition, direction);
    let is_trivial = map.is_empty();
    if !has_type && !is_trivial && schema.nullable { unless_null(map) } else { Value::Object(map) }
}

/// The values of `enum`, and null if it is allowed.
fn insert_values(map: &mut Map<String, Value>, schema: &Schema) {
    if !schema.values.is_empty() {
        let mut values = schema.values.clone();
        values.extend(schema.nullable.then_some(Value::Null));
        map.insert("enum".into(), Value::Array(values));
    }
}

fn insert_composition(
    map: &mut Map<String, Value>,
    composition: &Composition,
    direction: Direction,
) {
    let translate_all = |schemas: &[Schema]| -> Vec<Value> {
        schemas.iter().map(|schema| translate(schema, direction)).collect()
    };
    let untyped = composition.untyped.iter().map(|schema| translate_untyped(schema, direction));
    insert_all_of(map, untyped);
    insert_all_of(map, translate_all(&composition.all_of));
    for (keyword, schemas) in [("oneOf", &composition.one_of), ("anyOf", &composition.any_of)] {
        if !schemas.is_empty() {
            map.insert(keyword.into(), Value::Array(translate_all(schemas)));
        }
    }
    insert_optional(map, "not", composition.not.as_ref().map(|not| translate(not, direction)));
}

/// Adds branches to those that there are.
fn insert_all_of(map: &mut Map<String, Value>, branches: impl IntoIterator<Item = Value>) {
    let mut branches: Vec<Value> = branches.into_iter().collect();
    if let Some(Value::Array(known)) = map.get_mut("allOf") {
        known.append(&mut branches);
    } else if !branches.is_empty() {
        map.insert("allOf".into(), Value::Array(branches));
    }
}

/// The keywords of a type without `type`, so that values of other types are allowed.
fn translate_untyped(schema: &Schema, direction: Direction) -> Value {
    let mut map = translate_kind(schema, direction);
    map.remove("type");
    Value::Object(map)
}

fn translate_kind(schema: &Schema, direction: Direction) -> Map<String, Value> {
    let mut map = Map::new();
    match &schema.kind {
        SchemaKind::Reference(name) => {
            map.insert("$ref".into(), json!(format!("#/$defs/{name}")));
        }
        SchemaKind::Any | SchemaKind::File | SchemaKind::AllOf(_) | SchemaKind::Invalid => {}
        SchemaKind::Boolean => insert_type(&mut map, "boolean", schema),
        SchemaKind::String(string) => {
            insert_type(&mut map, "string", schema);
            insert_string(&mut map, string, schema.nullable);
        }
        SchemaKind::Number(number) => {
            insert_type(&mut map, if number.integer { "integer" } else { "number" }, schema);
            insert_number(&mut map, number);
        }
        SchemaKind::Array(array) => {
            insert_type(&mut map, "array", schema);
            insert_array(&mut map, array, direction);
        }
        SchemaKind::Object(object) => {
            insert_type(&mut map, "object", schema);
            insert_object(&mut map, object, direction);
        }
        SchemaKind::OneOf(one_of) => insert_one_of(&mut map, one_of),
    }
    map
}

/// Allows null beside the values of a schema without `type`. The report of violations follows `if`
/// and `then`.
fn unless_null(schema: Map<String, Value>) -> Value {
    json!({ "if": { "not": { "type": "null" } }, "then": schema })
}

fn insert_type(map: &mut Map<String, Value>, name: &str, schema: &Schema) {
    map.insert("type".into(), if schema.nullable { json!([name, "null"]) } else { json!(name) });
}

fn insert_optional<T: Into<Value>>(map: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        map.insert(key.into(), value.into());
    }
}

/// The constraints of a string.
pub(crate) fn string(string: &StringConstraints) -> Value {
    let mut map = Map::new();
    insert_string(&mut map, string, false);
    Value::Object(map)
}

fn insert_string(map: &mut Map<String, Value>, string: &StringConstraints, nullable: bool) {
    insert_optional(map, "minLength", string.min_length);
    insert_optional(map, "maxLength", string.max_length);
    insert_optional(map, "pattern", string.pattern.as_deref().map(pattern::translate));
    // `password` only tells user interfaces to hide the value, and a string is octets already.
    let allows_every_string = |format: &&str| matches!(*format, "password" | "binary");
    insert_optional(map, "format", string.format.filter(|format| !allows_every_string(format)));
    if !string.enum_values.is_empty() {
        let mut values: Vec<Value> = string.enum_values.iter().map(|value| json!(value)).collect();
        values.extend(nullable.then_some(Value::Null));
        map.insert("enum".into(), Value::Array(values));
    }
}

fn insert_number(map: &mut Map<String, Value>, number: &NumberConstraints) {
    let bound = |number: &Option<Number>| number.clone().map(Value::Number);
    let key = if number.exclusive_minimum { "exclusiveMinimum" } else { "minimum" };
    insert_optional(map, key, bound(&number.minimum));
    let key = if number.exclusive_maximum { "exclusiveMaximum" } else { "maximum" };
    insert_optional(map, key, bound(&number.maximum));
    insert_optional(map, "multipleOf", bound(&number.multiple_of));
    if let Some((low, high)) = number.range() {
        // `allOf`, because the spec's own bounds apply as well.
        insert_all_of(map, [json!({ "minimum": low, "maximum": high })]);
    }
}

fn insert_array(map: &mut Map<String, Value>, array: &ArrayConstraints, direction: Direction) {
    map.insert("items".into(), translate(&array.items, direction));
    insert_optional(map, "minItems", array.min_items);
    insert_optional(map, "maxItems", array.max_items);
    insert_optional(map, "uniqueItems", array.unique_items.then_some(true));
}

fn insert_object(map: &mut Map<String, Value>, object: &ObjectConstraints, direction: Direction) {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for property in &object.properties {
        let is_forbidden = match property.access {
            Access::ReadOnly => direction == Direction::Request,
            Access::WriteOnly => direction == Direction::Response,
            Access::ReadWrite => false,
        };
        let translated =
            if is_forbidden { json!(false) } else { translate(&property.schema, direction) };
        properties.insert(property.name.clone(), translated);
        if is_required(property, direction) {
            required.push(json!(property.name));
        }
    }
    required.extend(object.required.iter().map(|required| json!(required.name)));
    if !properties.is_empty() {
        map.insert("properties".into(), Value::Object(properties));
    }
    if !required.is_empty() {
        map.insert("required".into(), Value::Array(required));
    }
    insert_optional(map, "minProperties", object.min_properties);
    insert_optional(map, "maxProperties", object.max_properties);
    let additional = match &object.additional_properties {
        AdditionalProperties::Unspecified | AdditionalProperties::Allowed => None,
        AdditionalProperties::Forbidden => Some(json!(false)),
        AdditionalProperties::Schema(values) => Some(translate(values, direction)),
    };
    insert_optional(map, "additionalProperties", additional);
}

fn is_required(property: &Property, direction: Direction) -> bool {
    let can_be_sent = match direction {
        Direction::Request => property.access != Access::ReadOnly,
        Direction::Response => property.access != Access::WriteOnly,
        Direction::Example => property.access == Access::ReadWrite,
    };
    property.required && can_be_sent
}

/// Validates only the variant that the discriminator names, so that violations of the other
/// variants are not reported.
fn insert_one_of(map: &mut Map<String, Value>, one_of: &OneOf) {
    let name = &one_of.discriminator;
    let values: Vec<&str> = one_of.variants.iter().map(|variant| variant.value.as_str()).collect();
    map.insert("type".into(), json!("object"));
    map.insert("required".into(), json!([name]));
    map.insert("properties".into(), json!({ name: { "enum": values } }));
    let branches = one_of.variants.iter().map(|variant| {
        json!({
            "if": { "properties": { name: { "const": variant.value } }, "required": [name] },
            "then": { "$ref": format!("#/$defs/{}", variant.schema) },
        })
    });
    map.insert("allOf".into(), branches.collect());
}
