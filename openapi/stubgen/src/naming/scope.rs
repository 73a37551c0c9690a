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

    /// Takes a name for a construct of the spec. Two names of the spec of the same kind that differ
    /// in casing or punctuation only would clash: the second one gets a number and a warning.
    pub fn claim(
        &mut self,
        name: String,
        label: &str,
        span: Span,
        diagnostics: &Diagnostics,
    ) -> String {
        let origin = Origin { label: format!("`{label}`"), span };
        let Some(first) = self.taken.get(&name).cloned() else {
            self.taken.insert(name.clone(), Some(origin));
            return name;
        };
        let chosen = self.choose([name.clone()]);
        if let Some(first) = first {
            let message =
                format!("{} and {} would both be named `{name}`", origin.label, first.label);
            let help = format!("rename one of the two; here, `{chosen}` is used");
            let warning = Diagnostic::error(span, message, help);
            let warning = warning.related_to(first.span, format!("{} is here", first.label));
            diagnostics.warn(warning);
        }
        self.taken.insert(chosen.clone(), Some(origin));
        chosen
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

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn equal_names_are_numbered() {
        let mut scope = Scope::default();
        let names = [(); 4].map(|()| scope.choose(["A".to_owned()]));
        assert_eq!(names, ["A", "A2", "A3", "A4"]);
    }
}
