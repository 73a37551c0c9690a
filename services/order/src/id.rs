//! Ids of resources.
//!
//! Each service has its own copy: they share an API, not code.

use std::fmt;
use std::str::FromStr;

use mongodb::bson::oid::ObjectId;
use openapi_server::InvalidValue;

use crate::api;

const BYTES: usize = 12;
const DIGITS: usize = 2 * BYTES;

/// The id of a resource. Clients may write its hexadecimal digits in either case; ids are compared
/// by value and displayed in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(ObjectId);

/// The spec's pattern admits only valid ids, so a request cannot cause this error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is not valid; expected {DIGITS} hexadecimal digits")]
pub struct InvalidId;

impl Id {
    /// Generates an id that no other resource has.
    pub fn generate() -> Self {
        Self(ObjectId::new())
    }

    pub fn object_id(self) -> ObjectId {
        self.0
    }
}

impl From<ObjectId> for Id {
    fn from(id: ObjectId) -> Self {
        Self(id)
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        // `const_hex` would accept a prefix `0x`, too.
        if text.len() != DIGITS {
            return Err(InvalidId);
        }
        let mut bytes = [0; BYTES];
        const_hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidId)?;
        Ok(Self(ObjectId::from_bytes(bytes)))
    }
}

impl TryFrom<api::ObjectId> for Id {
    type Error = InvalidId;

    fn try_from(id: api::ObjectId) -> Result<Self, InvalidId> {
        id.parse()
    }
}

impl TryFrom<Id> for api::ObjectId {
    type Error = InvalidValue;

    fn try_from(id: Id) -> Result<Self, InvalidValue> {
        const_hex::encode(id.0.bytes()).try_into()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::Buffer::<BYTES>::new().format(&self.0.bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_without_case_and_displays_lower_case() {
        let lower: Id = "665f1c2ab7e4d90012a3b4c5".parse().unwrap();
        assert_eq!("665F1C2AB7E4D90012A3B4C5".parse(), Ok(lower));
        assert_eq!(lower.to_string(), "665f1c2ab7e4d90012a3b4c5");
        assert_eq!(lower.object_id().to_hex(), "665f1c2ab7e4d90012a3b4c5");
    }

    #[test]
    fn rejects_everything_but_24_hexadecimal_digits() {
        for text in [
            "",
            "665f1c2ab7e4d90012a3b4c",
            "665f1c2ab7e4d90012a3b4c5a",
            "0x665f1c2ab7e4d90012a3b4c5",
            "0x665f1c2ab7e4d90012a3b4",
            "me",
        ] {
            assert_eq!(text.parse::<Id>(), Err(InvalidId), "{text}");
        }
        assert_eq!("g".repeat(DIGITS).parse::<Id>(), Err(InvalidId));
    }
}
