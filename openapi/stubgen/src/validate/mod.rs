//! Checks that need the whole model: whether defaults and examples are valid, whether all generated
//! names are distinct. Code generation cannot fail for a model that passes.

mod error_envelope;
mod examples;
mod names;
mod operations;
mod schemas;

use crate::diagnostic::Diagnostics;
use crate::model::Spec;

pub(crate) fn validate(spec: &Spec, diagnostics: &Diagnostics) {
    schemas::check(spec, diagnostics);
    operations::check(spec, diagnostics);
    examples::check(spec, diagnostics);
    error_envelope::check(spec, diagnostics);
    names::check(spec, diagnostics);
}
