//! What a value can be: the JSON types that a schema allows, and the schemas of its items and
//! properties, through references and compositions.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::model::{AdditionalProperties, Schema, SchemaKind, Spec};

/// How many components are followed for one value. Beyond them, nothing is known of it. Real schemas
/// are far below; the limit bounds time, stack and code whatever a spec contains.
const MAX_COMPONENTS: usize = 256;

/// A set of JSON types, without null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub const STRING: Self = Self(1);
    pub const NUMBER: Self = Self(2);
    pub const BOOLEAN: Self = Self(4);
    pub const ARRAY: Self = Self(8);
    pub const OBJECT: Self = Self(16);
    const NONE: Self = Self(0);
    pub const ALL: Self = Self(31);

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn scalars(self) -> Self {
        Self(self.0 & 7)
    }

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NONE,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// The types of the values that a schema allows.
pub(super) fn types(spec: &Spec, schema: &Schema) -> Types {
    of_schema(spec, schema, &mut HashMap::new())
}

/// `known` has the components that were visited. Within a component, a reference to it restricts
/// nothing.
fn of_schema<'a>(spec: &'a Spec, schema: &'a Schema, known: &mut HashMap<&'a str, Types>) -> Types {
    let mut types = match &schema.kind {
        SchemaKind::Reference(name) => of_component(spec, name, known),
        SchemaKind::Any | SchemaKind::Invalid => Types::ALL,
        SchemaKind::Boolean => Types::BOOLEAN,
        SchemaKind::String(_) | SchemaKind::File => Types::STRING,
        SchemaKind::Number(_) => Types::NUMBER,
        SchemaKind::Array(_) => Types::ARRAY,
        SchemaKind::Object(_) | SchemaKind::OneOf(_) => Types::OBJECT,
        SchemaKind::AllOf(branches) => branches
            .iter()
            .fold(Types::ALL, |types, branch| types.and(of_schema(spec, branch, known))),
    };
    if !schema.values.is_empty() {
        let of_values = schema.values.iter().map(Types::of_value);
        types = types.and(of_values.fold(Types::NONE, Types::or));
    }
    for branch in &schema.composition.all_of {
        types = types.and(of_schema(spec, branch, known));
    }
    for branches in [&schema.composition.one_of, &schema.composition.any_of] {
        let of_branches = branches.iter().map(|branch| of_schema(spec, branch, known));
        let of_any = of_branches.fold(Types::NONE, Types::or);
        if !branches.is_empty() {
            types = types.and(of_any);
        }
    }
    types
}

fn of_component<'a>(spec: &'a Spec, name: &'a str, known: &mut HashMap<&'a str, Types>) -> Types {
    if let Some(types) = known.get(name) {
        return *types;
    }
    if known.len() >= MAX_COMPONENTS {
        return Types::ALL;
    }
    known.insert(name, Types::ALL);
    let types = spec.schema(name).map_or(Types::ALL, |target| of_schema(spec, target, known));
    known.insert(name, types);
    types
}

/// What arrays and objects consist of. Branches of a composition can each say something of a part.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub items: Vec<&'a Schema>,
    /// In the order of the spec.
    pub properties: Vec<(&'a str, Vec<&'a Schema>)>,
    /// The schemas of properties without a name in the spec.
    pub others: Vec<&'a Schema>,
    /// Whether a schema says of such properties that they are allowed.
    pub allows_others: bool,
}

impl<'a> Parts<'a> {
    pub fn of(spec: &'a Spec, schemas: &[&'a Schema]) -> Self {
        let mut parts = Self::default();
        let mut visited = HashSet::new();
        for schema in schemas {
            parts.add(spec, schema, &mut visited);
        }
        parts
    }

    fn add(&mut self, spec: &'a Spec, schema: &'a Schema, visited: &mut HashSet<&'a str>) {
        match &schema.kind {
            SchemaKind::Reference(name) => self.add_component(spec, name, visited),
            SchemaKind::OneOf(one_of) => {
                for variant in &one_of.variants {
                    self.add_component(spec, &variant.schema, visited);
                }
            }
            SchemaKind::Array(array) => self.items.push(&array.items),
            SchemaKind::Object(object) => {
                for property in &object.properties {
                    self.add_property(&property.name, &property.schema);
                }
                match &object.additional_properties {
                    AdditionalProperties::Unspecified | AdditionalProperties::Forbidden => {}
                    AdditionalProperties::Allowed => self.allows_others = true,
                    AdditionalProperties::Schema(values) => {
                        self.others.push(values);
                        self.allows_others = true;
                    }
                }
            }
            _ => {}
        }
        // What `not` names is not allowed.
        let composition = &schema.composition;
        let lists =
            [&composition.untyped, &composition.all_of, &composition.one_of, &composition.any_of];
        for branch in lists.into_iter().flatten() {
            self.add(spec, branch, visited);
        }
    }

    fn add_component(&mut self, spec: &'a Spec, name: &'a str, visited: &mut HashSet<&'a str>) {
        if visited.len() < MAX_COMPONENTS
            && visited.insert(name)
            && let Some(target) = spec.schema(name)
        {
            self.add(spec, target, visited);
        }
    }

    fn add_property(&mut self, name: &'a str, schema: &'a Schema) {
        match self.properties.iter_mut().find(|(known, _)| *known == name) {
            Some((_, schemas)) => schemas.push(schema),
            None => self.properties.push((name, vec![schema])),
        }
    }
}
