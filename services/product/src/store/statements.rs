//! The command `update` with several statements.

use futures_util::FutureExt;
use mongodb::Database;
use mongodb::bson::{RawArrayBuf, RawDocumentBuf, rawdoc};
use mongodb::error::Error as DriverError;

use super::COLLECTION;
use crate::database::{self, Operation, add_write_concern, parse_reply, run_idempotent};
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
    add_write_concern(&mut command, database)?;
    Ok(command)
}
