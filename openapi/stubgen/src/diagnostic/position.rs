//! Places in a spec.

/// A position in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl Position {
    /// The position after a text that begins a file.
    pub(crate) fn after(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // The line breaks of YAML.
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        let last = lines.rsplit('\n').next().unwrap_or_default();
        Self { line: lines.matches('\n').count() + 1, column: last.chars().count() + 1 }
    }
}

/// The text of a construct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file: 0 is the spec, and the files that it refers to follow.
    pub file: usize,
    /// The first character.
    pub start: Position,
    /// The position after the last character.
    pub end: Position,
}

impl Span {
    /// The beginning of the file, for problems of the file as a whole.
    pub(crate) const START: Self = Self::at(Position { line: 1, column: 1 });

    pub(crate) const fn at(position: Position) -> Self {
        Self { file: 0, start: position, end: position }
    }
}
