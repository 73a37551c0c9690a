//! Collisions: two names of the spec that become the same Rust name in the same scope.

use std::collections::BTreeMap;

use crate::diagnostic::{Position, Result, error_at};
use crate::model::{AdditionalProperties, NamedSchema, Operation, Schema, SchemaKind, Spec};
use crate::names::{self, snake_case, upper_camel_case};

/// The names that generated code uses without a path.
const RESERVED: [&str; 16] = [
    "Option", "Some", "None", "Result", "Ok", "Err", "String", "Vec", "Box", "Send", "Sync",
    "Future", "Self", "Type", "Into", "Server",
];

pub(super) fn check(spec: &Spec) -> Result<()> {
    let mut types = Scope::default();
    types.insert(&names::service(spec), Position::START, "the trait")?;
    types.insert(&names::server(spec), Position::START, "the server")?;
    for named in &spec.schemas {
        insert_component(&mut types, named)?;
    }
    let mut functions = Scope::default();
    for scheme in &spec.security_schemes {
        functions.insert(&snake_case(&scheme.name), Position::START, &scheme.name)?;
    }
    for operation in &spec.operations {
        functions.insert(&snake_case(&operation.id), operation.position, &operation.id)?;
        types.insert(&names::response(operation), operation.position, &operation.id)?;
        check_arguments(operation)?;
        check_response_fields(operation)?;
        for (name, schema) in names::operation_schemas(operation) {
            insert_inline(&mut types, schema, &name)?;
        }
    }
    Ok(())
}

fn insert_component(types: &mut Scope, named: &NamedSchema) -> Result<()> {
    let name = upper_camel_case(&named.name);
    types.insert(&name, named.position, &named.name)?;
    if named.schema.nullable && names::needs_type(&named.schema) {
        types.insert(&names::non_null(&name), named.position, &named.name)?;
    }
    insert_children(types, &named.schema, &name)
}

fn insert_inline(types: &mut Scope, schema: &Schema, name: &str) -> Result<()> {
    if names::needs_type(schema) {
        types.insert(name, schema.position, name)?;
    }
    insert_children(types, schema, name)
}

/// Checks the fields or variants of a type, and adds the types within it.
fn insert_children(types: &mut Scope, schema: &Schema, name: &str) -> Result<()> {
    match &schema.kind {
        SchemaKind::String(string) => {
            check_variants(schema, string.enum_values.iter())?;
        }
        SchemaKind::Array(array) => insert_inline(types, &array.items, &names::item(name))?,
        SchemaKind::Object(object) => {
            let mut fields = Scope::default();
            for property in &object.properties {
                fields.insert(&snake_case(&property.name), property.position, &property.name)?;
                insert_inline(types, &property.schema, &names::member(name, &property.name))?;
            }
            if let AdditionalProperties::Schema(values) = &object.additional_properties {
                let field = "additional_properties";
                fields.insert(field, values.position, "additionalProperties")?;
                insert_inline(types, values, &names::value(name))?;
            }
        }
        SchemaKind::OneOf(one_of) => {
            check_variants(schema, one_of.variants.iter().map(|variant| &variant.value))?;
        }
        _ => {}
    }
    Ok(())
}

fn check_variants<'a>(schema: &Schema, values: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut variants = Scope::default();
    for value in values {
        variants.insert(&upper_camel_case(value), schema.position, value)?;
    }
    Ok(())
}

fn check_arguments(operation: &Operation) -> Result<()> {
    let mut arguments = Scope::default();
    for scheme in &operation.security {
        arguments.insert(&snake_case(scheme), operation.position, scheme)?;
    }
    if operation.body.is_some() {
        arguments.insert("body", operation.position, "the body")?;
    }
    for parameter in &operation.parameters {
        arguments.insert(&snake_case(&parameter.name), parameter.position, &parameter.name)?;
    }
    Ok(())
}

fn check_response_fields(operation: &Operation) -> Result<()> {
    for response in &operation.responses {
        let mut fields = Scope::default();
        fields.insert("body", response.position, "the body")?;
        for header in response.handler_headers() {
            fields.insert(&snake_case(&header.name), response.position, &header.name)?;
        }
    }
    Ok(())
}

/// The Rust names of a scope, each with the spec's name that it comes from.
#[derive(Default)]
struct Scope(BTreeMap<String, String>);

impl Scope {
    fn insert(&mut self, rust: &str, position: Position, name: &str) -> Result<()> {
        if RESERVED.contains(&rust) {
            return error_at(
                position,
                format!(
                    "`{name}` would be named `{rust}`, which is reserved for generated code; \
                     rename it"
                ),
            );
        }
        match self.0.insert(rust.to_owned(), name.to_owned()) {
            None => Ok(()),
            Some(other) => error_at(
                position,
                format!("`{name}` and `{other}` would both be named `{rust}`; rename one"),
            ),
        }
    }
}
