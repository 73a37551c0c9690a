//! What follows from references: which properties inherit readOnly and writeOnly from the component
//! that they refer to, and which types contain themselves.

mod direction;
mod recursion;

use crate::diagnostic::Diagnostics;
use crate::model::Spec;

pub(crate) fn resolve(spec: &mut Spec, diagnostics: &Diagnostics) {
    direction::inherit(spec);
    recursion::mark(spec, diagnostics);
}
