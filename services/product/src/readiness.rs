//! Health checks of the database. A database may answer a ping and still reject every write, as
//! with a full disk; therefore readiness writes a heartbeat.
//!
//! Simultaneous probes share one heartbeat, and its result is kept for a second: the database
//! receives one write a second at most however many probes arrive, and none without probes.
//!
//! Each service has its own copy: they share an API, not code.

use std::sync::Arc;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, doc};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{Database, IndexModel};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::database::{self, RawCollection};
use crate::limits::{HEARTBEAT_INTERVAL, HEARTBEAT_LIFETIME, SERVER_TIMEOUT};

#[derive(Debug, Clone, thiserror::Error)]
#[error("the database does not accept writes")]
pub struct NotReady(#[source] Arc<database::Error>);

pub struct Readiness {
    database: Database,
    heartbeats: RawCollection,
    /// The document of this process, which expires some time after the last heartbeat.
    id: ObjectId,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    has_expiry_index: bool,
    last: Option<(Instant, Result<(), NotReady>)>,
}

const COLLECTION: &str = "heartbeats";

impl Readiness {
    pub fn new(database: &Database) -> Self {
        Self {
            database: database.clone(),
            heartbeats: RawCollection::new(database, COLLECTION),
            id: ObjectId::new(),
            state: Mutex::default(),
        }
    }

    /// Checks that the database responds.
    pub async fn ping(&self) -> Result<(), database::Error> {
        database::ping(&self.database).await
    }

    /// Checks that the database responds and accepts writes.
    pub async fn check(&self) -> Result<(), NotReady> {
        self.ping().await.map_err(not_ready)?;
        // Probes that arrive during a heartbeat wait here for its result.
        let mut state = self.state.lock().await;
        if let Some((at, result)) = &state.last
            && at.elapsed() < HEARTBEAT_INTERVAL
        {
            return result.clone();
        }
        let result = self.beat(&mut state.has_expiry_index).await.map_err(not_ready);
        state.last = Some((Instant::now(), result.clone()));
        result
    }

    async fn beat(&self, has_expiry_index: &mut bool) -> Result<(), database::Error> {
        if !*has_expiry_index {
            self.create_expiry_index().await?;
            *has_expiry_index = true;
        }
        self.write_heartbeat().await
    }

    /// Lets the database delete the heartbeats of processes that have ended.
    async fn create_expiry_index(&self) -> Result<(), database::Error> {
        let expiry = IndexOptions::builder().expire_after(HEARTBEAT_LIFETIME).build();
        let index = IndexModel::builder().keys(doc! { "at": 1 }).options(expiry).build();
        database::create_index(&self.heartbeats, index).await
    }

    /// Writes a heartbeat and reads it back. Repeating it is safe, so it runs as a read does.
    async fn write_heartbeat(&self) -> Result<(), database::Error> {
        let heartbeat = doc! { "$set": { "at": DateTime::now() }, "$inc": { "beats": 1_i64 } };
        let update = self
            .heartbeats
            .find_one_and_update(doc! { "_id": self.id }, heartbeat)
            .upsert(true)
            .return_document(ReturnDocument::After)
            .max_time(SERVER_TIMEOUT);
        database::run_idempotent(self.heartbeats.operation("findAndModify"), update).await?;
        Ok(())
    }
}

fn not_ready(error: database::Error) -> NotReady {
    NotReady(Arc::new(error))
}
