//! The statuses that a response is declared for.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    Code(u16),
    /// The first digit: `4XX`.
    Class(u16),
    /// Every status that no other response of the operation is declared for.
    Default,
}

impl Status {
    /// Whether the response can only report an error.
    pub fn is_error(self) -> bool {
        match self {
            Self::Code(code) => code >= 400,
            Self::Class(class) => class >= 4,
            Self::Default => false,
        }
    }

    /// Whether the implementation chooses the status.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Code(_))
    }
}

/// As in the spec.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Class(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}
