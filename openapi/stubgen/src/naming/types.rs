//! The names of types: components, and inline schemas named after what contains them.

use super::casing::{snake_case, status, upper_camel_case};
use super::contents::content_variants;
use super::scope::Scope;
use super::{Names, Role};
use crate::diagnostic::Diagnostics;
use crate::model::{
    AdditionalProperties, Content, ObjectConstraints, Operation, Schema, SchemaKind, Spec,
};

/// Whether a schema gets a named type: objects with properties, enums and `oneOf`. Other inline
/// schemas are standard Rust types.
pub(crate) fn needs_type(schema: &Schema) -> bool {
    match &schema.kind {
        SchemaKind::String(string) => !string.enum_values.is_empty(),
        SchemaKind::Object(object) => !object.properties.is_empty(),
        SchemaKind::OneOf(_) => true,
        _ => false,
    }
}

impl Names {
    /// Components come first: what refers to one knows its name.
    pub(super) fn name_components(&mut self, spec: &Spec, diagnostics: &Diagnostics) {
        for named in &spec.schemas {
            let name = upper_camel_case(&named.name);
            let name = self.types.claim(name, &named.name, named.span, diagnostics);
            self.set(Role::Type, &named.schema, name);
        }
        for named in &spec.schemas {
            if named.schema.nullable && needs_type(&named.schema) {
                let name = format!("Present{}", self.schema(&named.schema));
                let name = self.types.choose([name]);
                self.set(Role::NonNull, &named.schema, name);
            }
        }
    }

    pub(super) fn name_inline_types(&mut self, spec: &Spec, diagnostics: &Diagnostics) {
        for named in &spec.schemas {
            let name = self.schema(&named.schema).to_owned();
            self.name_children(&named.schema, &name, diagnostics);
        }
        for operation in &spec.operations {
            self.name_operation_types(operation, diagnostics);
        }
    }

    fn name_operation_types(&mut self, operation: &Operation, diagnostics: &Diagnostics) {
        let id = upper_camel_case(&operation.id);
        for parameter in &operation.parameters {
            let name = member(&id, &parameter.name);
            self.name_inline(&parameter.schema, name, diagnostics);
        }
        if let Some(body) = &operation.body {
            self.name_contents(&body.content, &format!("{id}Body"), diagnostics);
        }
        for response in &operation.responses {
            let prefix = format!("{id}{}", status(response.status));
            self.name_contents(&response.content, &format!("{prefix}Body"), diagnostics);
            for header in &response.headers {
                let name = member(&prefix, &header.name);
                self.name_inline(&header.schema, name, diagnostics);
            }
        }
    }

    /// A body, or an enum of the bodies of several media types.
    fn name_contents(&mut self, contents: &[Content], name: &str, diagnostics: &Diagnostics) {
        let [first, _, ..] = contents else {
            for content in contents {
                self.name_inline(&content.schema, name.to_owned(), diagnostics);
            }
            return;
        };
        let name = self.types.choose([name.to_owned()]);
        for (content, variant) in contents.iter().zip(content_variants(contents)) {
            self.name_inline(&content.schema, format!("{name}{variant}"), diagnostics);
        }
        self.set(Role::Content, first, name);
    }

    fn name_inline(&mut self, schema: &Schema, name: String, diagnostics: &Diagnostics) {
        if !needs_type(schema) {
            return self.name_children(schema, &name, diagnostics);
        }
        let name = self.types.choose([name]);
        self.name_children(schema, &name, diagnostics);
        self.set(Role::Type, schema, name);
    }

    /// The types and fields within a type.
    fn name_children(&mut self, schema: &Schema, name: &str, diagnostics: &Diagnostics) {
        match &schema.kind {
            SchemaKind::Array(array) => {
                let item = format!("{name}Item");
                self.name_inline(&array.items, item, diagnostics);
            }
            SchemaKind::Object(object) => self.name_members(schema, object, name, diagnostics),
            _ => {}
        }
    }

    fn name_members(
        &mut self,
        schema: &Schema,
        object: &ObjectConstraints,
        name: &str,
        diagnostics: &Diagnostics,
    ) {
        let mut fields = Scope::default();
        for property in &object.properties {
            let field = snake_case(&property.name);
            let field = fields.claim(field, &property.name, property.span, diagnostics);
            self.set(Role::Value, property, field);
            let inline = member(name, &property.name);
            self.name_inline(&property.schema, inline, diagnostics);
        }
        if let AdditionalProperties::Schema(values) = &object.additional_properties {
            let field = fields.choose(["additional_properties".to_owned()]);
            self.set(Role::AdditionalProperties, schema, field);
            self.name_inline(values, format!("{name}Value"), diagnostics);
        }
    }
}

/// The inline type of a property, parameter or response header of `parent`.
fn member(parent: &str, name: &str) -> String {
    format!("{parent}{}", upper_camel_case(name))
}
