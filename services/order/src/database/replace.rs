//! Replacing a document as a plain command.
//!
//! The driver's `replace_one` has no `maxTimeMS`. `findAndModify` has, but takes the service and the
//! database more work: for its options and for the document in its reply. As the driver does not
//! retry a command that is composed here, the second attempt is a `findAndModify`.
//!
//! Each service has its own copy: they share an API, not code.

use futures_util::FutureExt;
use mongodb::bson::{Document, RawDocumentBuf, cstr, doc, rawdoc};
use mongodb::error::Error as DriverError;

use super::command::run_write_command;
use super::deadline::run_write;
use super::error::{Error, WriteInfo, has_no_effect, is_retryable};
use super::operation::RawCollection;
use crate::limits::SERVER_TIMEOUT;

/// Replaces the document that matches `filter`, and returns whether there is one. Afterwards it must
/// not match any more: by that, a second attempt does not undo what has become of it since.
pub async fn replace(
    collection: &RawCollection,
    write: WriteInfo,
    filter: Document,
    document: RawDocumentBuf,
) -> Result<bool, Error> {
    let replace = async {
        let error = match run_replace(collection, &filter, &document).await {
            Err(error) if is_retryable(&error) => error,
            result => return result,
        };
        let replace = collection.find_one_and_replace(filter, document);
        let replace = replace.projection(doc! { "_id": 1 }).max_time(SERVER_TIMEOUT);
        match replace.await {
            Ok(Some(_)) => Ok(true),
            // The first attempt may have replaced it.
            Ok(None) => Err(error),
            Err(second) if has_no_effect(&second) => Err(error),
            Err(second) => Err(second),
        }
    };
    run_write(collection.operation("update"), write, replace.boxed()).await
}

async fn run_replace(
    collection: &RawCollection,
    filter: &Document,
    document: &RawDocumentBuf,
) -> Result<bool, DriverError> {
    let mut statement = rawdoc! { "q": RawDocumentBuf::try_from(filter)? };
    statement.append(cstr!("u"), document);
    let command = rawdoc! { "update": collection.name(), "updates": [statement] };
    Ok(run_write_command(collection, command).await? > 0)
}
