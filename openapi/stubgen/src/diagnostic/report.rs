//! All diagnostics of a spec.

use std::collections::HashSet;
use std::fmt;

use super::render::{Source, escape_controls, render};
use super::{Diagnostic, Diagnostics, Position, Severity};

/// How many diagnostics are printed. The rest is counted.
const MAX_SHOWN: usize = 100;

/// The diagnostics of a spec in the order of the file, without duplicates.
///
/// It prints like the diagnostics of a compiler. The first line of each begins with
/// `file:line:column: `, which editors and terminals turn into a link; the source line, the help
/// and a blank line follow.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    file: String,
    text: String,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    pub(crate) fn new(file: &str, text: &str, diagnostics: Diagnostics) -> Self {
        let mut diagnostics = diagnostics.into_vec();
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.severity));
        let mut seen = HashSet::new();
        diagnostics.retain(|known| seen.insert((known.span, known.message.clone())));
        Self { file: file.to_owned(), text: text.to_owned(), diagnostics }
    }

    /// The path of the spec as passed to the generator.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Every diagnostic, also those that are not printed.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// The number of errors.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// The number of warnings.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// A diagnostic in one line, without the source.
    pub fn line(&self, diagnostic: &Diagnostic) -> String {
        let Diagnostic { severity, span, message, help, .. } = diagnostic;
        let Position { line, column } = span.start;
        let text =
            format!("{}:{line}:{column}: {}: {message}; {help}", self.file, severity.as_str());
        escape_controls(&text)
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    fn summary(&self) -> String {
        let counts = [(self.errors(), "error"), (self.warnings(), "warning")];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
            .collect();
        if counts.is_empty() { "no problems".to_owned() } else { counts.join(", ") }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = Source::new(&self.file, &self.text);
        for diagnostic in self.diagnostics.iter().take(MAX_SHOWN) {
            writeln!(f, "{}\n", render(&source, diagnostic))?;
        }
        write!(f, "{}: {}", source.file(), self.summary())?;
        match self.diagnostics.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            rest => write!(f, "; {rest} more not shown"),
        }
    }
}

// Tests and build scripts show the `Debug` form of errors.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
