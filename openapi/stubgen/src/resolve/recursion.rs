//! Types that contain themselves.
//!
//! A Rust type cannot contain itself, except through an array, a map or a `Box`. The edges of the
//! graph of components are the references that go through neither an array nor a map. A property on
//! a cycle of that graph becomes a `Box`. A cycle without any property, such as two components that
//! are references to each other, has no values at all.

use super::graph::{components_of_cycles, edges};
use super::visits;
use crate::diagnostic::Diagnostics;
use crate::model::{ObjectConstraints, OneOf, Schema, SchemaKind, Spec};

pub(super) fn mark(spec: &mut Spec, diagnostics: &Diagnostics) {
    let all = components_of_cycles(&edges(spec, &direct_references));
    let value_edges = edges(spec, &value_references);
    let bare = components_of_cycles(&value_edges);
    for (index, named) in spec.schemas.iter_mut().enumerate() {
        if bare.is_on_cycle(index) {
            let message = format!("`{}` consists only of itself", named.name);
            diagnostics.error(named.span, message, "refer to a schema with a type");
            // A validator of the schema would not end.
            named.schema = Schema::new(named.schema.span, SchemaKind::Invalid);
        }
    }
    for index in visits::check(spec, &value_edges, &bare, diagnostics) {
        let named = &mut spec.schemas[index];
        named.schema = Schema::new(named.schema.span, SchemaKind::Invalid);
    }
    let mut schemas = std::mem::take(&mut spec.schemas);
    for (index, named) in schemas.iter_mut().enumerate() {
        let recurs = |name: &str| {
            spec.schema_index(name).is_some_and(|target| all.share_a_cycle(index, target))
        };
        mark_properties(&mut named.schema, &recurs);
    }
    spec.schemas = schemas;
}

/// What is in an array or a map is behind a pointer already. Objects within it have properties that
/// lead back only through that pointer.
fn mark_properties(schema: &mut Schema, recurs: &dyn Fn(&str) -> bool) {
    let SchemaKind::Object(object) = &mut schema.kind else { return };
    for property in &mut object.properties {
        property.recursive = bare_references(&property.schema).into_iter().any(recurs);
        mark_properties(&mut property.schema, recurs);
    }
}

/// The components that a value contains other than through an array or a map.
fn direct_references(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        SchemaKind::Object(ObjectConstraints { properties, .. }) => {
            properties.iter().flat_map(|property| direct_references(&property.schema)).collect()
        }
        _ => bare_references(schema),
    }
}

/// The components that the value itself is, other than through a property.
fn bare_references(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        SchemaKind::Reference(name) => vec![name],
        SchemaKind::OneOf(OneOf { variants, .. }) => {
            variants.iter().map(|variant| variant.schema.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// The components that the value itself has to satisfy.
fn value_references(schema: &Schema) -> Vec<&str> {
    let composed = schema.composition.children().flat_map(value_references);
    bare_references(schema).into_iter().chain(composed).collect()
}
