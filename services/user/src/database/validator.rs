//! Validators of collections: the database refuses documents that no service could read, whoever
//! writes them.
//!
//! Not every database that speaks MongoDB's protocol has them, and changing one takes a privilege
//! (`collMod`) that reading and writing does not. The services do not depend on them, so that such
//! a rejection is a warning.

use futures_util::{FutureExt, TryStreamExt};
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{Error as DriverError, ErrorKind};

use super::deadline::run_idempotent;
use super::error::Error;
use super::metrics::Operation;
use crate::document::SCHEMA_VERSION_FIELD;
use crate::limits::SERVER_TIMEOUT;

/// The server's code for a collection that exists already.
const NAMESPACE_EXISTS: i32 = 48;

/// The documents of a collection as this version of the service writes them.
pub struct CollectionSchema {
    pub collection: &'static str,
    /// See [`Fields::schema_version`](crate::document::Fields::schema_version).
    pub version: i32,
    /// In MongoDB's `$jsonSchema`. It describes older documents as well.
    pub json_schema: Document,
}

impl CollectionSchema {
    /// Documents of newer versions are left to those who write them: during a rollout, an older
    /// service may start after a newer one.
    fn validator(&self) -> Document {
        let newer = doc! { SCHEMA_VERSION_FIELD: { "$gt": self.version } };
        doc! { "$or": [newer, { "$jsonSchema": self.json_schema.clone() }] }
    }

    /// The options of the collection. With `moderate`, invalid documents from before there was a
    /// validator can still be updated.
    fn options(&self) -> Document {
        doc! {
            "validator": self.validator(),
            "validationLevel": "moderate",
            "validationAction": "error",
        }
    }
}

/// Makes the database validate the documents of a collection.
pub async fn ensure_validator(database: &Database, schema: &CollectionSchema) -> Result<(), Error> {
    match try_ensure(database, schema).await {
        Err(error @ Error::Failed(_)) => {
            let collection = schema.collection;
            let error = openapi_server::chain(&error);
            tracing::warn!(collection, error, "the database does not validate documents");
            Ok(())
        }
        result => result,
    }
}

async fn try_ensure(database: &Database, schema: &CollectionSchema) -> Result<(), Error> {
    let CollectionSchema { collection, .. } = *schema;
    let options = schema.options();
    let found = find_options(database, collection).await?;
    let command = match found {
        Some(found) if has_all(&found, &options) => return Ok(()),
        Some(_) => "collMod",
        None => "create",
    };
    match run(database, command, collection, &options).await {
        // By another replica.
        Err(Error::Failed(error)) if is_existing(&error) => {
            run(database, "collMod", collection, &options).await
        }
        result => result,
    }
}

/// The options of a collection; `None` if it does not exist.
async fn find_options(database: &Database, collection: &str) -> Result<Option<Document>, Error> {
    let operation = Operation { name: "listCollections", collection: "" };
    let command = doc! {
        "listCollections": 1,
        "filter": { "name": collection },
        "maxTimeMS": SERVER_TIMEOUT.as_millis() as i64,
    };
    let found = async { database.run_cursor_command(command).await?.try_next().await }.boxed();
    let found = run_idempotent(operation, found).await?;
    Ok(found.map(|found| found.get_document("options").cloned().unwrap_or_default()))
}

fn has_all(found: &Document, options: &Document) -> bool {
    options.iter().all(|(name, value)| found.get(name) == Some(value))
}

async fn run(
    database: &Database,
    name: &'static str,
    collection: &'static str,
    options: &Document,
) -> Result<(), Error> {
    let mut command = Document::new();
    command.insert(name, collection);
    command.extend(options.clone());
    command.insert("maxTimeMS", Bson::Int64(SERVER_TIMEOUT.as_millis() as i64));
    run_idempotent(Operation { name, collection }, database.run_command(command)).await?;
    Ok(())
}

fn is_existing(error: &DriverError) -> bool {
    matches!(&*error.kind, ErrorKind::Command(error) if error.code == NAMESPACE_EXISTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> CollectionSchema {
        CollectionSchema { collection: "cups", version: 2, json_schema: doc! { "required": ["a"] } }
    }

    #[test]
    fn newer_documents_are_not_validated() {
        let expected = doc! {
            "$or": [
                { "schemaVersion": { "$gt": 2 } },
                { "$jsonSchema": { "required": ["a"] } },
            ],
        };
        assert_eq!(schema().validator(), expected);
    }

    #[test]
    fn collection_with_other_options_is_changed() {
        let mut found = schema().options();
        found.insert("capped", false);
        assert!(has_all(&found, &schema().options()));
        found.insert("validationAction", "warn");
        assert!(!has_all(&found, &schema().options()));
        assert!(!has_all(&Document::new(), &schema().options()));
    }
}
