//! Numbers that JSON cannot represent.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::yaml::Node;

/// Warns of those in the examples and extensions of the document. Elsewhere they are errors, which
/// have been reported.
pub(super) fn check(document: &Node, diagnostics: &Diagnostics) {
    let errors = diagnostics.error_spans();
    for problem in document.invalid_numbers() {
        if !errors.contains(&problem.span) {
            let message = format!("{}; it is a string in JSON", problem.message);
            diagnostics.warn(Diagnostic { message, ..problem });
        }
    }
}
