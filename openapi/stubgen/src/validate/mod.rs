//! Checks that need the whole model, such as whether defaults and examples are valid. Code generation
//! cannot fail for a model that passes and whose names are distinct.

mod examples;
mod operations;
mod schemas;
mod security;

use crate::diagnostic::Diagnostics;
use crate::model::Spec;

pub(crate) fn validate(spec: &Spec, diagnostics: &Diagnostics) {
    schemas::check(spec, diagnostics);
    operations::check(spec, diagnostics);
    security::check(spec, diagnostics);
    examples::check(spec, diagnostics);
}
