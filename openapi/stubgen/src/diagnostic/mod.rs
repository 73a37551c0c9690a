//! What is wrong with a spec: errors and warnings, each with its place in the file, what is wrong,
//! and what to do about it.
//!
//! A function that meets a problem either reports it to [`Diagnostics`] and continues, or returns a
//! [`SpecError`]. Functions whose result others can do without (a field, a parameter, a schema, an
//! operation, a component) are boundaries: they report the error and continue beside it. An error
//! that is reported already travels as [`SpecError::Reported`], so that it appears once, and what
//! depends on the broken construct is not reported at all.

mod collector;
mod position;
mod render;
mod report;

pub(crate) use collector::Diagnostics;
pub use position::{Position, Span};
pub use render::escape_controls;
pub use report::Report;
pub(crate) use report::SourceFile;

/// How severe a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// No code can be generated.
    Error,
    /// Code can be generated, but the spec probably says something that its author did not intend.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A problem of a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the problem prevents code generation.
    pub severity: Severity,
    /// The construct that causes it.
    pub span: Span,
    /// What is wrong, with the name of the construct. It quotes the spec as it is; printing escapes
    /// control characters.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Another place that the problem involves, such as the first of two equal names, with its
    /// role.
    pub related: Option<(Span, String)>,
}

impl Diagnostic {
    pub(crate) fn error(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            span,
            message: message.into(),
            help: help.into(),
            related: None,
        }
    }

    pub(crate) fn related_to(mut self, span: Span, role: impl Into<String>) -> Self {
        self.related = Some((span, role.into()));
        self
    }
}

/// Why a construct has no value.
#[derive(Debug)]
pub(crate) enum SpecError {
    /// A problem that has yet to be reported.
    New(Box<Diagnostic>),
    /// A problem that has been reported, here or in something that this construct depends on.
    Reported,
}

impl From<Diagnostic> for SpecError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::New(Box::new(diagnostic))
    }
}

pub(crate) type Result<T, E = SpecError> = std::result::Result<T, E>;

/// An error with what is wrong and what to do.
pub(crate) fn error_at<T>(
    span: Span,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Result<T> {
    Err(Diagnostic::error(span, message, help).into())
}
