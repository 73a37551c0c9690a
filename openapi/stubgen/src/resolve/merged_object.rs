//! The object that satisfies all branches of an `allOf`.

use std::collections::HashMap;

use crate::json_schema::{self, Direction};
use crate::model::{
    AdditionalProperties, Composition, ObjectConstraints, Property, Schema, SchemaKind,
};

/// The branches so far.
#[derive(Default)]
pub(super) struct MergedObject {
    pub object: ObjectConstraints,
    indices: HashMap<String, usize>,
}

impl MergedObject {
    /// Adds a branch. Returns false if the branches cannot be merged: a property is in different
    /// messages.
    pub fn add(&mut self, branch: ObjectConstraints) -> bool {
        for property in branch.properties {
            if !self.add_property(property) {
                return false;
            }
        }
        let merged = &mut self.object;
        merged.required.extend(branch.required);
        merged.min_properties = merged.min_properties.max(branch.min_properties);
        merged.max_properties = match (merged.max_properties, branch.max_properties) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if matches!(branch.additional_properties, AdditionalProperties::Allowed) {
            merged.additional_properties = AdditionalProperties::Allowed;
        }
        true
    }

    fn add_property(&mut self, property: Property) -> bool {
        let Some(index) = self.indices.get(&property.name) else {
            self.indices.insert(property.name.clone(), self.object.properties.len());
            self.object.properties.push(property);
            return true;
        };
        let known = &mut self.object.properties[*index];
        if known.schema.own_access() != property.schema.own_access() {
            return false;
        }
        known.required |= property.required;
        let first =
            std::mem::replace(&mut known.schema, Schema::new(property.span, SchemaKind::Any));
        known.schema = intersect(first, property.schema);
        true
    }
}

/// A schema of the values that satisfy both, of the more specific type.
fn intersect(first: Schema, second: Schema) -> Schema {
    let translate = |schema| json_schema::translate(schema, Direction::Example);
    if first.is_unconstrained() || translate(&first) == translate(&second) {
        return described(second, first);
    }
    if second.is_unconstrained() {
        return described(first, second);
    }
    match (&first.kind, &second.kind) {
        (SchemaKind::String(known), SchemaKind::String(_)) if !known.enum_values.is_empty() => {
            constrained(first, second)
        }
        (SchemaKind::String(_), SchemaKind::String(_))
        | (SchemaKind::Boolean, SchemaKind::Boolean) => constrained(second, first),
        (SchemaKind::Number(a), SchemaKind::Number(b))
            if a.integer == b.integer && a.format == b.format =>
        {
            constrained(second, first)
        }
        _ => {
            let mut both = Schema::new(second.span, SchemaKind::Any);
            (both.read_only, both.write_only) = (second.read_only, second.write_only);
            both.composition.all_of = vec![first, second];
            both
        }
    }
}

/// The schema, with the other's description if it has none.
fn described(schema: Schema, other: Schema) -> Schema {
    Schema {
        description: schema.description.or(other.description),
        default: schema.default.or(other.default),
        example: schema.example.or(other.example),
        ..schema
    }
}

/// The schema, whose values have to satisfy the other one as well.
fn constrained(schema: Schema, other: Schema) -> Schema {
    let nullable = schema.nullable && other.nullable;
    let Composition { mut all_of, .. } = schema.composition.clone();
    all_of.push(other);
    Schema { nullable, composition: Composition { all_of, ..schema.composition }, ..schema }
}
