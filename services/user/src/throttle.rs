//! Slows down guessing: counts attempts that failed in the database, so that replicas agree.
//!
//! An attempt is counted as failed before it is made, and forgotten once it has succeeded.
//! Simultaneous attempts are therefore counted one after the other, and a client gains nothing by
//! disconnecting. Names that no account has are counted in the same way, so that throttling does
//! not reveal which accounts exist.

mod rules;

use std::time::SystemTime;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, RawDocumentBuf, doc, rawdoc};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};
use ring::digest::{SHA256, digest};

use crate::database::{self, RawCollection, run_idempotent};
use crate::document::{Fields, InvalidDocument};
use crate::limits::{MAX_THROTTLE_ROUNDS, SERVER_TIMEOUT, THROTTLE_MEMORY};
use rules::{Attempts, FIRST_DELAY};

pub use rules::TooManyAttempts;

const COLLECTION: &str = "attempts";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error(transparent)]
    Database(#[from] database::Error),
}

/// What is guessed, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleKey(ObjectId);

impl ThrottleKey {
    /// A hash, since clients choose how long a name is.
    pub fn new(purpose: &str, name: &str) -> Self {
        let hash = digest(&SHA256, format!("{purpose} {name}").as_bytes());
        let mut id = [0; 12];
        id.copy_from_slice(&hash.as_ref()[..12]);
        Self(ObjectId::from_bytes(id))
    }
}

/// Lets the database delete what is no longer needed.
pub async fn ensure_indexes(database: &Database) -> Result<(), database::Error> {
    let expiry = IndexOptions::builder().expire_after(THROTTLE_MEMORY).build();
    let index = IndexModel::builder().keys(doc! { "at": 1 }).options(expiry).build();
    database::create_index(&RawCollection::new(database, COLLECTION), index).await
}

pub struct Throttle {
    attempts: RawCollection,
}

impl Throttle {
    /// Expects a database whose indexes exist.
    pub fn new(database: &Database) -> Self {
        Self { attempts: RawCollection::new(database, COLLECTION) }
    }

    /// Counts an attempt as failed, unless it is too early for one.
    pub async fn begin(&self, key: ThrottleKey) -> Result<(), Error> {
        for _ in 0..MAX_THROTTLE_ROUNDS {
            let before = self.find(key).await?;
            let now = SystemTime::now();
            rules::check(before.as_ref(), now)?;
            if self.replace(key, before.as_ref(), &rules::count(before.as_ref(), now)).await? {
                return Ok(());
            }
        }
        // Others keep being faster, which takes more attempts than a person makes.
        Err(TooManyAttempts { retry_after: FIRST_DELAY }.into())
    }

    /// Takes back an attempt that was not made after all, or that guessed nothing.
    pub async fn withdraw(&self, key: ThrottleKey) -> Result<(), database::Error> {
        let filter = doc! { "_id": key.0, "failures": { "$gt": 0 } };
        let decrement = doc! { "$inc": { "failures": -1 } };
        let update = self.attempts.find_one_and_update(filter, decrement).max_time(SERVER_TIMEOUT);
        run_idempotent(self.attempts.operation("findAndModify"), update).await?;
        Ok(())
    }

    /// Forgets all attempts, after one has succeeded.
    pub async fn forget(&self, key: ThrottleKey) -> Result<(), database::Error> {
        let delete =
            self.attempts.find_one_and_delete(doc! { "_id": key.0 }).max_time(SERVER_TIMEOUT);
        run_idempotent(self.attempts.operation("findAndModify"), delete).await?;
        Ok(())
    }

    async fn find(&self, key: ThrottleKey) -> Result<Option<Attempts>, database::Error> {
        let filter = doc! { "_id": key.0 };
        database::find_one(&self.attempts, filter, doc! {}, Attempts::parse).await
    }

    /// Stores the attempts unless others have been stored since `before`, and returns whether it
    /// has.
    async fn replace(
        &self,
        key: ThrottleKey,
        before: Option<&Attempts>,
        after: &Attempts,
    ) -> Result<bool, database::Error> {
        let mut filter = doc! { "_id": key.0 };
        // No document has a negative number. If another one has the id, the insertion fails.
        filter.extend(before.map_or(doc! { "failures": -1 }, Attempts::to_filter));
        let replace = self
            .attempts
            .find_one_and_replace(filter, after.to_document(key.0))
            .upsert(true)
            .max_time(SERVER_TIMEOUT);
        match run_idempotent(self.attempts.operation("findAndModify"), replace).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_duplicate_key() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Attempts {
    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        Ok(Self { failures: fields.integer("failures")?, at: fields.time("at")? })
    }

    fn to_filter(&self) -> Document {
        doc! { "failures": self.failures, "at": DateTime::from_system_time(self.at) }
    }

    fn to_document(&self, id: ObjectId) -> RawDocumentBuf {
        let Self { failures, at } = self;
        rawdoc! { "_id": id, "failures": *failures, "at": DateTime::from_system_time(*at) }
    }
}
