//! Recursion, `oneOf` variants, defaults and examples.

use serde_json::Value;

use crate::diagnostic::{Result, error_at};
use crate::json_schema::{self, Direction};
use crate::model::{NamedSchema, ObjectConstraints, OneOf, Schema, SchemaKind, Spec};
use crate::validator;

pub(super) fn check(spec: &Spec) -> Result<()> {
    for named in &spec.schemas {
        check_recursion(spec, named, &mut Vec::new())?;
    }
    for schema in spec.all_schemas() {
        check_variants(spec, schema)?;
        check_required_defaults(spec, schema)?;
        check_default(spec, schema)?;
        check_example(spec, schema)?;
    }
    Ok(())
}

/// A Rust struct cannot contain itself, except through a `Vec` or a map.
fn check_recursion<'a>(
    spec: &'a Spec,
    named: &'a NamedSchema,
    ancestors: &mut Vec<&'a str>,
) -> Result<()> {
    let name = named.name.as_str();
    if ancestors.contains(&name) {
        return error_at(
            named.position,
            format!("`{name}` contains itself; recursion must go through an array or a map"),
        );
    }
    ancestors.push(name);
    for child in direct_references(&named.schema) {
        if let Some(named) = spec.schemas.iter().find(|named| named.name == child) {
            check_recursion(spec, named, ancestors)?;
        }
    }
    ancestors.pop();
    Ok(())
}

/// The components that a value contains other than through an array or a map.
fn direct_references(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        SchemaKind::Reference(name) => vec![name],
        SchemaKind::Object(object) => object
            .properties
            .iter()
            .flat_map(|property| direct_references(&property.schema))
            .collect(),
        SchemaKind::OneOf(one_of) => {
            one_of.variants.iter().map(|variant| variant.schema.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// Every variant of a `oneOf` must be an object that contains the discriminator.
fn check_variants(spec: &Spec, schema: &Schema) -> Result<()> {
    let SchemaKind::OneOf(OneOf { discriminator, variants, .. }) = &schema.kind else {
        return Ok(());
    };
    for variant in variants {
        let name = &variant.schema;
        let target = spec.schema(name);
        let Some(Schema { kind: SchemaKind::Object(object), nullable: false, .. }) = target else {
            return error_at(
                schema.position,
                format!("`{name}` in oneOf is not an object; expected a non-nullable object"),
            );
        };
        if !has_discriminator(spec, object, discriminator, &variant.value) {
            return error_at(
                schema.position,
                format!(
                    "`{name}` in oneOf has no discriminator; expected a required string \
                     `{discriminator}` that allows `{}`",
                    variant.value
                ),
            );
        }
    }
    Ok(())
}

fn has_discriminator(spec: &Spec, object: &ObjectConstraints, name: &str, value: &str) -> bool {
    let Some(property) = object.property(name).filter(|property| property.required) else {
        return false;
    };
    match &spec.resolve(&property.schema).kind {
        SchemaKind::String(string) => {
            string.enum_values.is_empty() || string.enum_values.iter().any(|known| known == value)
        }
        _ => false,
    }
}

fn check_required_defaults(spec: &Spec, schema: &Schema) -> Result<()> {
    let SchemaKind::Object(object) = &schema.kind else { return Ok(()) };
    for property in &object.properties {
        if property.required && spec.resolve(&property.schema).default.is_some() {
            return error_at(
                property.position,
                format!(
                    "the default of the required property `{}` has no effect; remove one of the two",
                    property.name
                ),
            );
        }
    }
    Ok(())
}

fn check_default(spec: &Spec, schema: &Schema) -> Result<()> {
    let Some(default) = &schema.default else { return Ok(()) };
    if !schema.is_scalar() || schema.nullable {
        return error_at(
            schema.position,
            "unsupported default; expected a non-nullable string, number or boolean",
        );
    }
    match validate(spec, schema, default) {
        Ok(()) => Ok(()),
        Err(reason) => {
            error_at(schema.position, format!("the default does not match its schema: {reason}"))
        }
    }
}

fn check_example(spec: &Spec, schema: &Schema) -> Result<()> {
    let Some(example) = &schema.example else { return Ok(()) };
    match validate(spec, schema, example) {
        Ok(()) => Ok(()),
        Err(reason) => {
            error_at(schema.position, format!("the example does not match its schema: {reason}"))
        }
    }
}

fn validate(spec: &Spec, schema: &Schema, value: &Value) -> Result<(), String> {
    let mut document = json_schema::translate(schema, Direction::Example);
    if let Value::Object(map) = &mut document {
        map.insert("$defs".into(), json_schema::definitions(spec, Direction::Example));
    }
    validator::compile(&document)?.validate(value).map_err(|error| error.to_string())
}
