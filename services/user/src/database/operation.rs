//! The operations on documents. Each takes one round trip, and is bounded in time by the database
//! (`maxTimeMS`) as well as by the service. A projection selects the fields that are read; an empty
//! one selects all.

use std::ops::Deref;

use futures_util::{FutureExt, TryStreamExt};
use mongodb::bson::{Document, RawDocument, RawDocumentBuf, doc, serialize_to_raw_document_buf};
use mongodb::error::Error as DriverError;
use mongodb::options::ReturnDocument;
use mongodb::raw_batch_cursor::RawBatch;
use mongodb::{Collection, Database, IndexModel};

use super::deadline::{run_idempotent, run_write};
use super::error::{Error, WriteInfo};
use super::metrics::Operation;
use crate::document::{self, Fields, InvalidDocument};
use crate::limits::SERVER_TIMEOUT;

/// A collection of documents that are parsed by the service: see [`document`].
pub struct RawCollection {
    collection: Collection<RawDocumentBuf>,
    database: Database,
    name: &'static str,
    /// Serialized once, and not for each command.
    write_concern: Result<Option<RawDocumentBuf>, DriverError>,
}

impl RawCollection {
    pub fn new(database: &Database, name: &'static str) -> Self {
        let write_concern = database.write_concern().map(serialize_to_raw_document_buf);
        Self {
            collection: database.collection(name),
            database: database.clone(),
            name,
            write_concern: write_concern.transpose().map_err(DriverError::from),
        }
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// For commands that the service composes.
    pub fn write_concern(&self) -> Result<Option<&RawDocument>, DriverError> {
        self.write_concern.as_ref().map(Option::as_deref).map_err(Clone::clone)
    }

    /// The command `name` on this collection.
    pub fn operation(&self, name: &'static str) -> Operation {
        Operation { name, collection: self.name }
    }
}

impl Deref for RawCollection {
    type Target = Collection<RawDocumentBuf>;

    fn deref(&self) -> &Self::Target {
        &self.collection
    }
}

type Parse<T> = fn(&mut Fields<'_>) -> Result<T, InvalidDocument>;

pub async fn ping(database: &Database) -> Result<(), Error> {
    let ping = doc! { "ping": 1, "maxTimeMS": SERVER_TIMEOUT.as_millis() as i64 };
    let operation = Operation { name: "ping", collection: "" };
    run_idempotent(operation, database.run_command(ping)).await?;
    Ok(())
}

/// Creates an index unless it exists.
pub async fn create_index(collection: &RawCollection, index: IndexModel) -> Result<(), Error> {
    let operation = collection.operation("createIndexes");
    run_idempotent(operation, collection.create_index(index).max_time(SERVER_TIMEOUT)).await?;
    Ok(())
}

/// Finds the document that matches `filter`. Parses it in the buffer in which the driver received
/// it, which saves the two copies of `Collection::find_one`.
pub async fn find_one<T>(
    collection: &RawCollection,
    filter: Document,
    projection: Document,
    parse: Parse<T>,
) -> Result<Option<T>, Error> {
    // A negative limit asks for a single batch: the server keeps no cursor.
    let find = collection.find(filter).projection(projection).limit(-1).max_time(SERVER_TIMEOUT);
    let reply = async { find.batch().await?.try_next().await }.boxed();
    let reply = run_idempotent(collection.operation("find"), reply).await?;
    let Some(reply) = reply else { return Ok(None) };
    let found = first_document(&reply).map_err(Error::from_driver)?;
    found.map(|document| parse_document(collection, document, parse)).transpose()
}

fn first_document(reply: &RawBatch) -> Result<Option<&RawDocument>, DriverError> {
    let first = reply.doc_slices()?.into_iter().next().transpose()?;
    Ok(first.and_then(|document| document.as_document()))
}

/// Finds up to `limit` of the documents that match `filter`, in any order.
pub async fn find_many<T>(
    collection: &RawCollection,
    filter: Document,
    projection: Document,
    limit: u32,
    parse: Parse<T>,
) -> Result<Vec<T>, Error> {
    let find = collection
        .find(filter)
        .projection(projection)
        .limit(limit.into())
        .batch_size(limit)
        .max_time(SERVER_TIMEOUT);
    let batches = async { find.batch().await?.try_collect().await }.boxed();
    let batches: Vec<RawBatch> = run_idempotent(collection.operation("find"), batches).await?;
    let mut found = Vec::new();
    for batch in &batches {
        for document in batch.doc_slices().map_err(Error::from_driver)? {
            let document = document.map_err(|error| Error::from_driver(error.into()))?;
            let document = document.as_document();
            found.extend(document.map(|it| parse_document(collection, it, parse)).transpose()?);
        }
    }
    Ok(found)
}

/// Inserts a document whose `_id` is that of `write`, or replaces the document that matches
/// `filter`. Fails with a duplicate key if a document has the id and does not match.
pub async fn insert_or_replace(
    collection: &RawCollection,
    write: WriteInfo,
    filter: Document,
    document: RawDocumentBuf,
) -> Result<(), Error> {
    let insert =
        collection.find_one_and_replace(filter, document).upsert(true).max_time(SERVER_TIMEOUT);
    run_write(collection.operation("findAndModify"), write, insert).await?;
    Ok(())
}

/// Updates the document that matches `filter`, and returns the updated document or `None` if no
/// document matches.
pub async fn update<T>(
    collection: &RawCollection,
    write: WriteInfo,
    filter: Document,
    update: Document,
    projection: Document,
    parse: Parse<T>,
) -> Result<Option<T>, Error> {
    let update = collection
        .find_one_and_update(filter, update)
        .projection(projection)
        .return_document(ReturnDocument::After)
        .max_time(SERVER_TIMEOUT);
    let updated = run_write(collection.operation("findAndModify"), write, update).await?;
    updated.map(|document| parse_document(collection, &document, parse)).transpose()
}

/// Deletes the document whose `_id` is that of `write`, and returns whether it existed.
pub async fn delete(collection: &RawCollection, write: WriteInfo) -> Result<bool, Error> {
    delete_if(collection, write, Document::new()).await
}

/// Deletes the document whose `_id` is that of `write` if it matches `condition`, too. Returns
/// whether it did. Uses `findAndModify`, since the driver's `delete` has no `maxTimeMS`.
pub async fn delete_if(
    collection: &RawCollection,
    write: WriteInfo,
    condition: Document,
) -> Result<bool, Error> {
    let mut filter = doc! { "_id": write.id.object_id() };
    filter.extend(condition);
    let delete = collection
        .find_one_and_delete(filter)
        .projection(doc! { "_id": 1 })
        .max_time(SERVER_TIMEOUT);
    Ok(run_write(collection.operation("findAndModify"), write, delete).await?.is_some())
}

/// Parses a document of the collection.
pub fn parse_document<T>(
    collection: &RawCollection,
    document: &RawDocument,
    parse: Parse<T>,
) -> Result<T, Error> {
    parse(&mut Fields::new(document)).map_err(|source| Error::Unreadable {
        collection: collection.name().into(),
        id: document::printable_id(document).into(),
        source: Box::new(source),
    })
}
