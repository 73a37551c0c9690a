//! Merges the branches of `allOf` into the object that satisfies all of them.
//!
//! A component is merged when the file or an `allOf` first leads to it, so each is merged once. The
//! properties of a branch are copied. A few levels of objects that are merged within each other
//! would become gigabytes of code, so there are limits.

use std::collections::HashSet;

use super::merged_object::MergedObject;
use super::required;
use crate::diagnostic::{Diagnostics, Result, Span, SpecError, error_at};
use crate::model::{
    Access, AdditionalProperties, Branch, BranchKind, MAX_REFERENCES, NamedSchema,
    ObjectConstraints, Schema, SchemaKind, Spec,
};

/// How deep `allOf` may be nested through components.
const MAX_DEPTH: usize = 64;

/// How many properties `allOf` may copy in a document.
const MAX_COPIED_PROPERTIES: usize = 20_000;

pub(super) fn merge(spec: &mut Spec, diagnostics: &Diagnostics) {
    let schemas = std::mem::take(&mut spec.schemas);
    let mut operations = std::mem::take(&mut spec.operations);
    let states = vec![State::Pending; schemas.len()];
    let mut merger = Merger {
        spec,
        schemas,
        states,
        depth: 0,
        copied_properties: 0,
        copied_branches: HashSet::new(),
        diagnostics,
    };
    for index in 0..merger.schemas.len() {
        let span = merger.schemas[index].span;
        diagnostics.ok(merger.merge_component(index, span));
    }
    for schema in operations.iter_mut().flat_map(|operation| operation.schemas_mut()) {
        merger.merge_schema(schema);
    }
    spec.schemas = merger.schemas;
    spec.operations = operations;
}

#[derive(Clone, Copy)]
enum State {
    Pending,
    InProgress,
    /// With the levels of `allOf` that the component consists of.
    Merged(usize),
}

struct Merger<'a> {
    /// The spec without what is being merged.
    spec: &'a Spec,
    schemas: Vec<NamedSchema>,
    states: Vec<State>,
    /// The number of components in progress.
    depth: usize,
    copied_properties: usize,
    /// Operations share parameters and responses, whose branches count once.
    copied_branches: HashSet<Span>,
    diagnostics: &'a Diagnostics,
}

