//! Cursors of the list of users: opaque to clients, who pass the one of a page to get the next
//! page.
//!
//! A cursor is the normalized e-mail address of the last user of the previous page, which is unique
//! and indexed. So a page stays in its position when users are added or deleted, and costs the same
//! at any depth of the list.

use std::borrow::Cow;

use mongodb::bson::{Document, RawDocument, doc};

/// A position in the list. It need not be an address of a user, who may be deleted meanwhile.
#[derive(Debug, PartialEq, Eq)]
pub struct Cursor(Cow<'static, str>);

/// The field by which users are sorted.
const KEY: &str = "emailKey";

impl Cursor {
    /// Precedes every address.
    pub const START: Self = Self(Cow::Borrowed("\0"));

    pub fn new(key: String) -> Self {
        Self(key.into())
    }

    /// Returns the cursor of a document that may be unreadable otherwise.
    pub fn from_document(document: &RawDocument) -> Option<Self> {
        document.get_str(KEY).ok().map(|key| Self::new(key.to_owned()))
    }

    /// The sort order of lists.
    pub fn sort() -> Document {
        doc! { KEY: 1 }
    }

    /// Encodes the cursor as hexadecimal digits, two for each byte.
    pub fn encode(&self) -> String {
        const_hex::encode(self.0.as_bytes())
    }

    /// Decodes the output of [`Cursor::encode`]. Any other bytes are a position as well: what is
    /// not UTF-8 becomes the replacement character. `None` unless the text has pairs of digits.
    pub fn decode(text: &str) -> Option<Self> {
        // `const_hex::decode` would skip a prefix `0x`.
        let bytes = const_hex::check_raw(text).then(|| const_hex::decode(text))?.ok()?;
        Some(Self::new(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Matches the users after the cursor.
    pub fn filter(self) -> Document {
        doc! { KEY: { "$gt": self.0.as_ref() } }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{RawDocumentBuf, rawdoc};

    use super::*;

    #[test]
    fn decodes_what_it_encodes() {
        for key in ["\0", "ada@example.com", "\"a b\"@example.com", "josé@example.com"] {
            let cursor = Cursor::new(key.to_owned());
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
        assert_eq!(Cursor::decode("6"), None);
        assert_eq!(Cursor::decode("6x"), None);
        assert_eq!(Cursor::decode("0x61"), None);
    }

    #[test]
    fn any_bytes_are_a_position() {
        assert_eq!(Cursor::decode("61ff"), Some(Cursor::new("a\u{fffd}".to_owned())));
    }

    #[test]
    fn documents_that_are_unreadable_otherwise_have_a_cursor() {
        let cursor = |document: RawDocumentBuf| Cursor::from_document(&document);
        let key = "ada@example.com";
        assert_eq!(cursor(rawdoc! { "emailKey": key }), Some(Cursor::new(key.to_owned())));
        assert_eq!(cursor(rawdoc! { "emailKey": 1 }), None);
    }

    #[test]
    fn users_are_sorted_by_what_a_cursor_has() {
        assert_eq!(Cursor::sort(), doc! { "emailKey": 1 });
    }

    #[test]
    fn pages_start_after_the_user_of_the_cursor() {
        let cursor = Cursor::new("ada@example.com".to_owned());
        assert_eq!(cursor.filter(), doc! { "emailKey": { "$gt": "ada@example.com" } });
    }
}
