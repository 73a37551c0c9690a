//! Schema objects.

use serde_json::Value;

use super::{Components, Fields, merge, reference};
use crate::diagnostic::{Result, refuse};
use crate::model::{
    Additional, ArrayRules, Kind, NumberRules, ObjectRules, OneOf, Property, Schema, StringRules,
    Variant,
};
use crate::yaml::Node;

/// Reads a schema; `allOf` comes back merged.
pub(super) fn read(node: &Node, components: Components) -> Result<Schema> {
    if let Some(target) = reference(node)? {
        let name = components.referenced(target, "schemas")?.key.clone();
        return Ok(blank(node, Kind::Reference(name)));
    }
    let mut fields = Fields::new(node, "a schema")?;
    let mut schema = blank(node, Kind::Any);
    schema.title = fields.string("title")?;
    schema.description = fields.string("description")?;
    schema.nullable = fields.flag("nullable")?;
    schema.read_only = fields.flag("readOnly")?;
    schema.write_only = fields.flag("writeOnly")?;
    schema.deprecated = fields.flag("deprecated")?;
    schema.default = fields.take("default").map(|entry| entry.value.json()).transpose()?;
    schema.example = fields.take("example").map(|entry| entry.value.json()).transpose()?;
    if schema.read_only && schema.write_only {
        return refuse(node.position, "a schema cannot be both readOnly and writeOnly");
    }
    fields.documentation(&["externalDocs"]);
    schema.kind = kind(node, &mut fields, components, &mut schema.nullable)?;
    if let (Kind::Number(NumberRules { integer: true, .. }), Some(default)) =
        (&schema.kind, &mut schema.default)
    {
        write_whole(default);
    }
    fields.finish()?;
    Ok(schema)
}

/// `10.0` and `1e1` are integers, but only `10` can be read into one of Rust's.
fn write_whole(number: &mut Value) {
    // Doubles up to here are exact; a greater one is no default that anyone means.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    if !number.is_f64() {
        return;
    }
    if let Some(value) = number.as_f64().filter(|value| value.fract() == 0.0)
        && value.abs() <= MAX_EXACT
    {
        *number = Value::from(value as i64);
    }
}

pub(super) fn blank(node: &Node, kind: Kind) -> Schema {
    Schema {
        position: node.position,
        title: None,
        description: None,
        nullable: false,
        read_only: false,
        write_only: false,
        deprecated: false,
        default: None,
        example: None,
        kind,
    }
}

fn kind(
    node: &Node,
    fields: &mut Fields,
    components: Components,
    nullable: &mut bool,
) -> Result<Kind> {
    if let Some(entry) = fields.take("allOf") {
        return merge::all_of(entry, fields, components);
    }
    if let Some(entry) = fields.take("oneOf") {
        return one_of(entry.value.items()?, fields, components);
    }
    let Some(entry) = fields.take("type") else {
        if *nullable {
            return refuse(node.position, "`nullable` has no effect without `type`");
        }
        return Ok(Kind::Any);
    };
    match entry.value.string()? {
        "boolean" => Ok(Kind::Boolean),
        "string" => Ok(Kind::String(string(fields, nullable)?)),
        "integer" => Ok(Kind::Number(number(fields, true)?)),
        "number" => Ok(Kind::Number(number(fields, false)?)),
        "array" => Ok(Kind::Array(array(fields, components)?)),
        "object" => {
            let mut rules = object(fields, components)?;
            if let Some(names) = fields.take("required") {
                require(&mut rules, &names.value)?;
            }
            Ok(Kind::Object(rules))
        }
        other => refuse(entry.value.position, format!("there is no type `{other}` in OpenAPI 3.0")),
    }
}

fn string(fields: &mut Fields, nullable: &mut bool) -> Result<StringRules> {
    let known = ["email", "date-time", "date", "uuid", "uri", "password"];
    let mut rules = StringRules {
        format: format(fields, &known)?,
        min_length: fields.count("minLength")?,
        max_length: fields.count("maxLength")?,
        ..StringRules::default()
    };
    if let Some(entry) = fields.take("pattern") {
        let pattern = entry.value.string()?;
        if let Err(why) = crate::pattern::check(pattern) {
            return refuse(entry.value.position, format!("this pattern is not supported: {why}"));
        }
        rules.pattern = Some(pattern.to_owned());
    }
    let Some(entry) = fields.take("enum") else { return Ok(rules) };
    let mut null_listed = false;
    for item in entry.value.items()? {
        match item.json()? {
            Value::Null if *nullable && !null_listed => null_listed = true,
            Value::String(text) if rules.values.contains(&text) => {
                return refuse(item.position, format!("`{text}` stands in this enum twice"));
            }
            Value::String(text) => rules.values.push(text),
            _ => {
                return refuse(
                    item.position,
                    format!("this value of the enum is {}, not a string", item.describe()),
                );
            }
        }
    }
    if rules.values.is_empty() {
        return refuse(entry.value.position, "an enum needs a value");
    }
    if *nullable && !null_listed {
        return refuse(entry.position, "a nullable enum must list null, or null is not valid");
    }
    Ok(rules)
}

