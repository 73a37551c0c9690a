//! Schemas. This module holds the recursion: the kinds of schemas that contain schemas.

use serde_json::Value;

use super::all_of::merge_into;
use super::components::{Components, parse_reference};
use super::fields::Fields;
use super::number::parse_number;
use super::one_of::parse_one_of;
use super::string::parse_string;
use crate::diagnostic::{Result, error_at};
use crate::model::{
    AdditionalProperties, ArrayConstraints, ObjectConstraints, Property, Schema, SchemaKind,
};
use crate::yaml::{Entry, Node};

const TYPES: [&str; 6] = ["boolean", "string", "integer", "number", "array", "object"];

pub(super) fn parse_schema(node: &Node, components: Components) -> Result<Schema> {
    if let Some(reference) = parse_reference(node)? {
        let name = components.lookup(reference, "schemas")?.key.clone();
        return Ok(Schema::new(node.position, SchemaKind::Reference(name)));
    }
    let mut fields = Fields::new(node, "a schema")?;
    let mut schema = Schema::new(node.position, SchemaKind::Any);
    schema.title = fields.optional_string("title")?;
    schema.description = fields.optional_string("description")?;
    schema.nullable = fields.flag("nullable")?;
    schema.read_only = fields.flag("readOnly")?;
    schema.write_only = fields.flag("writeOnly")?;
    schema.deprecated = fields.flag("deprecated")?;
    schema.default = fields.optional("default").map(|entry| entry.value.json()).transpose()?;
    schema.example = fields.optional("example").map(|entry| entry.value.json()).transpose()?;
    if schema.read_only && schema.write_only {
        return error_at(node.position, "a schema is both readOnly and writeOnly; remove one");
    }
    fields.ignore(&["externalDocs"]);
    schema.kind = parse_kind(node, &mut fields, components, schema.nullable)?;
    if let (SchemaKind::Number(number), Some(default)) = (&schema.kind, &mut schema.default)
        && number.integer
    {
        normalize_integer(default);
    }
    fields.deny_unknown()?;
    Ok(schema)
}

/// Writes `10.0` and `1e1` as `10`, the only form that Rust's integers deserialize from.
fn normalize_integer(number: &mut Value) {
    // Integers up to here are exact as doubles.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    if number.is_f64()
        && let Some(value) = number.as_f64()
        && value.fract() == 0.0
        && value.abs() <= MAX_EXACT
    {
        *number = Value::from(value as i64);
    }
}

fn parse_kind(
    node: &Node,
    fields: &mut Fields,
    components: Components,
    nullable: bool,
) -> Result<SchemaKind> {
    if let Some(all_of) = fields.optional("allOf") {
        return parse_all_of(all_of, fields, components).map(SchemaKind::Object);
    }
    if let Some(one_of) = fields.optional("oneOf") {
        let variants = one_of.value.items()?;
        return parse_one_of(variants, fields, components).map(SchemaKind::OneOf);
    }
    let Some(entry) = fields.optional("type") else {
        if nullable {
            return error_at(node.position, "`nullable` has no effect without `type`; add `type`");
        }
        return Ok(SchemaKind::Any);
    };
    parse_type(&entry.value, fields, components, nullable)
}

fn parse_type(
    node: &Node,
    fields: &mut Fields,
    components: Components,
    nullable: bool,
) -> Result<SchemaKind> {
    match node.string()? {
        "boolean" => Ok(SchemaKind::Boolean),
        "string" => parse_string(fields, nullable).map(SchemaKind::String),
        "integer" => parse_number(fields, true).map(SchemaKind::Number),
        "number" => parse_number(fields, false).map(SchemaKind::Number),
        "array" => parse_array(fields, components).map(SchemaKind::Array),
        "object" => parse_object(fields, components).map(SchemaKind::Object),
        other => {
            let message = format!("unknown type `{other}`; expected one of {}", TYPES.join(", "));
            error_at(node.position, message)
        }
    }
}

