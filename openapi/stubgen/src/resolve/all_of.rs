//! Merges the branches of `allOf` into the object that satisfies all of them.
//!
//! A component is merged when the file or an `allOf` first leads to it, so each is merged once. The
//! properties of a branch are copied. A few levels of objects that are merged within each other
//! would become gigabytes of code, so there are limits.
//!
//! Branches that are not plain objects cannot be merged. They become constraints of any JSON value,
//! which is what the implementation gets. So do those within an object that lead back to it:
//! merged, they would contain themselves without end.

use std::collections::HashSet;

use super::annotations;
use super::merged_object::MergedObject;
use super::nesting::Nesting;
use super::plain_object::{is_plain, nested_properties, plain_object};
use super::required;
use crate::diagnostic::{Diagnostics, Result, Span, SpecError, error_at};
use crate::model::{
    AdditionalProperties, MAX_REFERENCES, NamedSchema, ObjectConstraints, Schema, SchemaKind, Spec,
};

/// How deep `allOf` may be nested through components.
const MAX_DEPTH: usize = 64;

/// How many properties `allOf` may copy in a document.
const MAX_COPIED_PROPERTIES: usize = 20_000;

pub(super) fn merge(spec: &mut Spec, diagnostics: &Diagnostics) {
    let nesting = Nesting::new(spec);
    let schemas = std::mem::take(&mut spec.schemas);
    let mut operations = std::mem::take(&mut spec.operations);
    let states = vec![State::Pending; schemas.len()];
    let mut merger = Merger {
        spec,
        schemas,
        states,
        nesting,
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
        merger.merge_schema(schema, Place::Typed);
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

/// What a schema is for, which decides when the names in `required` must be properties.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Typed,
    /// A branch of an `allOf`: the properties can be those of another branch.
    Branch,
    /// A part of a composition, such as `oneOf: [{ required: [a] }, { required: [b] }]`.
    Composed,
}

struct Merger<'a> {
    /// The spec without what is being merged.
    spec: &'a Spec,
    schemas: Vec<NamedSchema>,
    states: Vec<State>,
    nesting: Nesting,
    /// The number of components in progress.
    depth: usize,
    copied_properties: usize,
    /// Operations share parameters and responses, whose branches count once.
    copied_branches: HashSet<Span>,
    diagnostics: &'a Diagnostics,
}

