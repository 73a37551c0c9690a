//! Reads a page of a list from the database, document by document, until it has the requested
//! number of items or [`MAX_PAGE_BYTES`] of JSON.
//!
//! The database sends documents in batches, and only one batch is held in memory. The size of each
//! item is added up as it is parsed, and reading stops at the first item that does not fit. So the
//! memory for a page does not depend on the sizes of the stored documents.
//!
//! A document that cannot be parsed, or become an item of a response, is skipped and named in the
//! log. It counts towards the limit, so that the next page starts after it.
//!
//! Each service with lists has its own copy: they share an API, not code.

use futures_util::{FutureExt, TryStreamExt};
use mongodb::bson::{Document, RawDocument};
use mongodb::error::Error as DriverError;
use openapi_server::chain;

use crate::cursor::Cursor;
use crate::database::{self, RawCollection, run_idempotent};
use crate::document::{self, Fields, InvalidDocument};
use crate::limits::{BATCH_SIZE, MAX_NAMED_UNREADABLE, MAX_PAGE_BYTES, SERVER_TIMEOUT};

/// An item of a list, as responses contain it.
pub trait PageItem: Sized + Send {
    /// Reads every field that becomes JSON from `fields`, which bounds the item's length. Also
    /// returns the cursor of the page that starts after the item.
    fn parse(fields: &mut Fields<'_>) -> Result<(Self, Option<Cursor>), InvalidDocument>;
}

#[derive(Debug)]
pub struct Page<T> {
    /// Empty only at the end of the list, or if every document read was unreadable.
    pub items: Vec<T>,
    /// The cursor of the next page, if there is one.
    pub next: Option<Cursor>,
}

/// The number of documents in a batch for a page of `limit` items.
pub fn batch_size(limit: u32) -> u32 {
    // As this equals the limit of the query, the driver requests one document more, so that a
    // single batch exhausts the cursor.
    BATCH_SIZE.min(limit + 1)
}

/// Reads a page of the documents that match `filter`, in the order of the cursors.
pub async fn read_page<T: PageItem>(
    collection: &RawCollection,
    mut filter: Document,
    projection: Document,
    limit: u32,
    after: Option<Cursor>,
) -> Result<Page<T>, database::Error> {
    let is_first = after.is_none();
    filter.extend(after.map(Cursor::filter).unwrap_or_default());
    let find = collection
        .find(filter)
        .projection(projection)
        .sort(Cursor::sort())
        // One more than requested shows whether there is a next page.
        .limit(i64::from(limit) + 1)
        .batch_size(batch_size(limit))
        .max_time(SERVER_TIMEOUT);
    let read = async {
        let mut page = PageBuilder::<T>::new(collection.name(), limit as usize, is_first);
        // If it is dropped before its end, the driver closes the cursor in the background.
        let mut batches = find.batch().await?;
        while let Some(batch) = batches.try_next().await? {
            for document in batch.doc_slices()? {
                let fits = document?.as_document().is_some_and(|document| page.push(document));
                if !fits {
                    return Ok(page.build(true));
                }
            }
        }
        Ok::<_, DriverError>(page.build(false))
    };
    run_idempotent(collection.operation("find"), read.boxed()).await
}

struct PageBuilder<'a, T> {
    collection: &'a str,
    limit: usize,
    items: Vec<T>,
    json_bytes: usize,
    skipped: usize,
    /// Ids and errors of the first skipped documents.
    unreadable: Vec<(String, String)>,
    /// This page starts without a cursor.
    is_first: bool,
    /// The cursor of the last document read.
    last: Option<Cursor>,
}

impl<'a, T: PageItem> PageBuilder<'a, T> {
    fn new(collection: &'a str, limit: usize, is_first: bool) -> Self {
        Self {
            collection,
            limit,
            items: Vec::new(),
            json_bytes: 0,
            skipped: 0,
            unreadable: Vec::new(),
            is_first,
            last: None,
        }
    }

    /// Adds a document. Returns false if it belongs to the next page.
    fn push(&mut self, document: &RawDocument) -> bool {
        if self.items.len() + self.skipped == self.limit {
            return false;
        }
        let mut fields = Fields::new(document);
        match T::parse(&mut fields) {
            Ok((item, cursor)) => {
                let json_bytes = self.json_bytes + fields.max_json_bytes();
                if json_bytes > MAX_PAGE_BYTES && !self.items.is_empty() {
                    return false;
                }
                self.json_bytes = json_bytes;
                self.read(cursor);
                self.items.push(item);
            }
            Err(error) => self.skip(document, &error),
        }
        true
    }

    fn skip(&mut self, document: &RawDocument, error: &InvalidDocument) {
        if self.unreadable.len() < MAX_NAMED_UNREADABLE {
            self.unreadable.push((document::printable_id(document), chain(error)));
        }
        self.skipped += 1;
        self.read(Cursor::from_document(document));
    }

    /// A document without a cursor does not move the next page.
    fn read(&mut self, cursor: Option<Cursor>) {
        if cursor.is_some() {
            self.last = cursor;
        }
    }

    /// Logs in a separate task, so that the request still has one log line: these are about
    /// documents.
    fn log_unreadable(&mut self) {
        let collection = self.collection.to_owned();
        let skipped = self.skipped;
        let unreadable = std::mem::take(&mut self.unreadable);
        tokio::spawn(async move {
            for (id, error) in unreadable {
                tracing::warn!(collection, id, error, skipped, "skipped unreadable document");
            }
        });
    }

    fn build(mut self, has_next: bool) -> Page<T> {
        if self.skipped > 0 {
            self.log_unreadable();
        }
        // Documents without a cursor sort before or after all others. Those before are passed by a
        // cursor to the first document that has one; those after end the list.
        let start = || self.is_first.then_some(Cursor::START);
        let next = if has_next { self.last.or_else(start) } else { None };
        Page { items: self.items, next }
    }
}
