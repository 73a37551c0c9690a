//! Which `allOf` lead back to the component that they are within.

use super::graph::{Cycles, components_of_cycles, edges};
use crate::model::{Schema, SchemaKind, Spec};

pub(super) struct Nesting {
    /// The components that lead to each other by what is merged.
    cycles: Cycles,
    place: Place,
}

/// The component that is being merged, and whether it is a property, item or value of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    component: Option<usize>,
    is_part: bool,
}

impl Nesting {
    pub fn new(spec: &Spec) -> Self {
        let cycles = components_of_cycles(&edges(spec, &merged_references));
        Self { cycles, place: Place::default() }
    }

    /// Returns the place to return to by [`Self::leave`].
    pub fn enter(&mut self, component: usize) -> Place {
        std::mem::replace(&mut self.place, Place { component: Some(component), is_part: false })
    }

    pub fn enter_part(&mut self) -> Place {
        let part = Place { is_part: true, ..self.place };
        std::mem::replace(&mut self.place, part)
    }

    pub fn leave(&mut self, outer: Place) {
        self.place = outer;
    }

    /// Whether branches within a component lead back to it, so that merged they would contain
    /// themselves. A component that is its own branch is another matter: it has no values.
    pub fn leads_back(&self, spec: &Spec, branches: &[Schema]) -> bool {
        let Place { component: Some(component), is_part: true } = self.place else { return false };
        let mut targets =
            branches.iter().filter_map(reference).filter_map(|name| spec.schema_index(name));
        targets.any(|target| self.cycles.share_a_cycle(component, target))
    }
}

/// The components that merging a component leads to.
fn merged_references(schema: &Schema) -> Vec<&str> {
    let mut names: Vec<&str> = reference(schema).into_iter().collect();
    schema.visit(&mut |part| {
        if let SchemaKind::AllOf(branches) = &part.kind {
            names.extend(branches.iter().filter_map(reference));
        }
    });
    names
}

fn reference(schema: &Schema) -> Option<&str> {
    match &schema.kind {
        SchemaKind::Reference(name) => Some(name),
        _ => None,
    }
}
