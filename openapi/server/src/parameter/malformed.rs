//! Why the text of a parameter has no value.

use crate::spec::Location;

/// How a text differs from its style.
pub(crate) struct Malformed {
    pub rule: &'static str,
    pub message: String,
}

impl Malformed {
    pub fn style(message: impl Into<String>) -> Self {
        Self { rule: "style", message: message.into() }
    }

    pub fn duplicate() -> Self {
        Self { rule: "duplicate", message: "must not be repeated".to_owned() }
    }

    /// The characters of a parameter are not those that are expected.
    pub fn characters(location: Location) -> Self {
        let message = match location {
            Location::Header => "must be printable ASCII",
            Location::Path | Location::Query | Location::Cookie => "must be valid UTF-8",
        };
        Self { rule: "type", message: message.to_owned() }
    }
}
