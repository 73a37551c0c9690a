//! Documents that are built field by field.
//!
//! Each service has its own copy: they share an API, not code.

use mongodb::bson::RawDocumentBuf;

/// A length of four bytes, and the final zero.
const EMPTY: [u8; 5] = [5, 0, 0, 0, 0];

/// An empty document with room for `bytes`. Without room, appending to a document enlarges it step
/// by step, which takes 200 instructions each time: half of the work for a short document.
pub fn with_capacity(bytes: usize) -> RawDocumentBuf {
    let mut buffer = Vec::with_capacity(bytes.max(EMPTY.len()));
    buffer.extend_from_slice(&EMPTY);
    RawDocumentBuf::from_bytes(buffer).expect("an empty document is valid")
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{cstr, rawdoc};

    use super::*;

    #[test]
    fn the_room_does_not_change_the_document() {
        for bytes in [0, 5, 1000] {
            let mut document = with_capacity(bytes);
            assert_eq!(document, rawdoc! {});
            document.append(cstr!("name"), "Cup");
            assert_eq!(document, rawdoc! { "name": "Cup" });
        }
    }

    #[test]
    fn a_document_that_has_room_is_not_moved() {
        let mut document = with_capacity(100);
        let before = document.as_bytes().as_ptr();
        document.append(cstr!("name"), "A very long name of a very common cup");
        assert_eq!(document.as_bytes().as_ptr(), before);
    }
}
