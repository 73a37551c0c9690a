//! What follows from references: the objects that `allOf` describes, which messages a property can
//! be in, and which types contain themselves.

mod all_of;
mod annotations;
mod content;
mod direction;
mod file_finder;
mod files;
mod graph;
mod merged_object;
mod nesting;
mod plain_object;
mod recursion;
mod references;
mod required;
mod secrets;
mod untyped;
mod visits;

use crate::diagnostic::Diagnostics;
use crate::model::Spec;

pub(crate) fn resolve(spec: &mut Spec, diagnostics: &Diagnostics) {
    references::check(spec, diagnostics);
    all_of::merge(spec, diagnostics);
    content::resolve(spec, diagnostics);
    direction::inherit(spec, diagnostics);
    untyped::settle(spec, diagnostics);
    secrets::mark(spec);
    recursion::mark(spec, diagnostics);
}
