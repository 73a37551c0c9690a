//! The document as a whole, and how its references are followed.

use std::collections::HashMap;

use serde_json::Value;

use super::{NamedSchema, Operation, Schema, SchemaKind, SecurityScheme};
use crate::diagnostic::Span;

/// How many components that are references lead to a schema at most.
pub(crate) const MAX_REFERENCES: usize = 64;

#[derive(Debug)]
pub(crate) struct Spec {
    pub info: Info,
    pub tags: Vec<Tag>,
    /// Operations in the order of the file, so those of one path are adjacent.
    pub operations: Vec<Operation>,
    /// Component schemas in the order of the file.
    pub schemas: Vec<NamedSchema>,
    /// The security schemes, each required by some operation.
    pub security_schemes: Vec<SecurityScheme>,
    schemas_by_name: HashMap<String, usize>,
    schemes_by_name: HashMap<String, usize>,
}

#[derive(Debug)]
pub(crate) struct Info {
    pub title: String,
    pub version: String,
    pub description: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Tag {
    pub name: String,
    pub description: Option<String>,
}

/// A value of the spec: a default or an example.
#[derive(Debug, Clone)]
pub(crate) struct Spanned {
    pub span: Span,
    pub value: Value,
}

impl Spec {
    pub fn new(
        info: Info,
        tags: Vec<Tag>,
        operations: Vec<Operation>,
        schemas: Vec<NamedSchema>,
        security_schemes: Vec<SecurityScheme>,
    ) -> Self {
        let names = schemas.iter().enumerate();
        let schemas_by_name = names.map(|(index, named)| (named.name.clone(), index)).collect();
        let names = security_schemes.iter().enumerate();
        let schemes_by_name = names.map(|(index, known)| (known.name.clone(), index)).collect();
        Self { info, tags, operations, schemas, security_schemes, schemas_by_name, schemes_by_name }
    }

    /// The place of a component schema in `schemas`. The parser has checked that every reference
    /// has a target.
    pub fn schema_index(&self, name: &str) -> Option<usize> {
        self.schemas_by_name.get(name).copied()
    }

    /// A security scheme by name.
    pub fn security_scheme(&self, name: &str) -> Option<&SecurityScheme> {
        self.scheme_index(name).map(|index| &self.security_schemes[index])
    }

    /// The place of a security scheme in `security_schemes`.
    pub fn scheme_index(&self, name: &str) -> Option<usize> {
        self.schemes_by_name.get(name).copied()
    }

    /// A component schema by name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schema_index(name).map(|index| &self.schemas[index].schema)
    }

    /// The schema itself, or what its reference leads to in the end.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let mut target = schema;
        // Longer chains, and references that lead only to each other, have been reported.
        for _ in 0..=MAX_REFERENCES {
            let SchemaKind::Reference(name) = &target.kind else { break };
            let Some(next) = self.schema(name) else { break };
            target = next;
        }
        target
    }

    /// The first of a schema and what it refers to for which `property` returns a value.
    pub fn find<'a, T>(
        &'a self,
        schema: &'a Schema,
        property: impl Fn(&'a Schema) -> Option<T>,
    ) -> Option<T> {
        let mut target = schema;
        for _ in 0..=MAX_REFERENCES {
            if let Some(value) = property(target) {
                return Some(value);
            }
            let SchemaKind::Reference(name) = &target.kind else { return None };
            target = self.schema(name)?;
        }
        None
    }

    /// The default of a schema, or of what it refers to.
    pub fn default_of<'a>(&'a self, schema: &'a Schema) -> Option<&'a Spanned> {
        self.find(schema, |schema| schema.default.as_ref())
    }

    /// Whether null is allowed, here or in what the schema refers to.
    pub fn is_nullable(&self, schema: &Schema) -> bool {
        self.find(schema, |schema| schema.nullable.then_some(())).is_some()
    }

    /// Every schema of the spec, nested ones included.
    pub fn all_schemas(&self) -> Vec<&Schema> {
        let mut all = Vec::new();
        let components = self.schemas.iter().map(|named| &named.schema);
        for schema in components.chain(self.operations.iter().flat_map(Operation::schemas)) {
            schema.visit(&mut |schema| all.push(schema));
        }
        all
    }

    /// Calls `visit` for every schema of the spec, nested ones included.
    pub fn visit_schemas_mut(&mut self, visit: &mut dyn FnMut(&mut Schema)) {
        let components = self.schemas.iter_mut().map(|named| &mut named.schema);
        let operations = self.operations.iter_mut().flat_map(Operation::schemas_mut);
        for schema in components.chain(operations) {
            schema.visit_mut(visit);
        }
    }
}
