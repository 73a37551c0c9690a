//! Checks that need the whole model, such as whether defaults and examples are valid. Code generation
//! cannot fail for a model that passes and whose names are distinct.

mod examples;
mod numbers;
mod operations;
mod request_id;
mod schemas;
mod security;
mod statuses;

use crate::diagnostic::Diagnostics;
use crate::model::Spec;
use crate::yaml::Node;

pub(crate) fn validate(spec: &mut Spec, diagnostics: &Diagnostics) {
    schemas::check(spec, diagnostics);
    operations::check(spec, diagnostics);
    security::check(spec, diagnostics);
    statuses::check(spec, diagnostics);
    let invalid_defaults = examples::check(spec, diagnostics);
    spec.visit_schemas_mut(&mut |schema| {
        schema.default.take_if(|default| invalid_defaults.contains(&default.span));
    });
}

/// Checks the numbers of the document, of which the model holds only those that have an effect.
pub(crate) fn validate_numbers(document: &Node, diagnostics: &Diagnostics) {
    numbers::check(document, diagnostics);
}
