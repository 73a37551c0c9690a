//! The compare-and-sets of the order flow: an order begins as `placing` and becomes `pending` or
//! `abandoned`. Whoever wins decides, everybody else follows.

use std::time::Duration;

use mongodb::bson::{DateTime, Document, doc};
use tokio::time::Instant;

use super::{Store, until, write};
use crate::api::OrderStatus;
use crate::database::{self, WriteInfo};
use crate::error::Error;
use crate::id::Id;
use crate::limits::PLACING_PATIENCE;
use crate::order::{OrderDetails, RequestKey};
use crate::record::{PlacingOrder, Record, holds_to_bson};
use crate::rules::lines::Line;
use crate::rules::settlement::StoredStatus;

/// The result of an insertion.
pub enum Inserted<T> {
    New(T),
    /// Another order of the user has the key.
    KeyTaken,
}

impl<T> Inserted<T> {
    pub(super) fn from_result(
        value: T,
        result: Result<(), database::Error>,
    ) -> Result<Self, Error> {
        match result {
            Ok(()) => Ok(Self::New(value)),
            Err(error) if error.is_duplicate_key() => Ok(Self::KeyTaken),
            Err(error) => Err(error.into()),
        }
    }
}

impl Store {
    /// Begins an order. The condition on the status keeps a late repetition by the driver from
    /// undoing what has become of the order.
    pub async fn insert_placing(
        &self,
        user_id: Id,
        lines: Vec<Line>,
        request_key: Option<&RequestKey>,
        deadline: Instant,
    ) -> Result<Inserted<PlacingOrder>, Error> {
        let created_at = DateTime::now().to_system_time();
        let order = PlacingOrder { id: Id::generate(), user_id, lines, created_at };
        let document = order.to_document(request_key, PLACING_PATIENCE);
        let write = write(order.id, "stored");
        let mut filter = is_placing(order.id);
        // With the shard key, a sharded cluster inserts on one shard.
        filter.insert("userId", user_id.to_string());
        let insert = database::insert_or_replace(&self.orders, write, filter, document);
        let inserted = until(deadline, write, insert).await;
        Inserted::from_result(order, inserted)
    }

    /// Finds the order of a user with an idempotency key, whatever its state. As all orders with
    /// keys, it has no names beyond the limit, so that reading it needs no permit.
    pub async fn find_by_key(&self, user_id: Id, key: &str) -> Result<Option<Record>, Error> {
        let filter = doc! { "userId": user_id.to_string(), "idempotencyKey": key };
        Ok(database::find_one(&self.orders, filter, doc! {}, Record::parse).await?)
    }

    /// Finds an order that was placing a moment ago, in any state.
    pub async fn find_record(&self, id: Id) -> Result<Option<Record>, Error> {
        let filter = doc! { "_id": id.object_id() };
        Ok(database::find_one(&self.orders, filter, doc! {}, Record::parse).await?)
    }

    /// `placing → pending`. Returns whether this call has won.
    pub async fn confirm(
        &self,
        id: Id,
        details: &OrderDetails,
        holds: &[Id],
        deadline: Instant,
    ) -> Result<bool, Error> {
        let mut set = details.to_update();
        set.insert("holds", holds_to_bson(holds));
        set.insert("status", OrderStatus::Pending.as_str());
        set.insert("updatedAt", DateTime::now());
        let unset = doc! { "lines": "", "nextAttemptAt": "", "attempts": "" };
        let update = doc! { "$set": set, "$unset": unset };
        self.update_placing(write(id, "stored"), update, deadline).await
    }

    /// `placing → abandoned`. Returns whether this call has won. The settler takes over after
    /// `patience`.
    pub async fn abandon(
        &self,
        id: Id,
        patience: Duration,
        deadline: Instant,
    ) -> Result<bool, Error> {
        let at = DateTime::from_system_time(DateTime::now().to_system_time() + patience);
        let set = doc! { "status": StoredStatus::Abandoned.as_str(), "nextAttemptAt": at };
        self.update_placing(write(id, "changed"), doc! { "$set": set }, deadline).await
    }

    /// Updates the order of `write` if it is still placing, and returns whether it was.
    async fn update_placing(
        &self,
        write: WriteInfo,
        update: Document,
        deadline: Instant,
    ) -> Result<bool, Error> {
        let id_only = doc! { "_id": 1 };
        let filter = is_placing(write.id);
        let update = database::update(&self.orders, write, filter, update, id_only, |_| Ok(()));
        Ok(until(deadline, write, update).await?.is_some())
    }

    /// Deletes an abandoned order, which frees its key.
    pub async fn remove_abandoned(&self, id: Id, deadline: Instant) -> Result<(), Error> {
        let write = write(id, "deleted");
        let condition = doc! { "status": StoredStatus::Abandoned.as_str() };
        let delete = database::delete_if(&self.orders, write, condition);
        until(deadline, write, delete).await?;
        Ok(())
    }
}

fn is_placing(id: Id) -> Document {
    doc! { "_id": id.object_id(), "status": StoredStatus::Placing.as_str() }
}
