//! The operations on single documents, each bounded in time by the database
//! (`maxTimeMS`) and by the service, and each made in one round trip.

use futures_util::TryStreamExt;
use mongodb::Collection;
use mongodb::bson::{Document, RawDocument, RawDocumentBuf, doc};
use mongodb::error::Error as DriverError;
use mongodb::options::ReturnDocument;
use mongodb::raw_batch_cursor::RawBatch;

use super::{Error, Write, read, write};
use crate::document::{self, Invalid};
use crate::limits::SERVER_TIMEOUT;

/// A collection as it comes from the wire, to be parsed here: see [`document`].
pub type Documents = Collection<RawDocumentBuf>;

/// Reads a document.
type Parse<T> = fn(&RawDocument) -> Result<T, Invalid>;

/// The document that matches a filter, parsed where the driver received it:
/// `Collection::find_one` copies it twice before that.
///
/// # Errors
/// The database's, or [`Error::Unreadable`].
pub async fn find_one<T>(
    documents: &Documents,
    filter: Document,
    parse: Parse<T>,
) -> Result<Option<T>, Error> {
    // A negative limit asks for a single batch: the server keeps no cursor.
    let find = documents.find(filter).limit(-1).max_time(SERVER_TIMEOUT);
    let reply = read(async { find.batch().await?.try_next().await }).await?;
    let Some(reply) = reply else { return Ok(None) };
    let found = first(&reply).map_err(Error::from_read)?;
    found.map(|document| parsed(documents, document, parse)).transpose()
}

fn first(reply: &RawBatch) -> Result<Option<&RawDocument>, DriverError> {
    let first = reply.doc_slices()?.into_iter().next().transpose()?;
    Ok(first.and_then(|document| document.as_document()))
}

/// Stores a new document, whose `_id` is the one that `what` names.
///
/// With `findAndModify`, as the driver's `insert` has no `maxTimeMS`. That it
/// replaces what has the same id makes a repetition by the driver harmless even
/// on a server that cannot recognise one.
///
/// # Errors
/// The database's.
pub async fn insert(
    documents: &Documents,
    what: Write,
    document: RawDocumentBuf,
) -> Result<(), Error> {
    let insert = documents
        .find_one_and_replace(doc! { "_id": what.id }, document)
        .upsert(true)
        .max_time(SERVER_TIMEOUT);
    write(what, insert).await?;
    Ok(())
}

/// Updates the document that matches a filter and returns it as it then is;
/// `None` if no document matches.
///
/// # Errors
/// The database's, or [`Error::Unreadable`].
pub async fn update<T>(
    documents: &Documents,
    what: Write,
    filter: Document,
    update: Document,
    parse: Parse<T>,
) -> Result<Option<T>, Error> {
    let update = documents
        .find_one_and_update(filter, update)
        .return_document(ReturnDocument::After)
        .max_time(SERVER_TIMEOUT);
    let updated = write(what, update).await?;
    updated.map(|document| parsed(documents, &document, parse)).transpose()
}

/// Deletes the document that `what` names; false if there is none. With
/// `findAndModify`, as the driver's `delete` has no `maxTimeMS`.
///
/// # Errors
/// The database's.
pub async fn delete(documents: &Documents, what: Write) -> Result<bool, Error> {
    let delete = documents
        .find_one_and_delete(doc! { "_id": what.id })
        .projection(doc! { "_id": 1 })
        .max_time(SERVER_TIMEOUT);
    Ok(write(what, delete).await?.is_some())
}

fn parsed<T>(documents: &Documents, document: &RawDocument, parse: Parse<T>) -> Result<T, Error> {
    parse(document).map_err(|source| Error::Unreadable {
        collection: documents.name().into(),
        id: document::printable_id(document).into(),
        source: Box::new(source),
    })
}
