//! The command `update` with several statements.

use futures_util::FutureExt;
use mongodb::bson::{RawArrayBuf, RawDocumentBuf, rawdoc};

use crate::database::{self, RawCollection, run_idempotent, run_write_command};

/// Applies the statements, each atomic for itself, in any order and in one round trip. Returns the
/// number of documents that they matched.
///
/// All statements are applied, unless an error is returned: then some of them may have been. They
/// have to be safe to repeat.
pub async fn run_statements(
    products: &RawCollection,
    statements: impl IntoIterator<Item = RawDocumentBuf>,
) -> Result<u64, database::Error> {
    let mut updates = RawArrayBuf::new();
    statements.into_iter().for_each(|statement| updates.push(statement));
    let command = rawdoc! { "update": products.name(), "updates": updates, "ordered": false };
    let run = run_write_command(products, command).boxed();
    run_idempotent(products.operation("update"), run).await
}
