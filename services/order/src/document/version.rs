//! The version of a document's form.
//!
//! A service reads documents of all versions up to its own. What a newer version means is unknown,
//! so its documents are neither read nor changed: during a rollout, and after a step back, an older
//! service meets them.

use mongodb::bson::{Document, doc};

use super::integer::to_integer;
use super::{Fields, InvalidDocument, invalid};

/// The field with the version.
pub const SCHEMA_VERSION_FIELD: &str = "schemaVersion";

/// The version of documents from before there were versions.
const FIRST_VERSION: i64 = 1;

#[derive(Debug, thiserror::Error)]
#[error("schemaVersion {found} is newer than {known}, the newest one that this service knows")]
pub struct NewerVersion {
    found: i64,
    known: i32,
}

/// Matches documents whose version is at most `known`.
pub fn is_known_version(known: i32) -> Document {
    doc! { SCHEMA_VERSION_FIELD: { "$not": { "$gt": known } } }
}

impl Fields<'_> {
    /// Reads the version of the document, which is at most `known`.
    pub fn schema_version(&mut self, known: i32) -> Result<i64, InvalidDocument> {
        let Some(value) = self.value(SCHEMA_VERSION_FIELD)? else { return Ok(FIRST_VERSION) };
        match to_integer(value) {
            Some(found) if found > known.into() => Err(NewerVersion { found, known }.into()),
            Some(found) if found >= FIRST_VERSION => Ok(found),
            _ => Err(invalid(SCHEMA_VERSION_FIELD, "a version", Some(value))),
        }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{RawDocumentBuf, rawdoc};

    use super::*;

    fn version(document: RawDocumentBuf) -> Result<i64, String> {
        Fields::new(&document).schema_version(2).map_err(|error| error.to_string())
    }

    #[test]
    fn document_without_a_version_has_the_first_one() {
        assert_eq!(version(rawdoc! { "name": "Cup" }), Ok(1));
        assert_eq!(version(rawdoc! { "schemaVersion": 2 }), Ok(2));
        // As MongoDB's shell stores it.
        assert_eq!(version(rawdoc! { "schemaVersion": 2.0 }), Ok(2));
    }

    #[test]
    fn rejects_newer_and_invalid_versions() {
        let newer = version(rawdoc! { "schemaVersion": 3 }).unwrap_err();
        assert!(newer.starts_with("schemaVersion 3 is newer than 2"), "{newer}");
        for wrong in [rawdoc! { "schemaVersion": 0 }, rawdoc! { "schemaVersion": "2" }] {
            assert!(version(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
