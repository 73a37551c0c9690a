//! Where a page of a list begins. Opaque to clients.
//!
//! A cursor names the last item of the page before: its time and, for items
//! of one millisecond, its id. So a page stays where it is when items are
//! added or deleted before it, and costs the same however far down it lies.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};

/// The last item of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When it was created.
    pub created_at: DateTime,
    /// Its id.
    pub id: ObjectId,
}

impl Cursor {
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
