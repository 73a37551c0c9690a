//! Write commands that the services compose: handles the parts that the driver handles in the
//! commands that it knows.
//!
//! Each service has its own copy: they share an API, not code.

use mongodb::bson::{Bson, Document, RawDocumentBuf, cstr, deserialize_from_document};
use mongodb::error::{
    Error as DriverError, ErrorKind, WriteConcernError, WriteError, WriteFailure,
};
use serde::Deserialize;

use super::operation::RawCollection;
use crate::limits::SERVER_TIMEOUT;

/// Runs a command that writes to the collection, with the database's write concern and a time limit.
/// Returns the number of matched or inserted documents. The driver does not retry it.
pub async fn run_write_command(
    collection: &RawCollection,
    mut command: RawDocumentBuf,
) -> Result<u64, DriverError> {
    command.append(cstr!("maxTimeMS"), SERVER_TIMEOUT.as_millis() as i64);
    if let Some(write_concern) = collection.write_concern()? {
        command.append(cstr!("writeConcern"), write_concern);
    }
    parse_reply(collection.database().run_raw_command(command).await?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    n: u64,
    #[serde(default)]
    write_errors: Vec<WriteError>,
    write_concern_error: Option<WriteConcernError>,
}

/// Returns the number of matched or inserted documents, or the first error.
fn parse_reply(reply: Document) -> Result<u64, DriverError> {
    let is_success = !["writeErrors", "writeConcernError"].iter().any(|it| reply.contains_key(it));
    match reply.get("n") {
        // Deserializing every reply would cost a tenth of the write.
        Some(Bson::Int32(n)) if is_success => Ok(n.unsigned_abs().into()),
        _ => parse_whole_reply(reply),
    }
}

fn parse_whole_reply(reply: Document) -> Result<u64, DriverError> {
    let Reply { n, write_errors, write_concern_error } = deserialize_from_document(reply)?;
    let failed = write_errors.into_iter().next().map(WriteFailure::WriteError);
    match failed.or(write_concern_error.map(WriteFailure::WriteConcernError)) {
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
        for n in [Bson::Int32(2), Bson::Int64(2)] {
            assert_eq!(parse_reply(doc! { "n": n, "nModified": 1, "ok": 1.0 }).unwrap(), 2);
        }
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
