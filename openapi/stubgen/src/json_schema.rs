//! OpenAPI 3.0 schemas as JSON Schema 2020-12, the language of the validator
//! that runs in the server. The translation is exact: what a schema here
//! accepts is what the spec says, for the given direction.

use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Number, Value, json};

use crate::model::{
    Additional, ArrayRules, Kind, NumberRules, ObjectRules, OneOf, Schema, Spec, StringRules,
};
use crate::pattern;

/// What the JSON is: it decides what readOnly means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// A request: readOnly properties must be absent.
    Request,
    /// An example, which may be of a request or a response.
    Example,
}

/// Every component schema, for `$defs`.
pub(crate) fn definitions(spec: &Spec, direction: Direction) -> Value {
    let entries =
        spec.schemas.iter().map(|named| (named.name.clone(), translate(&named.schema, direction)));
    Value::Object(entries.collect())
}

/// Whether a value is valid, and if not, why.
pub(crate) fn check_value(spec: &Spec, schema: &Schema, value: &Value) -> Result<(), String> {
    let direction = Direction::Example;
    let mut document = translate(schema, direction);
    if let Value::Object(map) = &mut document {
        map.insert("$defs".into(), definitions(spec, direction));
    }
    compile(&document)?.validate(value).map_err(|error| error.to_string())
}

/// The first of some strings that a schema without references does not allow.
pub(crate) fn first_invalid<'a>(schema: &Schema, texts: &[&'a str]) -> Option<&'a str> {
    let validator = compile(&translate(schema, Direction::Example)).ok()?;
    texts.iter().copied().find(|text| !validator.is_valid(&json!(text)))
}

fn compile(document: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("email", crate::email::is_mailbox)
        .build(document)
        .map_err(|error| error.to_string())
}

/// Whether a pattern is one of ECMA-262.
pub(crate) fn is_ecma_pattern(pattern: &str) -> bool {
    compile(&json!({ "format": "regex" })).is_ok_and(|regex| regex.is_valid(&json!(pattern)))
}

/// Whether the server's regex engine, which is linear in its input, takes the pattern.
pub(crate) fn compile_pattern(pattern: &str) -> Result<(), String> {
    compile(&json!({ "pattern": pattern })).map(|_| ()).map_err(|error| {
        format!(
            "it does not compile for an engine without look-around and back references: {error}"
        )
    })
}

/// One schema; references point into `#/$defs`.
pub(crate) fn translate(schema: &Schema, direction: Direction) -> Value {
    let mut map = Map::new();
    match &schema.kind {
        Kind::Reference(name) => return json!({ "$ref": format!("#/$defs/{name}") }),
        Kind::Any => {}
        Kind::Boolean => typed(&mut map, "boolean", schema),
        Kind::String(rules) => {
            typed(&mut map, "string", schema);
            string(&mut map, rules, schema.nullable);
        }
        Kind::Number(rules) => {
            typed(&mut map, if rules.integer { "integer" } else { "number" }, schema);
            number(&mut map, rules);
        }
        Kind::Array(rules) => {
            typed(&mut map, "array", schema);
            array(&mut map, rules, direction);
        }
        Kind::Object(rules) => {
            typed(&mut map, "object", schema);
            object(&mut map, rules, direction);
        }
        Kind::OneOf(rules) => one_of(&mut map, rules),
    }
    Value::Object(map)
}

fn typed(map: &mut Map<String, Value>, name: &str, schema: &Schema) {
    map.insert("type".into(), if schema.nullable { json!([name, "null"]) } else { json!(name) });
}

fn put<T: Into<Value>>(map: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        map.insert(key.into(), value.into());
    }
}

fn string(map: &mut Map<String, Value>, rules: &StringRules, nullable: bool) {
    put(map, "minLength", rules.min_length);
    put(map, "maxLength", rules.max_length);
    put(map, "pattern", rules.pattern.as_deref().map(pattern::translate));
    // A password is a string that user interfaces hide.
    put(map, "format", rules.format.filter(|format| *format != "password"));
    if !rules.values.is_empty() {
        let mut values: Vec<Value> = rules.values.iter().map(|value| json!(value)).collect();
        values.extend(nullable.then_some(Value::Null));
        map.insert("enum".into(), Value::Array(values));
    }
}

fn number(map: &mut Map<String, Value>, rules: &NumberRules) {
    let bound = |number: &Option<Number>| number.clone().map(Value::Number);
    let key = if rules.exclusive_minimum { "exclusiveMinimum" } else { "minimum" };
    put(map, key, bound(&rules.minimum));
    let key = if rules.exclusive_maximum { "exclusiveMaximum" } else { "maximum" };
    put(map, key, bound(&rules.maximum));
    put(map, "multipleOf", bound(&rules.multiple_of));
    let (low, high) = match (rules.integer, rules.format) {
        (true, Some("int32")) => (i64::from(i32::MIN), i64::from(i32::MAX)),
        // Whole numbers are 64-bit unless the spec says less.
        (true, _) => (i64::MIN, i64::MAX),
        (false, _) => return,
    };
    // The format's own range, which holds beside the bounds.
    map.insert("allOf".into(), json!([{ "minimum": low, "maximum": high }]));
}

fn array(map: &mut Map<String, Value>, rules: &ArrayRules, direction: Direction) {
    map.insert("items".into(), translate(&rules.items, direction));
    put(map, "minItems", rules.min_items);
    put(map, "maxItems", rules.max_items);
    put(map, "uniqueItems", rules.unique_items.then_some(true));
}

fn object(map: &mut Map<String, Value>, rules: &ObjectRules, direction: Direction) {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for property in &rules.properties {
        let absent = property.schema.read_only && direction == Direction::Request;
        let translated = if absent { json!(false) } else { translate(&property.schema, direction) };
        properties.insert(property.name.clone(), translated);
        let one_way = property.schema.read_only || property.schema.write_only;
        if property.required && !absent && !(one_way && direction == Direction::Example) {
            required.push(json!(property.name));
        }
    }
    if !properties.is_empty() {
        map.insert("properties".into(), Value::Object(properties));
    }
    if !required.is_empty() {
        map.insert("required".into(), Value::Array(required));
    }
    put(map, "minProperties", rules.min_properties);
    put(map, "maxProperties", rules.max_properties);
    match &rules.additional {
        Additional::Unsaid | Additional::Allowed => {}
        Additional::Forbidden => {
            map.insert("additionalProperties".into(), json!(false));
        }
        Additional::Each(schema) => {
            map.insert("additionalProperties".into(), translate(schema, direction));
        }
    }
}

/// `oneOf` by its discriminator: only the variant that the value names is
/// checked, so its violations are reported and not those of the others.
fn one_of(map: &mut Map<String, Value>, rules: &OneOf) {
    let name = &rules.property;
    let values: Vec<&str> = rules.variants.iter().map(|variant| variant.value.as_str()).collect();
    map.insert("type".into(), json!("object"));
    map.insert("required".into(), json!([name]));
    map.insert("properties".into(), json!({ name: { "enum": values } }));
    let branches = rules.variants.iter().map(|variant| {
        json!({
            "if": { "properties": { name: { "const": variant.value } }, "required": [name] },
            "then": { "$ref": format!("#/$defs/{}", variant.schema) },
        })
    });
    map.insert("allOf".into(), branches.collect());
}
