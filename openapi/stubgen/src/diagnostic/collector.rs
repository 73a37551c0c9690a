//! The diagnostics of a run, as the passes find them.

use std::cell::RefCell;
use std::collections::HashSet;

use super::{Diagnostic, Result, Severity, Span, SpecError};

/// Collects diagnostics. The passes share it, so it is used through `&`.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    found: RefCell<Vec<Diagnostic>>,
    /// The warnings so far: a construct that several others use is parsed for each of them.
    warned: RefCell<HashSet<(Span, String)>>,
}

impl Diagnostics {
    pub fn report(&self, error: SpecError) {
        if let SpecError::New(diagnostic) = error {
            self.found.borrow_mut().push(*diagnostic);
        }
    }

    /// Reports what is wrong and what to do.
    pub fn error(&self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report(Diagnostic::error(span, message, help).into());
    }

    pub fn warning(&self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.warn(Diagnostic::error(span, message, help));
    }

    /// Reports a problem as a warning, once.
    pub fn warn(&self, diagnostic: Diagnostic) {
        let key = (diagnostic.span, diagnostic.message.clone());
        if self.warned.borrow_mut().insert(key) {
            self.report(Diagnostic { severity: Severity::Warning, ..diagnostic }.into());
        }
    }

    /// The value, or else reports the error: the boundary at which a pass recovers.
    pub fn ok<T>(&self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(error);
                None
            }
        }
    }

    /// The value, or else reports the error and returns one that is not reported again.
    pub fn check<T>(&self, result: Result<T>) -> Result<T> {
        self.ok(result).ok_or(SpecError::Reported)
    }

    /// Reports the problems of another file.
    pub fn adopt(&self, diagnostics: Self, file: usize) {
        for mut diagnostic in diagnostics.into_vec() {
            diagnostic.span.file = file;
            if let Some((span, _)) = &mut diagnostic.related {
                span.file = file;
            }
            self.found.borrow_mut().push(diagnostic);
        }
    }

    pub fn has_errors(&self) -> bool {
        self.found.borrow().iter().any(|found| found.severity == Severity::Error)
    }

    /// The places of all errors.
    pub fn error_spans(&self) -> HashSet<Span> {
        let found = self.found.borrow();
        let errors = found.iter().filter(|found| found.severity == Severity::Error);
        errors.map(|error| error.span).collect()
    }

    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }
}
