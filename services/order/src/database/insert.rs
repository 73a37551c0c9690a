//! Inserting a document as a plain command.
//!
//! The driver's `insert_one` has no `maxTimeMS`. `findAndModify` has, but takes the database about
//! twice the work of an insertion. So the command is composed here. The driver does not retry such
//! a command: the second attempt is a `findAndModify`, which replaces what the first one may have
//! inserted.
//!
//! Each service has its own copy: they share an API, not code.

use futures_util::FutureExt;
use mongodb::bson::{Document, RawArrayBuf, RawDocumentBuf, cstr, doc};
use mongodb::error::Error as DriverError;

use super::command::run_write_command;
use super::deadline::run_write;
use super::error::{Error, WriteInfo, has_no_effect, is_retryable};
use super::operation::RawCollection;
use crate::document::with_capacity;
use crate::limits::SERVER_TIMEOUT;

/// What a command contains besides documents.
const MAX_OPTION_BYTES: usize = 256;

/// Inserts a document whose `_id` is that of `write`, which no other document has.
pub async fn insert(
    collection: &RawCollection,
    write: WriteInfo,
    document: RawDocumentBuf,
) -> Result<(), Error> {
    let by_id = move || doc! { "_id": write.id.object_id() };
    insert_unless_changed(collection, write, by_id, document).await
}

/// Inserts a document whose `_id` is that of `write`, which no other document has. The filter that
/// `unchanged` returns matches it until somebody changes it: only until then, a second attempt may
/// replace it.
pub async fn insert_unless_changed(
    collection: &RawCollection,
    write: WriteInfo,
    unchanged: impl FnOnce() -> Document + Send,
    document: RawDocumentBuf,
) -> Result<(), Error> {
    let insert = async {
        let error = match run_insert(collection, &document).await {
            Err(error) if is_retryable(&error) => error,
            result => return result,
        };
        let replace = collection.find_one_and_replace(unchanged(), document).upsert(true);
        match replace.max_time(SERVER_TIMEOUT).await {
            Ok(_) => Ok(()),
            // The first attempt may have had one.
            Err(second) if has_no_effect(&second) => Err(error),
            Err(second) => Err(second),
        }
    };
    run_write(collection.operation("insert"), write, insert.boxed()).await
}

async fn run_insert(
    collection: &RawCollection,
    document: &RawDocumentBuf,
) -> Result<(), DriverError> {
    let mut documents = RawArrayBuf::new();
    documents.push(document);
    let mut command = with_capacity(documents.as_bytes().len() + MAX_OPTION_BYTES);
    command.append(cstr!("insert"), collection.name());
    command.append(cstr!("documents"), documents);
    run_write_command(collection, command).await?;
    Ok(())
}
