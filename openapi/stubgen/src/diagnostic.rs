//! The one error of the generator: a construct it cannot carry out exactly,
//! with the place where it stands.

use std::fmt;

/// A place in the spec file; both numbers count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Why no stub was generated. Prints as `file:line:column: message`, which
/// editors and terminals turn into a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file as it was named to the generator.
    pub file: String,
    /// Where the refused construct begins.
    pub position: Position,
    /// What is refused and what to write instead.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "{}:{line}:{column}: {}", self.file, self.message)
    }
}

impl std::error::Error for Refusal {}

/// A refusal whose file is not yet known; [`crate::stub`] adds it.
#[derive(Debug)]
pub(crate) struct At {
    pub position: Position,
    pub message: String,
}

pub(crate) type Result<T> = std::result::Result<T, At>;

/// `Err` with a message at a place: the way every reader stops.
pub(crate) fn refuse<T>(position: Position, message: impl Into<String>) -> Result<T> {
    Err(At { position, message: message.into() })
}