fn number(fields: &mut Fields, integer: bool) -> Result<NumberRules> {
    let known: &[&'static str] = if integer { &["int32", "int64"] } else { &["float", "double"] };
    let mut rules =
        NumberRules { integer, format: format(fields, known)?, ..NumberRules::default() };
    rules.minimum = fields.take("minimum").map(|entry| entry.value.number()).transpose()?;
    rules.maximum = fields.take("maximum").map(|entry| entry.value.number()).transpose()?;
    rules.exclusive_minimum = exclusive(fields, "exclusiveMinimum", rules.minimum.is_some())?;
    rules.exclusive_maximum = exclusive(fields, "exclusiveMaximum", rules.maximum.is_some())?;
    if let Some(entry) = fields.take("multipleOf") {
        let number = entry.value.number()?;
        if number.as_f64().is_none_or(|value| value <= 0.0) {
            return refuse(entry.value.position, "multipleOf must be above 0");
        }
        rules.multiple_of = Some(number);
    }
    if let Some(entry) = fields.take("enum") {
        return refuse(
            entry.position,
            "an enum of numbers is not supported; use an enum of strings",
        );
    }
    Ok(rules)
}

fn exclusive(fields: &mut Fields, key: &'static str, bounded: bool) -> Result<bool> {
    let Some(entry) = fields.take(key) else { return Ok(false) };
    if entry.value.boolean().is_err() {
        return refuse(
            entry.value.position,
            format!("{key} is true or false in OpenAPI 3.0, beside its bound"),
        );
    }
    if !bounded {
        return refuse(entry.position, format!("{key} has no effect without its bound"));
    }
    entry.value.boolean()
}

fn format(fields: &mut Fields, known: &[&'static str]) -> Result<Option<&'static str>> {
    let Some(entry) = fields.take("format") else { return Ok(None) };
    let text = entry.value.string()?;
    match known.iter().find(|known| **known == text) {
        Some(known) => Ok(Some(known)),
        None => refuse(
            entry.value.position,
            format!("format `{text}` is not enforced for this type; known: {}", known.join(", ")),
        ),
    }
}

fn array(fields: &mut Fields, components: Components) -> Result<ArrayRules> {
    Ok(ArrayRules {
        items: Box::new(read(fields.need("items")?, components)?),
        min_items: fields.count("minItems")?,
        max_items: fields.count("maxItems")?,
        unique_items: fields.flag("uniqueItems")?,
    })
}

pub(super) fn object(fields: &mut Fields, components: Components) -> Result<ObjectRules> {
    let mut rules = ObjectRules {
        min_properties: fields.count("minProperties")?,
        max_properties: fields.count("maxProperties")?,
        ..ObjectRules::default()
    };
    if let Some(entry) = fields.take("properties") {
        for property in entry.value.entries()? {
            rules.properties.push(Property {
                name: property.key.clone(),
                position: property.position,
                required: false,
                schema: read(&property.value, components)?,
            });
        }
    }
    if let Some(entry) = fields.take("additionalProperties") {
        rules.additional = match entry.value.json()? {
            Value::Bool(true) => Additional::Allowed,
            Value::Bool(false) => Additional::Forbidden,
            _ => Additional::Each(Box::new(read(&entry.value, components)?)),
        };
    }
    Ok(rules)
}

/// Marks the listed properties as required, after merging.
pub(super) fn require(rules: &mut ObjectRules, names: &Node) -> Result<()> {
    for item in names.items()? {
        let name = item.string()?;
        match rules.properties.iter_mut().find(|property| property.name == name) {
            Some(property) => property.required = true,
            None => return refuse(item.position, format!("`{name}` is required but no property")),
        }
    }
    Ok(())
}

fn one_of(variants: &[Node], fields: &mut Fields, components: Components) -> Result<Kind> {
    let mut discriminator = Fields::new(fields.need("discriminator")?, "a discriminator")?;
    let property = discriminator.need_string("propertyName")?;
    let mapping = discriminator.take("mapping");
    discriminator.finish()?;
    let mut read = Vec::new();
    for node in variants {
        let Some(target) = reference(node)? else {
            return refuse(node.position, "each schema of a oneOf is a $ref to a component");
        };
        let name = components.referenced(target, "schemas")?.key.clone();
        read.push(Variant { value: name.clone(), schema: name });
    }
    if let Some(entry) = mapping {
        let mut mapped = Vec::new();
        for pair in entry.value.entries()? {
            let name = components.referenced(&pair.value, "schemas")?.key.clone();
            if !read.iter().any(|variant| variant.schema == name) {
                return refuse(pair.value.position, format!("`{name}` is not in this oneOf"));
            }
            mapped.push(Variant { value: pair.key.clone(), schema: name });
        }
        if let Some(variant) =
            read.iter().find(|variant| !mapped.iter().any(|pair| pair.schema == variant.schema))
        {
            return refuse(entry.position, format!("the mapping leaves out `{}`", variant.schema));
        }
        read = mapped;
    }
    if read.is_empty() {
        return refuse(fields.position, "a oneOf needs a variant");
    }
    Ok(Kind::OneOf(OneOf { property, variants: read, mapped: mapping.is_some() }))
}
