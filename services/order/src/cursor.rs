//! Where a page of a list begins. Opaque to clients.
//!
//! A cursor names the last item of the page before: its time and, for items
//! of one millisecond, its id. So a page stays where it is when items are
//! added or deleted before it, and costs the same however far down it lies.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, RawDocument, doc};

use crate::document;

/// The last item of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When it was created.
    pub created_at: DateTime,
    /// Its id.
    pub id: ObjectId,
}

impl Cursor {
    /// Before every item: the last millisecond that 11 hexadecimal digits hold, in the year 2527.
    pub const FIRST: Self = Self {
        created_at: DateTime::from_millis((1 << 44) - 1),
        id: ObjectId::from_bytes([0xff; 12]),
    };

    /// After an item; none for a time that no cursor can hold.
    pub fn new(created_at: DateTime, id: ObjectId) -> Option<Self> {
        let times = 0..=Self::FIRST.created_at.timestamp_millis();
        times.contains(&created_at.timestamp_millis()).then_some(Self { created_at, id })
    }

    /// After a document, if it has a time. An id of another type is sorted as if it were the
    /// smallest.
    pub fn of(document: &RawDocument) -> Option<Self> {
        let created_at = document::date(document, "createdAt").ok()?;
        let id = document.get_object_id("_id").unwrap_or(ObjectId::from_bytes([0; 12]));
        Self::new(created_at, id)
    }

    /// As clients see it: 40 hexadecimal digits, of which the first five are zero until the year
    /// 2527, the pattern of the spec's `Cursor`.
    pub fn encode(self) -> String {
        format!("{:016x}{}", self.created_at.timestamp_millis(), self.id)
    }

    /// From what [`Cursor::encode`] made; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let (time, id) = text.split_at_checked(16)?;
        let millis = u64::from_str_radix(time, 16).ok()?.cast_signed();
        Some(Self { created_at: DateTime::from_millis(millis), id: ObjectId::parse_str(id).ok()? })
    }

    /// What comes after it in a list that is sorted by [`newest_first`].
    pub fn following(self) -> Document {
        // The first condition bounds the walk through the index, the second cuts it exactly.
        doc! {
            "createdAt": { "$lte": self.created_at },
            "$or": [
                { "createdAt": { "$lt": self.created_at } },
                { "_id": { "$lt": self.id } },
            ],
        }
    }
}

/// The order of lists.
pub fn newest_first() -> Document {
    doc! { "createdAt": -1, "_id": -1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_nothing_else_is_one() {
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
}
