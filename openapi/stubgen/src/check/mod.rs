//! Checks that need the whole model: whether Rust types can represent the schemas, whether defaults
//! and examples are valid, whether all generated names are distinct. Code generation cannot fail
//! for a model that passes.

mod error_envelope;
mod names;
mod operations;
mod schemas;

use crate::diagnostic::Result;
use crate::model::Spec;

pub(crate) fn check(spec: &Spec) -> Result<()> {
    schemas::check(spec)?;
    operations::check(spec)?;
    error_envelope::check(spec)?;
    names::check(spec)
}
