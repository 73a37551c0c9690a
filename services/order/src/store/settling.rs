//! The queries and compare-and-sets of the settler.

use std::collections::BTreeMap;
use std::time::SystemTime;

use mongodb::bson::{Bson, DateTime, doc};
use openapi_server::chain;
use tokio::time::Instant;
use tracing::field::display;

use super::{Store, until, write};
use crate::database;
use crate::document::{Fields, InvalidDocument, SCHEMA_VERSION_FIELD, is_known_version};
use crate::error::Error;
use crate::id::Id;
use crate::order::SCHEMA_VERSION;
use crate::record::{DueOrder, Work, parse_standing};
use crate::rules::settlement::{Settlement, StoredStatus};

/// What the audit knows of an order: its status, and the settlement that is due. An error if the
/// document cannot be read, so that it does not hold up the audit of others.
pub type Standing = Result<(StoredStatus, Option<Settlement>), InvalidDocument>;

impl Store {
    /// Some of the orders that are due at `now`. One that cannot be read does not hold up the others.
    pub async fn due(&self, now: SystemTime, limit: u32) -> Result<Vec<DueOrder>, Error> {
        let mut filter = doc! { "nextAttemptAt": { "$lte": DateTime::from_system_time(now) } };
        // Orders of a newer version are left to its settler.
        filter.extend(is_known_version(SCHEMA_VERSION));
        let projection = doc! { "nextAttemptAt": 1, "attempts": 1 };
        let found = database::find_many(&self.orders, filter, projection, limit, parse_due).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Claims a due order until `until`. Returns `None` if another replica has claimed it, or it is
    /// no longer due.
    pub async fn claim(&self, due: &DueOrder, until: SystemTime) -> Result<Option<Work>, Error> {
        let DueOrder { id, next_attempt_at, attempts: _ } = due;
        let seen = DateTime::from_system_time(*next_attempt_at);
        let filter = doc! { "_id": id.object_id(), "nextAttemptAt": seen };
        let update = doc! {
            "$set": { "nextAttemptAt": DateTime::from_system_time(until) },
            "$inc": { "attempts": 1 },
        };
        let write = write(*id, "changed");
        let fields = doc! { SCHEMA_VERSION_FIELD: 1, "status": 1, "settlement": 1, "holds": 1 };
        Ok(database::update(&self.orders, write, filter, update, fields, Work::parse).await?)
    }

    /// Records that a settlement has been carried out.
    pub async fn finish_settlement(
        &self,
        id: Id,
        settlement: Settlement,
        deadline: Instant,
    ) -> Result<(), Error> {
        let filter = doc! { "_id": id.object_id(), "settlement": settlement.as_str() };
        let unset = doc! { "settlement": "", "nextAttemptAt": "", "attempts": "" };
        let write = write(id, "changed");
        let update = doc! { "$unset": unset };
        let id_only = doc! { "_id": 1 };
        let update = database::update(&self.orders, write, filter, update, id_only, |_| Ok(()));
        until(deadline, write, update).await?;
        Ok(())
    }

    /// What is known of each of these orders that exists.
    pub async fn standings(&self, ids: &[Id]) -> Result<BTreeMap<Id, Standing>, Error> {
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let ids: Vec<Bson> = ids.iter().map(|id| Bson::ObjectId(id.object_id())).collect();
        let filter = doc! { "_id": { "$in": ids } };
        let projection = doc! { SCHEMA_VERSION_FIELD: 1, "status": 1, "settlement": 1 };
        let parse = |fields: &mut Fields<'_>| Ok((fields.id("_id")?, parse_standing(fields)));
        let found = database::find_many(&self.orders, filter, projection, limit, parse).await?;
        Ok(found.into_iter().collect())
    }
}

/// `None` for an order that cannot be read, which is logged.
fn parse_due(fields: &mut Fields<'_>) -> Result<Option<DueOrder>, InvalidDocument> {
    let order = fields.id("_id").ok().map(display);
    let report = |error: &InvalidDocument| {
        tracing::warn!(order, error = chain(error), "cannot read a due order");
    };
    Ok(DueOrder::parse(fields).inspect_err(report).ok())
}
