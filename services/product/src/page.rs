//! A page of a list, read document by document from the database's cursor until
//! it has as many items as asked for, or [`MAX_PAGE_BYTES`] of JSON.
//!
//! The database sends documents in batches, and a batch is all that is held of
//! them: each is measured when it is read, and reading stops at the first that
//! does not fit. So the memory for a page does not depend on what is stored.
//!
//! A document that cannot be read is left out and named in the log. It counts as
//! read, so that the next page begins after it.
//!
//! Each service with lists has its own copy: they share an API, not code.

use futures_util::TryStreamExt;
use mongodb::bson::{Document, RawDocument};
use mongodb::error::Error as DriverError;
use openapi_server::chain;

use crate::cursor::{Cursor, newest_first};
use crate::database::{self, Documents, read};
use crate::document::{self, Invalid};
use crate::limits::{BATCH_SIZE, MAX_NAMED_UNREADABLE, MAX_PAGE_BYTES, SERVER_TIMEOUT};

/// A document that is listed.
pub trait Item: Sized {
    /// Reads a document.
    ///
    /// # Errors
    /// Why it is none of these.
    fn parse(document: &RawDocument) -> Result<Self, Invalid>;

    /// Where the list goes on after it.
    fn cursor(&self) -> Option<Cursor>;

    /// The longest that its JSON can be, in bytes.
    fn max_json_bytes(&self) -> usize;
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// At least one, unless the list has ended or none could be read.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// How many documents one batch of a page with so many items brings.
pub fn batch_size(limit: u32) -> u32 {
    // The driver asks for one more than this if it is the limit, so that one batch ends it.
    BATCH_SIZE.min(limit + 1)
}

/// Reads a page of the documents that match a filter, newest first.
///
/// # Errors
/// The database's.
pub async fn read_page<T: Item>(
    collection: &Documents,
    mut filter: Document,
    limit: u32,
    after: Option<Cursor>,
) -> Result<Page<T>, database::Error> {
    filter.extend(after.map(Cursor::following).unwrap_or_default());
    let find = collection
        .find(filter)
        .sort(newest_first())
        // One more than asked for tells whether there is a next page.
        .limit(i64::from(limit) + 1)
        .batch_size(batch_size(limit))
        .max_time(SERVER_TIMEOUT);
    read(async {
        let mut reading = Reading::new(collection.name(), limit as usize, after);
        // Dropped before the end, the driver closes the cursor in the background.
        let mut batches = find.batch().await?;
        while let Some(batch) = batches.try_next().await? {
            for document in batch.doc_slices()? {
                let fits = document?.as_document().is_some_and(|document| reading.take(document));
                if !fits {
                    return Ok(reading.into_page(true));
                }
            }
        }
        Ok::<_, DriverError>(reading.into_page(false))
    })
    .await
}

/// A page that is being read.
struct Reading<'a, T> {
    collection: &'a str,
    limit: usize,
    items: Vec<T>,
    json_bytes: usize,
    skipped: usize,
    /// The first of the documents that were left out, and why.
    unreadable: Vec<(String, String)>,
    /// Where this page began.
    after: Option<Cursor>,
    /// The last document that was read.
    last: Option<Cursor>,
}

impl<'a, T: Item> Reading<'a, T> {
    fn new(collection: &'a str, limit: usize, after: Option<Cursor>) -> Self {
        let (items, unreadable) = (Vec::new(), Vec::new());
        Self { collection, limit, items, json_bytes: 0, skipped: 0, unreadable, after, last: None }
    }

    /// False if the document belongs to the next page.
    fn take(&mut self, document: &RawDocument) -> bool {
        if self.items.len() + self.skipped == self.limit {
            return false;
        }
        match T::parse(document) {
            Ok(item) => {
                let json_bytes = self.json_bytes + item.max_json_bytes();
                if json_bytes > MAX_PAGE_BYTES && !self.items.is_empty() {
                    return false;
                }
                self.json_bytes = json_bytes;
                self.last = item.cursor().or(self.last);
                self.items.push(item);
            }
            Err(error) => self.skip(document, &error),
        }
        true
    }

    fn skip(&mut self, document: &RawDocument, error: &Invalid) {
        if self.unreadable.len() < MAX_NAMED_UNREADABLE {
            self.unreadable.push((document::printable_id(document), chain(error)));
        }
        self.skipped += 1;
        self.last = Cursor::of(document).or(self.last);
    }

    /// In a separate task, as the lines are about documents: a request has one line.
    fn warn(&mut self) {
        let (collection, skipped) = (self.collection.to_owned(), self.skipped);
        let unreadable = std::mem::take(&mut self.unreadable);
        tokio::spawn(async move {
            for (id, error) in unreadable {
                tracing::warn!(collection, id, error, skipped, "skipped unreadable document");
            }
        });
    }

    fn into_page(mut self, more: bool) -> Page<T> {
        if self.skipped > 0 {
            self.warn();
        }
        // Documents without a date are sorted before or after all others, and no cursor names
        // them. Those before are passed over by a cursor to the first that has one; those
        // after end the list.
        let begin = || self.after.is_none().then_some(Cursor::FIRST);
        let next = if more { self.last.or_else(begin) } else { None };
        Page { items: self.items, next }
    }
}

/// The longest that a string can be in JSON: a character that must be escaped takes six bytes.
pub fn max_json_bytes(text: &str) -> usize {
    let escaped = text.bytes().filter(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\')).count();
    2 + text.len() + 5 * escaped
}

#[cfg(test)]
mod tests {
    use super::max_json_bytes;

    #[test]
    fn json_strings_are_never_longer_than_their_bound() {
        for text in ["", "Teapot", "a \"quoted\" \\ one", "\u{0}\n\u{1f}\u{7f}", "日本語 🫖"] {
            let bound = max_json_bytes(text);
            let escaped: usize = text
                .chars()
                .map(|char| match char {
                    '"' | '\\' | '\n' => 2,
                    '\u{0}'..='\u{1f}' => 6,
                    char => char.len_utf8(),
                })
                .sum();
            assert!(escaped + 2 <= bound, "{text:?}: {bound}");
        }
    }
}
