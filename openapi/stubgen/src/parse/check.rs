//! Checks that need the whole spec: what refers to what, and whether every
//! type can be carried by Rust and every default and example by its schema.

use super::header;
use crate::diagnostic::{Result, refuse};
use crate::json_schema;
use crate::model::{Additional, Kind, ObjectRules, Schema, Spec, StringRules};
use crate::yaml::{Kind as Yaml, Node};

pub(super) fn check(spec: &Spec, root: &Node) -> Result<()> {
    components_are_used(root)?;
    for named in &spec.schemas {
        finite(spec, &named.name, &mut Vec::new())?;
    }
    for schema in all_schemas(spec) {
        variants(spec, schema)?;
        defaults(spec, schema)?;
        if let Some(example) = &schema.example
            && let Err(why) = json_schema::check_value(spec, schema, example)
        {
            return refuse(
                schema.position,
                format!("the example does not match its schema: {why}"),
            );
        }
    }
    for operation in &spec.operations {
        for parameter in &operation.parameters {
            parameter_type(spec, &parameter.schema)?;
            if parameter.required && spec.resolve(&parameter.schema).default.is_some() {
                return refuse(
                    parameter.position,
                    "a default has no effect on a required parameter",
                );
            }
        }
        for response in &operation.responses {
            for header in &response.headers {
                scalar(spec, &header.schema, "a response header")?;
                if header.is_supplied() {
                    header::check_request_id(spec, header)?;
                }
            }
        }
    }
    error_envelope(spec)?;
    crate::codegen::names::check(spec)
}

/// Every schema of the spec, with the nested ones.
pub(crate) fn all_schemas(spec: &Spec) -> Vec<&Schema> {
    let mut all = Vec::new();
    for named in &spec.schemas {
        nested(&named.schema, &mut all);
    }
    for operation in &spec.operations {
        operation.parameters.iter().for_each(|parameter| nested(&parameter.schema, &mut all));
        operation.body.iter().for_each(|body| nested(&body.schema, &mut all));
        for response in &operation.responses {
            response.schema.iter().for_each(|schema| nested(schema, &mut all));
            response.headers.iter().for_each(|header| nested(&header.schema, &mut all));
        }
    }
    all
}

fn nested<'a>(schema: &'a Schema, all: &mut Vec<&'a Schema>) {
    all.push(schema);
    match &schema.kind {
        Kind::Array(rules) => nested(&rules.items, all),
        Kind::Object(rules) => {
            rules.properties.iter().for_each(|property| nested(&property.schema, all));
            if let Additional::Each(schema) = &rules.additional {
                nested(schema, all);
            }
        }
        _ => {}
    }
}

/// Parameters, responses and so on that nothing refers to would be ignored.
fn components_are_used(root: &Node) -> Result<()> {
    let mut references = Vec::new();
    collect_references(root, &mut references);
    let entries = root.entries()?;
    let Some(components) = entries.iter().find(|entry| entry.key == "components") else {
        return Ok(());
    };
    for section in components.value.entries()? {
        if !matches!(section.key.as_str(), "parameters" | "responses" | "headers" | "requestBodies")
        {
            continue;
        }
        for component in section.value.entries()? {
            let path = format!("#/components/{}/{}", section.key, component.key);
            if !references.contains(&path.as_str()) {
                return refuse(component.position, format!("nothing refers to {path}"));
            }
        }
    }
    Ok(())
}

fn collect_references<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
    match &node.kind {
        Yaml::Scalar { .. } => {}
        Yaml::Sequence(items) => items.iter().for_each(|item| collect_references(item, found)),
        Yaml::Mapping(entries) => {
            for entry in entries {
                if let ("$ref", Ok(text)) = (entry.key.as_str(), entry.value.string()) {
                    found.push(text);
                }
                collect_references(&entry.value, found);
            }
        }
    }
}

/// A struct cannot contain itself; through an array or a map it can.
fn finite<'a>(spec: &'a Spec, name: &'a str, above: &mut Vec<&'a str>) -> Result<()> {
    let Some(named) = spec.schemas.iter().find(|named| named.name == name) else { return Ok(()) };
    if above.contains(&name) {
        return refuse(
            named.position,
            format!("`{name}` contains itself; let it do so through an array or a map"),
        );
    }
    above.push(name);
    for inner in contained(&named.schema) {
        finite(spec, inner, above)?;
    }
    above.pop();
    Ok(())
}