impl Merger<'_> {
    /// Returns the levels of `allOf`. `user` is the construct that needs the component.
    fn merge_component(&mut self, index: usize, user: Span) -> Result<usize> {
        match self.states[index] {
            State::Merged(levels) => return Ok(levels),
            State::InProgress => {
                let name = &self.schemas[index].name;
                let message = format!("this allOf contains `{name}` recursively");
                return error_at(user, message, "remove the cycle");
            }
            State::Pending if self.depth >= MAX_DEPTH => return nesting_error(user),
            State::Pending => {}
        }
        self.states[index] = State::InProgress;
        self.depth += 1;
        let placeholder = Schema::new(user, SchemaKind::Invalid);
        let mut schema = std::mem::replace(&mut self.schemas[index].schema, placeholder);
        let levels = self.merge_schema(&mut schema);
        self.schemas[index].schema = schema;
        self.depth -= 1;
        self.states[index] = State::Merged(levels);
        Ok(levels)
    }

    /// Merges each object within a schema. Returns the levels of `allOf`.
    fn merge_schema(&mut self, schema: &mut Schema) -> usize {
        let levels = match &mut schema.kind {
            SchemaKind::Array(array) => Ok(self.merge_schema(&mut array.items)),
            SchemaKind::Object(object) => self.merge_object(object),
            _ => Ok(0),
        };
        self.diagnostics.ok(levels).unwrap_or_else(|| {
            schema.kind = SchemaKind::Invalid;
            0
        })
    }

    fn merge_object(&mut self, object: &mut ObjectConstraints) -> Result<usize> {
        let mut levels = self.merge_nested(object);
        if !object.all_of.is_empty() {
            let mut merged = MergedObject::default();
            let mut own = std::mem::take(object);
            let branches = std::mem::take(&mut own.all_of);
            levels = levels.max(self.add_branches(&mut merged, branches)?);
            merged.add(own, None, self.diagnostics);
            *object = merged.object;
        }
        required::mark(object, self.diagnostics);
        Ok(levels)
    }

    fn merge_nested(&mut self, object: &mut ObjectConstraints) -> usize {
        let properties = object.properties.iter_mut().map(|property| &mut property.schema);
        let values = match &mut object.additional_properties {
            AdditionalProperties::Schema(values) => Some(&mut **values),
            _ => None,
        };
        let levels = properties.chain(values).map(|schema| self.merge_schema(schema));
        levels.max().unwrap_or(0)
    }

    /// Adds each branch, and fails in the end if one of them is invalid.
    fn add_branches(&mut self, merged: &mut MergedObject, branches: Vec<Branch>) -> Result<usize> {
        let count = branches.len();
        let mut levels = Vec::new();
        for branch in branches {
            let added = match branch.kind {
                BranchKind::Reference(name) => self.add_component(merged, &name, branch.span),
                BranchKind::Inline(object) => self.add_inline(merged, object),
            };
            levels.extend(self.diagnostics.ok(added));
        }
        if levels.len() < count {
            Err(SpecError::Reported)
        } else {
            Ok(levels.into_iter().max().unwrap_or(0))
        }
    }

    fn add_inline(
        &mut self,
        merged: &mut MergedObject,
        mut object: ObjectConstraints,
    ) -> Result<usize> {
        let levels = self.merge_nested(&mut object);
        let branches = std::mem::take(&mut object.all_of);
        let levels = levels.max(self.add_branches(merged, branches)?);
        merged.add(object, None, self.diagnostics);
        Ok(levels)
    }

    fn add_component(
        &mut self,
        merged: &mut MergedObject,
        name: &str,
        branch: Span,
    ) -> Result<usize> {
        let (index, levels) = self.follow(name, branch)?;
        if levels >= MAX_DEPTH {
            return nesting_error(branch);
        }
        let SchemaKind::Object(object) = &self.schemas[index].schema.kind else {
            return plainness_error(name, branch);
        };
        if let AdditionalProperties::Forbidden | AdditionalProperties::Schema(_) =
            object.additional_properties
        {
            return error_at(
                branch,
                format!(
                    "`additionalProperties` of `{name}` would apply to the properties of the other branches"
                ),
                "remove it from the component",
            );
        }
        let copy = object.clone();
        self.count_copy(&copy, branch)?;
        merged.add(copy, Some(branch), self.diagnostics);
        Ok(levels + 1)
    }

    /// The place of the component, or of the one that it is a reference to, with its levels.
    fn follow(&mut self, name: &str, branch: Span) -> Result<(usize, usize)> {
        let mut target = name.to_owned();
        // Longer chains, and references that lead only to each other, are reported elsewhere.
        for _ in 0..=MAX_REFERENCES {
            let index = self.spec.schema_index(&target).ok_or(SpecError::Reported)?;
            let levels = self.merge_component(index, branch)?;
            let schema = &self.schemas[index].schema;
            if schema.nullable || schema.own_access() != Access::ReadWrite {
                return plainness_error(name, branch);
            }
            match &schema.kind {
                SchemaKind::Reference(next) => target.clone_from(next),
                SchemaKind::Invalid => break,
                _ => return Ok((index, levels)),
            }
        }
        Err(SpecError::Reported)
    }

    fn count_copy(&mut self, object: &ObjectConstraints, branch: Span) -> Result<()> {
        if self.copied_branches.insert(branch) {
            self.copied_properties =
                self.copied_properties.saturating_add(nested_properties(object));
        }
        if self.copied_properties <= MAX_COPIED_PROPERTIES {
            return Ok(());
        }
        error_at(
            branch,
            format!("the allOf of this document copy more than {MAX_COPIED_PROPERTIES} properties"),
            "refer to the objects instead of merging them",
        )
    }
}

/// The number of properties of an object and of those within it.
fn nested_properties(object: &ObjectConstraints) -> usize {
    let mut all = Vec::new();
    object.collect_nested(&mut all);
    let nested = all.iter().map(|schema| match &schema.kind {
        SchemaKind::Object(object) => object.properties.len(),
        _ => 0,
    });
    object.properties.len() + nested.sum::<usize>()
}

fn nesting_error<T>(user: Span) -> Result<T> {
    error_at(
        user,
        format!("allOf is nested more than {MAX_DEPTH} levels deep"),
        "merge some of the schemas",
    )
}

fn plainness_error<T>(name: &str, branch: Span) -> Result<T> {
    error_at(
        branch,
        format!("`{name}` in allOf is not a plain object"),
        "refer to objects that are not nullable, readOnly or writeOnly",
    )
}
