//! The compare-and-sets of the order flow: an order begins as `placing` and becomes `pending` or
//! `abandoned`. The winner decides, and all others follow.

use std::time::Duration;

use mongodb::bson::{DateTime, Document, doc};
use tokio::time::Instant;

use super::{Store, until, write};
use crate::database;
use crate::error::Error;
use crate::id::Id;
use crate::limits::PLACING_PATIENCE;
use crate::order::{Order, RequestKey};
use crate::record::{PlacingOrder, Record, placed_document};
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
    /// Begins an order. The condition on the status keeps a late repetition from undoing what has
    /// become of the order.
    pub async fn insert_placing(
        &self,
        user_id: Id,
        lines: Vec<Line>,
        request_key: Option<RequestKey>,
        deadline: Instant,
    ) -> Result<Inserted<PlacingOrder>, Error> {
        let created_at = DateTime::now().to_system_time();
        let id = Id::generate();
        let order = PlacingOrder { id, user_id, lines, request_key, created_at };
        let document = order.to_document(PLACING_PATIENCE);
        let write = write(order.id, "stored");
        let unchanged = || {
            let mut filter = is_placing(order.id);
            // With the shard key, a sharded cluster inserts on one shard.
            filter.insert("userId", user_id.to_string());
            filter
        };
        let insert = database::insert_unless_changed(&self.orders, write, unchanged, document);
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
    ///
    /// Replaces the document: the driver passes a replacement on as it is, whereas it would take an
    /// update apart into a `Document` with an allocation for each field, and put it together again.
    pub async fn confirm(
        &self,
        order: &Order,
        placing: &PlacingOrder,
        holds: &[Id],
        deadline: Instant,
    ) -> Result<bool, Error> {
        let document = placed_document(order, placing, holds, DateTime::now().to_system_time());
        let write = write(order.id, "stored");
        let replace = database::replace(&self.orders, write, is_placing(order.id), document);
        Ok(until(deadline, write, replace).await?)
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
        let update = doc! { "$set": set };
        let id_only = doc! { "_id": 1 };
        let write = write(id, "changed");
        let filter = is_placing(id);
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