/// The components held directly, not through an array or a map.
fn contained(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        Kind::Reference(name) => vec![name],
        Kind::Object(rules) => {
            rules.properties.iter().flat_map(|property| contained(&property.schema)).collect()
        }
        Kind::OneOf(rules) => {
            rules.variants.iter().map(|variant| variant.schema.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// Each variant of a oneOf is an object that always says which one it is.
fn variants(spec: &Spec, schema: &Schema) -> Result<()> {
    let Kind::OneOf(one_of) = &schema.kind else { return Ok(()) };
    for variant in &one_of.variants {
        let target = spec.schema(&variant.schema);
        let Some(Schema { kind: Kind::Object(rules), nullable: false, .. }) = target else {
            return refuse(
                schema.position,
                format!("`{}` in oneOf is not a plain object", variant.schema),
            );
        };
        if !says(spec, rules, &one_of.property, &variant.value) {
            return refuse(
                schema.position,
                format!(
                    "`{}` needs a required string `{}` that can be `{}`",
                    variant.schema, one_of.property, variant.value
                ),
            );
        }
    }
    Ok(())
}

fn says(spec: &Spec, rules: &ObjectRules, property: &str, value: &str) -> bool {
    rules.properties.iter().filter(|known| known.name == property && known.required).any(|known| {
        match &spec.resolve(&known.schema).kind {
            Kind::String(StringRules { values, .. }) => {
                values.is_empty() || values.iter().any(|known| known == value)
            }
            _ => false,
        }
    })
}

/// A default stands on a scalar that may be absent, and is valid.
fn defaults(spec: &Spec, schema: &Schema) -> Result<()> {
    if let Kind::Object(rules) = &schema.kind {
        for property in &rules.properties {
            if property.required && spec.resolve(&property.schema).default.is_some() {
                return refuse(property.position, "a default has no effect on a required property");
            }
        }
    }
    let Some(default) = &schema.default else { return Ok(()) };
    if !matches!(schema.kind, Kind::Boolean | Kind::String(_) | Kind::Number(_)) || schema.nullable
    {
        return refuse(
            schema.position,
            "a default is supported for strings, numbers and booleans that are not nullable",
        );
    }
    match json_schema::check_value(spec, schema, default) {
        Ok(()) => Ok(()),
        Err(why) => {
            refuse(schema.position, format!("the default does not match its schema: {why}"))
        }
    }
}

fn parameter_type(spec: &Spec, schema: &Schema) -> Result<()> {
    match &spec.resolve(schema).kind {
        Kind::Array(rules) => scalar(spec, &rules.items, "an item of a parameter"),
        _ => scalar(spec, schema, "a parameter"),
    }
}

fn scalar(spec: &Spec, schema: &Schema, what: &str) -> Result<()> {
    let target = spec.resolve(schema);
    let plain = matches!(target.kind, Kind::Boolean | Kind::String(_) | Kind::Number(_));
    if !plain || target.nullable || target.read_only || target.write_only {
        return refuse(
            schema.position,
            format!("{what} is a string, a number or a boolean, and not nullable"),
        );
    }
    Ok(())
}

/// The schema `Error` is the envelope that every server answers with.
fn error_envelope(spec: &Spec) -> Result<()> {
    let Some(named) = spec.schemas.iter().find(|named| named.name == "Error") else {
        return Ok(());
    };
    let property = |schema: &Schema, name: &str, required: bool| -> Option<Schema> {
        let Kind::Object(rules) = &spec.resolve(schema).kind else { return None };
        let found = rules
            .properties
            .iter()
            .find(|known| known.name == name && known.required == required)?;
        Some(spec.resolve(&found.schema).clone())
    };
    let error = property(&named.schema, "error", true);
    let text = |name| {
        error
            .as_ref()
            .and_then(|error| property(error, name, true))
            .is_some_and(|schema| matches!(schema.kind, Kind::String(_)))
    };
    let details = error.as_ref().and_then(|error| property(error, "details", false));
    if text("code")
        && text("message")
        && details.is_some_and(|schema| matches!(schema.kind, Kind::Object(_)))
    {
        return Ok(());
    }
    refuse(
        named.position,
        "`Error` must be the envelope {error: {code: string, message: string, details?: object}}",
    )
}
