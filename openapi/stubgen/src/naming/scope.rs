//! The Rust names of a scope.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};

/// The names that are taken. Those that were claimed have the name of the spec that they come from.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: HashMap<String, Option<Origin>>,
    /// The next number for a name that is taken.
    next_numbers: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Origin {
    label: String,
    span: Span,
}

impl Scope {
    pub fn contains(&self, name: &str) -> bool {
        self.taken.contains_key(name)
    }

    /// Takes a name that only this construct can have, and reports a clash: two names of the spec
    /// of the same kind that differ in casing or punctuation only.
    pub fn claim(
        &mut self,
        name: String,
        label: &str,
        span: Span,
        diagnostics: &Diagnostics,
    ) -> String {
        let origin = Origin { label: format!("`{label}`"), span };
        if let Some(Some(first)) = self.taken.get(&name) {
            let message =
                format!("{} and {} would both be named `{name}`", origin.label, first.label);
            let error = Diagnostic::error(span, message, "rename one of the two");
            let error = error.related_to(first.span, format!("{} is here", first.label));
            diagnostics.report(error.into());
        } else {
            self.taken.insert(name.clone(), Some(origin));
        }
        name
    }

    /// Takes the first candidate that is free, or else the last one with a number.
    pub fn choose<const N: usize>(&mut self, candidates: [String; N]) -> String {
        let mut name = String::new();
        for candidate in candidates {
            name = candidate;
            if !self.contains(&name) {
                break;
            }
        }
        let base = name.clone();
        let number = self.next_numbers.entry(base.clone()).or_insert(2);
        while self.taken.contains_key(&name) {
            name = format!("{base}{number}");
            *number += 1;
        }
        self.taken.insert(name.clone(), None);
        name
    }
}
