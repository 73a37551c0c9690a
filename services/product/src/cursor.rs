//! Cursors of lists: opaque to clients, who pass the one of a page to get the next page.
//!
//! A cursor identifies the last item of the previous page by its time and, among items of the same
//! millisecond, its id. So a page stays in its position when items are added or deleted before it,
//! and costs the same at any depth of the list.
//!
//! Each service with lists has its own copy: they share an API, not code.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, RawDocument, doc};

use crate::document::Fields;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: DateTime,
    pub id: ObjectId,
}

impl Cursor {
    /// Precedes every item: the last millisecond that 11 hexadecimal digits can hold, in the year
    /// 2527.
    pub const START: Self = Self {
        created_at: DateTime::from_millis((1 << 44) - 1),
        id: ObjectId::from_bytes([0xff; 12]),
    };

    /// Returns the cursor of an item, or `None` if its time is out of range.
    pub fn new(created_at: DateTime, id: ObjectId) -> Option<Self> {
        let range = 0..=Self::START.created_at.timestamp_millis();
        range.contains(&created_at.timestamp_millis()).then_some(Self { created_at, id })
    }

    /// Returns the cursor of a document that may be unreadable otherwise. An id of another type
    /// counts as the smallest id.
    pub fn from_document(document: &RawDocument) -> Option<Self> {
        let created_at = Fields::new(document).time("createdAt").ok()?;
        let id = document.get_object_id("_id").unwrap_or(ObjectId::from_bytes([0; 12]));
        Self::new(DateTime::from_system_time(created_at), id)
    }

    /// The sort order of lists: newest first.
    pub fn sort() -> Document {
        doc! { "createdAt": -1, "_id": -1 }
    }

    /// Encodes the cursor as 40 hexadecimal digits. The first five are zero until the year 2527, as
    /// the pattern of the spec's `Cursor` requires.
    pub fn encode(self) -> String {
        format!("{:016x}{}", self.created_at.timestamp_millis(), self.id)
    }

    /// Decodes the output of [`Cursor::encode`], and nothing else.
    pub fn decode(text: &str) -> Option<Self> {
        let (time, id) = text.split_at_checked(16)?;
        let millis = u64::from_str_radix(time, 16).ok()?.cast_signed();
        Some(Self { created_at: DateTime::from_millis(millis), id: ObjectId::parse_str(id).ok()? })
    }

    /// Matches the items after the cursor in a list in the order of [`Cursor::sort`].
    pub fn filter(self) -> Document {
        // The first condition bounds the index scan, the second selects exactly.
        doc! {
            "createdAt": { "$lte": self.created_at },
            "$or": [
                { "createdAt": { "$lt": self.created_at } },
                { "_id": { "$lt": self.id } },
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{RawDocumentBuf, rawdoc};

    use super::*;

    #[test]
    fn decodes_what_it_encodes_and_nothing_else() {
        let cursor =
            Cursor { created_at: DateTime::from_millis(1_767_323_045_678), id: ObjectId::new() };
        assert!(cursor.encode().starts_with("00000"), "{}", cursor.encode());
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for text in
            ["", "0", "+00000000000000a", &cursor.encode()[1..], &format!("{}0", cursor.encode())]
        {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_those_that_eleven_digits_can_hold() {
        let new =
            |millis| Cursor::new(DateTime::from_millis(millis), ObjectId::from_bytes([0xff; 12]));
        for (millis, is_some) in [(-1, false), (0, true), ((1 << 44) - 1, true), (1 << 44, false)] {
            assert_eq!(new(millis).is_some(), is_some, "{millis}");
        }
        assert_eq!(new((1 << 44) - 1), Some(Cursor::START));
        assert_eq!(Cursor::START.encode(), format!("00000{}", "f".repeat(35)));
    }

    #[test]
    fn documents_that_are_unreadable_otherwise_have_a_cursor() {
        let (created_at, id) = (DateTime::from_millis(1_767_323_045_678), ObjectId::new());
        let cursor = |document: RawDocumentBuf| Cursor::from_document(&document);
        let document = rawdoc! { "_id": id, "createdAt": created_at };
        assert_eq!(cursor(document), Some(Cursor { created_at, id }));
        let document = rawdoc! { "_id": "Teapot", "createdAt": created_at };
        let id = ObjectId::from_bytes([0; 12]);
        assert_eq!(cursor(document), Some(Cursor { created_at, id }));
        assert_eq!(cursor(rawdoc! { "_id": id, "createdAt": "today" }), None);
    }

    #[test]
    fn lists_are_sorted_by_what_a_cursor_has_newest_first() {
        assert_eq!(Cursor::sort(), doc! { "createdAt": -1, "_id": -1 });
    }

    #[test]
    fn pages_start_after_the_item_of_the_cursor() {
        let (created_at, id) = (DateTime::from_millis(1_767_323_045_678), ObjectId::new());
        let is_older = doc! { "createdAt": { "$lt": created_at } };
        let is_of_the_same_time = doc! { "_id": { "$lt": id } };
        let expected = doc! {
            "createdAt": { "$lte": created_at },
            "$or": [is_older, is_of_the_same_time],
        };
        assert_eq!(Cursor { created_at, id }.filter(), expected);
    }
}
