//! The command `update` with several statements.

use futures_util::FutureExt;
use mongodb::Database;
use mongodb::bson::{
    Document, RawArrayBuf, RawDocumentBuf, cstr, deserialize_from_document, rawdoc,
    serialize_to_raw_document_buf,
};
use mongodb::error::{
    Error as DriverError, ErrorKind, WriteConcernError, WriteError, WriteFailure,
};
use serde::Deserialize;

use super::COLLECTION;
use crate::database::{self, Operation, run_idempotent};
use crate::limits::SERVER_TIMEOUT;

/// Applies the statements, each atomic for itself, in any order and in one round trip. Returns the
/// number of documents that they matched.
///
/// All statements are applied, unless an error is returned: then some of them may have been. They
/// have to be safe to repeat.
pub async fn run_statements(
    database: &Database,
    statements: impl IntoIterator<Item = RawDocumentBuf>,
) -> Result<u64, database::Error> {
    let command = update_command(database, statements);
    let operation = Operation { name: "update", collection: COLLECTION };
    let run = async { parse_reply(database.run_raw_command(command?).await?) };
    run_idempotent(operation, run.boxed()).await
}

fn update_command(
    database: &Database,
    statements: impl IntoIterator<Item = RawDocumentBuf>,
) -> Result<RawDocumentBuf, DriverError> {
    let mut updates = RawArrayBuf::new();
    statements.into_iter().for_each(|statement| updates.push(statement));
    let mut command = rawdoc! {
        "update": COLLECTION,
        "updates": updates,
        "ordered": false,
        "maxTimeMS": SERVER_TIMEOUT.as_millis() as i64,
    };
    // The driver does not add it to commands that it does not know.
    if let Some(write_concern) = database.write_concern() {
        command.append(cstr!("writeConcern"), serialize_to_raw_document_buf(write_concern)?);
    }
    Ok(command)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    n: u64,
    #[serde(default)]
    write_errors: Vec<WriteError>,
    write_concern_error: Option<WriteConcernError>,
}

/// Returns the number of matched documents, or the first error.
fn parse_reply(reply: Document) -> Result<u64, DriverError> {
    let Reply { n, write_errors, write_concern_error } = deserialize_from_document(reply)?;
    let statement = write_errors.into_iter().next().map(WriteFailure::WriteError);
    match statement.or(write_concern_error.map(WriteFailure::WriteConcernError)) {
        Some(failure) => Err(ErrorKind::Write(failure).into()),
        None => Ok(n),
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::doc;

    use super::*;

    fn failure(reply: Document) -> WriteFailure {
        match *parse_reply(reply).unwrap_err().kind {
            ErrorKind::Write(failure) => failure,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn errors_of_statements_and_of_the_write_concern_are_not_overlooked() {
        assert_eq!(parse_reply(doc! { "n": 2, "nModified": 1, "ok": 1.0 }).unwrap(), 2);
        let unconfirmed = doc! { "code": 64, "codeName": "WriteConcernTimeout", "errmsg": "late" };
        let reply = doc! { "n": 2, "ok": 1.0, "writeConcernError": unconfirmed };
        assert!(
            matches!(failure(reply), WriteFailure::WriteConcernError(error) if error.code == 64)
        );
        let rejected = doc! { "index": 1, "code": 17419, "errmsg": "too large" };
        let reply = doc! { "n": 1, "ok": 1.0, "writeErrors": [rejected] };
        assert!(matches!(failure(reply), WriteFailure::WriteError(error) if error.code == 17419));
    }
}
