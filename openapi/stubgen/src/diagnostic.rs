//! The generator's only kind of spec error: a message with the position of the construct that
//! causes it. A message says what is wrong, with the name of the construct; then what to write
//! instead.

use std::fmt;

/// A position in the spec file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl Position {
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// Why no code was generated. It prints as `file:line:column: message`, which editors and terminals
/// turn into a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The path of the spec as passed to the generator.
    pub file: String,
    /// Where the construct begins.
    pub position: Position,
    /// What is wrong, then what is expected or supported.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "{}:{line}:{column}: {}", self.file, self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// A [`Diagnostic`] before the file name is known.
#[derive(Debug)]
pub(crate) struct SpecError {
    position: Position,
    message: String,
}

impl SpecError {
    pub fn in_file(self, file: &str) -> Diagnostic {
        Diagnostic { file: file.to_owned(), position: self.position, message: self.message }
    }
}

pub(crate) type Result<T, E = SpecError> = std::result::Result<T, E>;

pub(crate) fn error_at<T>(position: Position, message: impl Into<String>) -> Result<T> {
    Err(SpecError { position, message: message.into() })
}
