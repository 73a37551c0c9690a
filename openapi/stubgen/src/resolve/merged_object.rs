//! The object that satisfies all branches of an `allOf`.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::{ObjectConstraints, Property};

/// The branches so far.
#[derive(Default)]
pub(super) struct MergedObject {
    pub object: ObjectConstraints,
    first_uses: HashMap<String, Span>,
}

impl MergedObject {
    /// Adds a branch, which `reference` leads to if it is a component.
    pub fn add(
        &mut self,
        branch: ObjectConstraints,
        reference: Option<Span>,
        diagnostics: &Diagnostics,
    ) {
        for property in branch.properties {
            self.add_property(property, reference, diagnostics);
        }
        let merged = &mut self.object;
        merged.required.extend(branch.required);
        merged.min_properties = merged.min_properties.max(branch.min_properties);
        merged.max_properties = match (merged.max_properties, branch.max_properties) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn add_property(
        &mut self,
        property: Property,
        reference: Option<Span>,
        diagnostics: &Diagnostics,
    ) {
        let Some(first) = self.first_uses.get(&property.name) else {
            self.first_uses.insert(property.name.clone(), property.span);
            self.object.properties.push(property);
            return;
        };
        let message = format!("duplicate property `{}` in allOf", property.name);
        let place = reference.unwrap_or(property.span);
        let error = Diagnostic::error(place, message, "define it in one branch only");
        diagnostics.report(error.related_to(*first, "first defined here").into());
    }
}