fn parse_array(fields: &mut Fields, components: Components) -> Result<ArrayConstraints> {
    Ok(ArrayConstraints {
        items: Box::new(parse_schema(fields.required("items")?, components)?),
        min_items: fields.optional_count("minItems")?,
        max_items: fields.optional_count("maxItems")?,
        unique_items: fields.flag("uniqueItems")?,
    })
}

fn parse_object(fields: &mut Fields, components: Components) -> Result<ObjectConstraints> {
    let mut object = parse_properties(fields, components)?;
    if let Some(required) = fields.optional("required") {
        mark_required(&mut object, &required.value)?;
    }
    Ok(object)
}

/// An object's keywords except `required`.
fn parse_properties(fields: &mut Fields, components: Components) -> Result<ObjectConstraints> {
    let mut object = ObjectConstraints {
        min_properties: fields.optional_count("minProperties")?,
        max_properties: fields.optional_count("maxProperties")?,
        ..ObjectConstraints::default()
    };
    if let Some(entry) = fields.optional("properties") {
        for property in entry.value.entries()? {
            object.properties.push(Property {
                name: property.key.clone(),
                position: property.position,
                required: false,
                schema: parse_schema(&property.value, components)?,
            });
        }
    }
    if let Some(entry) = fields.optional("additionalProperties") {
        object.additional_properties = match entry.value.json()? {
            Value::Bool(true) => AdditionalProperties::Allowed,
            Value::Bool(false) => AdditionalProperties::Forbidden,
            _ => AdditionalProperties::Schema(Box::new(parse_schema(&entry.value, components)?)),
        };
    }
    Ok(object)
}

fn mark_required(object: &mut ObjectConstraints, names: &Node) -> Result<()> {
    for item in names.items()? {
        let name = item.string()?;
        let property = object.properties.iter_mut().find(|property| property.name == name);
        match property {
            Some(property) => property.required = true,
            None => {
                return error_at(
                    item.position,
                    format!("required property `{name}` is not defined; add it to `properties`"),
                );
            }
        }
    }
    Ok(())
}

/// The object that satisfies every branch and the keywords beside `allOf`.
fn parse_all_of(
    all_of: &Entry,
    fields: &mut Fields,
    components: Components,
) -> Result<ObjectConstraints> {
    let mut merged = ObjectConstraints::default();
    let mut required = Vec::new();
    merge_branches(all_of, components, &mut merged, &mut required)?;
    expect_object(fields)?;
    merge_into(&mut merged, parse_properties(fields, components)?, all_of)?;
    required.extend(fields.optional("required").map(|names| &names.value));
    for names in required {
        mark_required(&mut merged, names)?;
    }
    Ok(merged)
}

/// Merges each branch after the branches within it. `required` may name a property of another
/// branch, so it is collected for the end.
fn merge_branches<'a>(
    all_of: &'a Entry,
    components: Components<'a>,
    merged: &mut ObjectConstraints,
    required: &mut Vec<&'a Node>,
) -> Result<()> {
    for branch in all_of.value.items()? {
        let (node, components) = match parse_reference(branch)? {
            Some(reference) => {
                let component = components.lookup(reference, "schemas")?;
                (&component.value, components.expanding(component, all_of)?)
            }
            None => (branch, components),
        };
        let mut fields = Fields::new(node, "a schema in allOf")?;
        fields.ignore(&["title", "description", "example", "externalDocs"]);
        if let Some(inner) = fields.optional("allOf") {
            merge_branches(inner, components, merged, required)?;
        }
        expect_object(&mut fields)?;
        let object = parse_properties(&mut fields, components)?;
        required.extend(fields.optional("required").map(|names| &names.value));
        fields.deny_unknown()?;
        merge_into(merged, object, all_of)?;
    }
    Ok(())
}

fn expect_object(fields: &mut Fields) -> Result<()> {
    let Some(entry) = fields.optional("type") else { return Ok(()) };
    match entry.value.string()? {
        "object" => Ok(()),
        other => {
            error_at(entry.value.position, format!("`{other}` in allOf; expected type object"))
        }
    }
}
