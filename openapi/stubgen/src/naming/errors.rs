//! The methods of the trait that build the bodies of errors.

use std::collections::HashMap;

use super::casing::snake_case;
use super::scope::Scope;
use super::{Names, Role, needs_type};
use crate::json_schema::{self, Direction};
use crate::model::{Operation, Response, Schema, SchemaKind, Spec};

impl Names {
    /// One function for each type, named after it. The types have their names.
    pub(super) fn name_error_functions(&mut self, spec: &Spec, mut functions: Scope) {
        let mut by_type: HashMap<String, String> = HashMap::new();
        let responses = spec.operations.iter().flat_map(Operation::error_responses);
        for content in responses.filter_map(Response::error_content) {
            let schema = &content.schema;
            let is_text = content.media_type.to_ascii_lowercase().starts_with("text/plain")
                && matches!(&schema.kind, SchemaKind::String(string) if string.enum_values.is_empty());
            // The server writes these by itself.
            if spec.is_envelope_content(content) || is_text {
                continue;
            }
            let (key, name) = self.type_of_error(schema);
            let function = by_type
                .entry(key)
                .or_insert_with(|| functions.choose([format!("error_to_{}", snake_case(&name))]));
            let function = function.clone();
            self.set(Role::Error, schema, function);
        }
    }

    /// What tells the type of a body from others, and a name for it.
    fn type_of_error(&self, schema: &Schema) -> (String, String) {
        match &schema.kind {
            SchemaKind::Reference(name) if !schema.nullable => (name.clone(), name.clone()),
            _ if needs_type(schema) => {
                let name = self.schema(schema).to_owned();
                (format!("type {name}"), name)
            }
            _ => {
                // Types without a name are equal if their schemas are, unless a type within them
                // has a name.
                let mut inner = None;
                schema.visit(&mut |nested| {
                    if inner.is_none() && self.has_type(nested) {
                        inner = Some(nested);
                    }
                });
                let inner = inner.map(|inner| self.schema(inner)).unwrap_or_default();
                let text = json_schema::translate(schema, Direction::Example);
                (format!("schema {inner} {text}"), "body".to_owned())
            }
        }
    }
}