/// What a branch adds to the merged object.
enum Part {
    Object(ObjectConstraints),
    /// A schema that allows every value.
    Nothing,
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
        let outer = self.nesting.enter(index);
        let levels = self.merge_schema(&mut schema, Place::Typed);
        self.nesting.leave(outer);
        self.schemas[index].schema = schema;
        self.depth -= 1;
        self.states[index] = State::Merged(levels);
        Ok(levels)
    }

    /// Merges each `allOf` within a schema. Returns the levels of `allOf`.
    fn merge_schema(&mut self, schema: &mut Schema, place: Place) -> usize {
        let mut levels = 0;
        for child in schema.composition.children_mut() {
            levels = levels.max(self.merge_schema(child, Place::Composed));
        }
        let inner = match place {
            Place::Composed => Place::Composed,
            Place::Typed | Place::Branch => Place::Typed,
        };
        let merged = match &mut schema.kind {
            SchemaKind::Array(array) => Ok(self.merge_part(&mut array.items, inner)),
            SchemaKind::Object(object) => {
                let parts = object.parts_mut().map(|part| self.merge_part(part, inner));
                Ok(parts.max().unwrap_or(0))
            }
            SchemaKind::AllOf(branches) => {
                let branches = std::mem::take(branches);
                self.merge_branches(schema, branches)
            }
            _ => Ok(0),
        };
        match self.diagnostics.ok(merged) {
            Some(merged) => levels = levels.max(merged),
            None => schema.kind = SchemaKind::Invalid,
        }
        if place != Place::Branch
            && let SchemaKind::Object(object) = &mut schema.kind
        {
            required::mark(object, place == Place::Typed, self.diagnostics);
        }
        levels
    }

    fn merge_part(&mut self, part: &mut Schema, place: Place) -> usize {
        let outer = self.nesting.enter_part();
        let levels = self.merge_schema(part, place);
        self.nesting.leave(outer);
        levels
    }

    /// Gives the schema the object that the branches describe, or else makes them constraints.
    fn merge_branches(&mut self, schema: &mut Schema, mut branches: Vec<Schema>) -> Result<usize> {
        let mut levels = 0;
        for branch in &mut branches {
            levels = levels.max(self.merge_schema(branch, Place::Branch));
        }
        let component = |name: &str| Some(&self.schemas[self.spec.schema_index(name)?].schema);
        annotations::adopt(schema, &mut branches, component, self.diagnostics);
        if self.nesting.leads_back(self.spec, &branches) {
            return Ok(self.compose(schema, branches, levels));
        }
        let mut merged = MergedObject::default();
        let mut has_type = false;
        for branch in &branches {
            let Some((part, is_typed, level)) = self.part(branch)? else {
                return Ok(self.compose(schema, branches, levels));
            };
            levels = levels.max(level);
            has_type |= is_typed;
            if let Part::Object(object) = part
                && !merged.add(object)
            {
                return Ok(self.compose(schema, branches, levels));
            }
        }
        if !has_type {
            return Ok(self.compose(schema, branches, levels));
        }
        schema.kind = SchemaKind::Object(merged.object);
        Ok(levels)
    }

    /// The branches as constraints. With a single one that is not trivial, the schema is that one.
    fn compose(&mut self, schema: &mut Schema, branches: Vec<Schema>, levels: usize) -> usize {
        let mut rest: Vec<Schema> =
            branches.into_iter().filter(|branch| !branch.is_unconstrained()).collect();
        schema.kind = SchemaKind::Any;
        if let [only] = &rest[..]
            && let SchemaKind::Reference(name) = &only.kind
        {
            schema.kind = SchemaKind::Reference(name.clone());
            schema.is_wrapped = true;
            return levels;
        }
        for branch in &mut rest {
            if let SchemaKind::Object(object) = &mut branch.kind {
                required::mark(object, false, self.diagnostics);
            }
            for untyped in &mut branch.composition.untyped {
                if let SchemaKind::Object(object) = &mut untyped.kind {
                    required::mark(object, false, self.diagnostics);
                }
            }
        }
        schema.composition.all_of.extend(rest);
        levels
    }

    /// What a branch adds, whether it has the type object, and its levels. `None` if it cannot be
    /// merged.
    fn part(&mut self, branch: &Schema) -> Result<Option<(Part, bool, usize)>> {
        if branch.is_unconstrained() {
            return Ok(Some((Part::Nothing, false, 0)));
        }
        let (object, is_typed, levels) = match &branch.kind {
            SchemaKind::Invalid => return Err(SpecError::Reported),
            SchemaKind::Reference(name) => {
                let (index, levels) = self.follow(name, branch.span)?;
                if levels >= MAX_DEPTH {
                    return nesting_error(branch.span);
                }
                let Some((object, is_typed)) = plain_object(&self.schemas[index].schema) else {
                    return Ok(None);
                };
                let copy = object.clone();
                self.count_copy(&copy, branch.span)?;
                (copy, is_typed, levels + 1)
            }
            _ => match plain_object(branch) {
                Some((object, is_typed)) => (object.clone(), is_typed, 0),
                None => return Ok(None),
            },
        };
        let is_open = matches!(
            object.additional_properties,
            AdditionalProperties::Unspecified | AdditionalProperties::Allowed
        );
        Ok(is_open.then_some((Part::Object(object), is_typed, levels)))
    }

    /// The place of the component, or of the one that it is a reference to, with its levels.
    fn follow(&mut self, name: &str, branch: Span) -> Result<(usize, usize)> {
        let mut target = name.to_owned();
        // Longer chains, and references that lead only to each other, are reported elsewhere.
        for _ in 0..=MAX_REFERENCES {
            let index = self.spec.schema_index(&target).ok_or(SpecError::Reported)?;
            let levels = self.merge_component(index, branch)?;
            let schema = &self.schemas[index].schema;
            match &schema.kind {
                SchemaKind::Reference(next) if is_plain(schema) => target.clone_from(next),
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

fn nesting_error<T>(user: Span) -> Result<T> {
    error_at(
        user,
        format!("allOf is nested more than {MAX_DEPTH} levels deep"),
        "merge some of the schemas",
    )
}
