//! All diagnostics of a spec and the files that it refers to.

use std::collections::HashSet;
use std::fmt;

use super::render::{Source, escape_controls, render};
use super::{Diagnostic, Diagnostics, Position, Severity, Span};

/// How many diagnostics are printed, errors before warnings. The rest is counted.
const MAX_SHOWN: usize = 100;

/// The diagnostics of a spec in the order of the file, without duplicates.
///
/// It prints like the diagnostics of a compiler. The first line of each begins with
/// `file:line:column: `, which editors and terminals turn into a link; the source line, the help
/// and a blank line follow.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// The spec, and the files that it refers to.
    files: Vec<SourceFile>,
    diagnostics: Vec<Diagnostic>,
}

/// A file with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    pub path: String,
    pub text: String,
}

impl Report {
    pub(crate) fn new(path: &str, text: &str, diagnostics: Diagnostics) -> Self {
        let spec = SourceFile { path: path.to_owned(), text: text.to_owned() };
        Self::of_files(vec![spec], diagnostics)
    }

    /// The same for several files, of which the first is the spec.
    pub(crate) fn of_files(files: Vec<SourceFile>, diagnostics: Diagnostics) -> Self {
        let mut diagnostics = diagnostics.into_vec();
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.severity));
        let mut seen = HashSet::new();
        diagnostics.retain(|known| seen.insert((known.span, known.message.clone())));
        Self { files, diagnostics }
    }

    /// The path of the spec as passed to the generator.
    pub fn file(&self) -> &str {
        self.file_of(Span::START)
    }

    /// The path of the file that a span is in.
    pub fn file_of(&self, span: Span) -> &str {
        self.files.get(span.file).map_or("", |file| &file.path)
    }

    /// The paths of the files that the spec refers to.
    pub fn other_files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().skip(1).map(|file| file.path.as_str())
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
        let text = format!(
            "{}:{line}:{column}: {}: {message}; {help}",
            self.file_of(*span),
            severity.as_str()
        );
        escape_controls(&text)
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// What is printed, in the order of the file. Of more than fit, the errors: a warning must not
    /// hide the reason why there is no code.
    fn shown(&self) -> Vec<&Diagnostic> {
        let mut shown: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        shown.sort_by_key(|diagnostic| diagnostic.severity);
        shown.truncate(MAX_SHOWN);
        shown.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.severity));
        shown
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
        let sources = self.files.iter().map(|file| Source::new(&file.path, &file.text));
        let sources: Vec<Source> = sources.collect();
        for diagnostic in self.shown() {
            writeln!(f, "{}\n", render(&sources, diagnostic))?;
        }
        write!(f, "{}: {}", escape_controls(self.file()), self.summary())?;
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
