//! Whether the database takes writes. It may answer a ping and refuse every
//! write, as with a full disk; so readiness writes a heartbeat.
//!
//! Simultaneous probes share one heartbeat, and its outcome is kept for a
//! second: however many probes there are, the database has one write a second at
//! most, and none without probes.
//!
//! Each service has its own copy: they share an API, not code.

use std::sync::Arc;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, doc};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{Database, IndexModel};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::database::{self, Documents, read};
use crate::limits::{HEARTBEAT_INTERVAL, HEARTBEAT_LIFETIME, SERVER_TIMEOUT};

/// Why the service is not ready.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the database does not take writes")]
pub struct NotReady(#[source] Arc<database::Error>);

type Outcome = Result<(), NotReady>;

/// The heartbeats of this process.
pub struct Readiness {
    database: Database,
    heartbeats: Documents,
    /// The document of this process; it disappears some time after the last beat.
    id: ObjectId,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Whether the database removes the heartbeats of processes that have ended.
    expires: bool,
    last: Option<(Instant, Outcome)>,
}

const COLLECTION: &str = "heartbeats";

impl Readiness {
    /// The readiness of a service on a database that is prepared.
    pub fn new(database: &Database) -> Self {
        let heartbeats = database.collection(COLLECTION);
        let state = Mutex::default();
        Self { database: database.clone(), heartbeats, id: ObjectId::new(), state }
    }

    /// Asks whether the database answers and takes writes.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn check(&self) -> Outcome {
        database::ping(&self.database).await.map_err(not_ready)?;
        // Whoever comes while a heartbeat is under way waits here for its outcome.
        let mut state = self.state.lock().await;
        if let Some((at, outcome)) = &state.last
            && at.elapsed() < HEARTBEAT_INTERVAL
        {
            return outcome.clone();
        }
        let outcome = self.beat(&mut state.expires).await.map_err(not_ready);
        state.last = Some((Instant::now(), outcome.clone()));
        outcome
    }

    async fn beat(&self, expires: &mut bool) -> Result<(), database::Error> {
        if !*expires {
            self.expire().await?;
            *expires = true;
        }
        self.write().await
    }

    /// Makes sure that the heartbeats of processes that have ended disappear.
    async fn expire(&self) -> Result<(), database::Error> {
        let expiry = IndexOptions::builder().expire_after(HEARTBEAT_LIFETIME).build();
        let index = IndexModel::builder().keys(doc! { "at": 1 }).options(expiry).build();
        read(self.heartbeats.create_index(index).max_time(SERVER_TIMEOUT)).await?;
        Ok(())
    }

    /// Writes a heartbeat and reads it back. It can be repeated, so it counts as a read.
    async fn write(&self) -> Result<(), database::Error> {
        let beat = doc! { "$set": { "at": DateTime::now() }, "$inc": { "beats": 1_i64 } };
        let beat = self
            .heartbeats
            .find_one_and_update(doc! { "_id": self.id }, beat)
            .upsert(true)
            .return_document(ReturnDocument::After)
            .max_time(SERVER_TIMEOUT);
        read(beat).await?;
        Ok(())
    }
}

fn not_ready(error: database::Error) -> NotReady {
    NotReady(Arc::new(error))
}
