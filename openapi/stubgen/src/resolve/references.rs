//! Components that are references to other components. A limit on their chains keeps following a
//! reference cheap, however often it is done.

use crate::diagnostic::Diagnostics;
use crate::model::{MAX_REFERENCES, Schema, SchemaKind, Spec};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    for named in &spec.schemas {
        // Of a longer chain, only the first component beyond the limit is reported.
        if is_too_long(spec, &named.schema) {
            diagnostics.error(
                named.span,
                format!("`{}` leads to its schema through too many references", named.name),
                format!("refer to the schema itself; the limit is {MAX_REFERENCES} references"),
            );
        }
    }
}

/// Whether a chain is one longer than the limit.
pub(super) fn is_too_long(spec: &Spec, schema: &Schema) -> bool {
    length(spec, schema) == Some(MAX_REFERENCES + 1)
}

/// The number of references, unless the chain is much longer, or leads to itself.
fn length(spec: &Spec, schema: &Schema) -> Option<usize> {
    let mut target = schema;
    for length in 0..=MAX_REFERENCES + 1 {
        let SchemaKind::Reference(name) = &target.kind else { return Some(length) };
        target = spec.schema(name)?;
    }
    None
}
