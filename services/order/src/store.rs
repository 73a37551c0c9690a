//! The collection of orders: what clients read and change. `placing` has what the order flow does
//! besides, `settling` what the settler does.
//!
//! Every change is a conditional update of one document, so of two that contradict each other only
//! one succeeds.

mod placing;
mod settling;

use std::time::SystemTime;

use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::api::{self, OrderStatus};
use crate::cursor::Cursor;
use crate::database::{self, CollectionSchema, RawCollection, WriteInfo};
use crate::document::{Fields, InvalidDocument, is_known_version};
use crate::error::Error;
use crate::id::Id;
use crate::limits::{MAX_READ_UNITS, ORDER_UNITS, PAGE_UNITS, UPDATE_UNITS};
use crate::order::{Order, OrderDetails, RequestKey, SCHEMA_VERSION};
use crate::page::{self, Page};
use crate::record::{Work, json_schema};
use crate::rules::settlement::{Settlement, StoredStatus};

pub use placing::Inserted;
pub use settling::Standing;

/// Used if the connection string does not name a database.
pub const DEFAULT_DATABASE: &str = "orderdb";

const COLLECTION: &str = "orders";

/// Creates what the service expects of its database: a validator and indexes.
pub async fn ensure_schema(database: Database) -> Result<(), database::Error> {
    let schema = CollectionSchema {
        collection: COLLECTION,
        version: SCHEMA_VERSION,
        json_schema: json_schema(),
    };
    database::ensure_validator(&database, &schema).await?;
    let mut by_user = doc! { "userId": 1 };
    by_user.extend(Cursor::sort());
    let by_key = partial_index(doc! { "userId": 1, "idempotencyKey": 1 }, "idempotencyKey", true);
    let due = partial_index(doc! { "nextAttemptAt": 1 }, "nextAttemptAt", false);
    let orders = RawCollection::new(&database, COLLECTION);
    for index in [IndexModel::builder().keys(by_user).build(), by_key, due] {
        database::create_index(&orders, index).await?;
    }
    Ok(())
}

/// An index of the documents that have a field.
fn partial_index(keys: Document, field: &str, is_unique: bool) -> IndexModel {
    let options = IndexOptions::builder()
        .partial_filter_expression(doc! { field: { "$exists": true } })
        .unique(is_unique.then_some(true))
        .build();
    IndexModel::builder().keys(keys).options(options).build()
}

pub struct Store {
    orders: RawCollection,
    /// The memory that reads may use simultaneously; see [`MAX_READ_UNITS`].
    memory: Semaphore,
}

impl Store {
    /// Expects a database with the indexes of [`ensure_schema`].
    pub fn new(database: &Database) -> Self {
        let memory = Semaphore::new(MAX_READ_UNITS);
        Self { orders: RawCollection::new(database, COLLECTION), memory }
    }

    /// Stores a new order with the status `pending`. After `deadline`, the outcome is unknown.
    pub async fn insert(
        &self,
        details: OrderDetails,
        request_key: Option<&RequestKey>,
        deadline: Instant,
    ) -> Result<Inserted<Order>, Error> {
        let id = Id::generate();
        let created_at = DateTime::now().to_system_time();
        let order = Order { id, details, status: OrderStatus::Pending, created_at };
        let mut document = order.to_document(created_at);
        if let Some(request_key) = request_key {
            request_key.append_to(&mut document);
        }
        let write = write(id, "stored");
        let insert = database::insert(&self.orders, write, document);
        Inserted::from_result(order, until(deadline, write, insert).await)
    }

    pub async fn find(&self, id: Id) -> Result<Order, Error> {
        let _permit = database::acquire(&self.memory, ORDER_UNITS).await?;
        let mut filter = doc! { "_id": id.object_id() };
        filter.extend(is_visible());
        let found = database::find_one(&self.orders, filter, doc! {}, Order::parse).await?;
        found.ok_or(Error::NotFound(id))
    }

    /// Lists a user's orders, newest first.
    pub async fn list_by_user(
        &self,
        user_id: Id,
        limit: u32,
        after: Option<Cursor>,
    ) -> Result<Page<api::Order>, Error> {
        let _permit = database::acquire(&self.memory, PAGE_UNITS).await?;
        let mut filter = doc! { "userId": user_id.to_string() };
        filter.extend(is_visible());
        Ok(page::read_page(&self.orders, filter, doc! {}, limit, after).await?)
    }

    /// Changes the status of an order if it has one of `sources`. The condition is part of the
    /// update, so of two conflicting changes only one succeeds.
    ///
    /// If `settle_by` is given, a final status makes a settlement due: the caller has until then,
    /// afterwards the settler carries it out.
    pub async fn update_status(
        &self,
        id: Id,
        sources: &[OrderStatus],
        to: OrderStatus,
        settle_by: Option<SystemTime>,
    ) -> Result<UpdatedOrder, Error> {
        let sources: Vec<&str> = sources.iter().map(|source| source.as_str()).collect();
        let mut filter = doc! { "_id": id.object_id(), "status": { "$in": sources } };
        filter.extend(is_known_version(SCHEMA_VERSION));
        let mut set = doc! { "status": to.as_str(), "updatedAt": DateTime::now() };
        if let (Some(at), Some(settlement)) = (settle_by, Settlement::due_after(to)) {
            set.insert("settlement", settlement.as_str());
            set.insert("nextAttemptAt", DateTime::from_system_time(at));
        }
        let update = doc! { "$set": set };
        let permit = database::acquire(&self.memory, UPDATE_UNITS).await?;
        let write = write(id, "changed");
        let parse = UpdatedOrder::parse;
        let updated = database::update(&self.orders, write, filter, update, doc! {}, parse);
        if let Some(updated) = updated.await? {
            return Ok(updated);
        }
        drop(permit);
        // Its status does not allow the change, and never will: orders do not return to an earlier
        // status.
        let order = self.find(id).await?;
        if order.status == to {
            Ok(UpdatedOrder { order, work: None })
        } else {
            Err(Error::Transition { from: order.status, to })
        }
    }
}

/// An order, and what its change has made due.
pub struct UpdatedOrder {
    pub order: Order,
    pub work: Option<Work>,
}

impl UpdatedOrder {
    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        Ok(Self { order: Order::parse(fields)?, work: Some(Work::parse(fields)?) })
    }
}

/// Matches the orders that clients see.
fn is_visible() -> Document {
    let hidden = [StoredStatus::Placing, StoredStatus::Abandoned].map(StoredStatus::as_str);
    doc! { "status": { "$nin": hidden.to_vec() } }
}

/// Waits for a write until `deadline`. After that, its outcome is unknown.
async fn until<T>(
    deadline: Instant,
    write: WriteInfo,
    operation: impl Future<Output = Result<T, database::Error>>,
) -> Result<T, database::Error> {
    let late = |_| Err(database::Error::OutcomeUnknown { write, source: None });
    timeout_at(deadline, operation).await.unwrap_or_else(late)
}

fn write(id: Id, effect: &'static str) -> WriteInfo {
    WriteInfo { resource: "order", effect, id }
}
