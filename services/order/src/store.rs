//! The collection of orders.

use mongodb::bson::{DateTime, doc};
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::api::OrderStatus;
use crate::cursor::{Cursor, newest_first};
use crate::database::{self, RawCollection, WriteInfo};
use crate::error::Error;
use crate::id::Id;
use crate::limits::{MAX_READ_UNITS, ORDER_UNITS, PAGE_UNITS, UPDATE_UNITS};
use crate::order::{Order, OrderDetails};
use crate::page::{self, Page, PageItem};
use crate::rules::status;

/// Used if the connection string does not name a database.
pub const DEFAULT_DATABASE: &str = "orderdb";

const COLLECTION: &str = "orders";

pub async fn ensure_indexes(database: Database) -> Result<(), database::Error> {
    let mut keys = doc! { "userId": 1 };
    keys.extend(newest_first());
    let by_user = IndexModel::builder().keys(keys).build();
    database::create_index(&database.collection(COLLECTION), by_user).await
}

pub struct Store {
    orders: RawCollection,
    /// The memory that reads may use simultaneously; see [`MAX_READ_UNITS`].
    memory: Semaphore,
}

impl Store {
    /// Expects a database whose indexes exist.
    pub fn new(database: &Database) -> Self {
        let memory = Semaphore::new(MAX_READ_UNITS);
        Self { orders: database.collection(COLLECTION), memory }
    }

    /// Stores a new order with the status `pending`. After `deadline`, the outcome is unknown.
    pub async fn insert(&self, details: OrderDetails, deadline: Instant) -> Result<Order, Error> {
        let id = Id::generate();
        let created_at = DateTime::now().to_system_time();
        let order = Order { id, details, status: OrderStatus::Pending, created_at };
        let write = write(id, "stored");
        let insert = database::insert(&self.orders, write, order.to_document());
        let timeout = |_| Err(database::Error::OutcomeUnknown { write, source: None });
        timeout_at(deadline, insert).await.unwrap_or_else(timeout)?;
        Ok(order)
    }

    pub async fn find(&self, id: Id) -> Result<Order, Error> {
        let _permit = database::acquire(&self.memory, ORDER_UNITS).await?;
        let filter = doc! { "_id": id.object_id() };
        let found = database::find_one(&self.orders, filter, doc! {}, Order::parse).await?;
        found.ok_or(Error::NotFound(id))
    }

    /// Lists a user's orders, newest first.
    pub async fn list_by_user(
        &self,
        user_id: Id,
        limit: u32,
        after: Option<Cursor>,
    ) -> Result<Page<Order>, Error> {
        let _permit = database::acquire(&self.memory, PAGE_UNITS).await?;
        let filter = doc! { "userId": user_id.to_string() };
        Ok(page::read_page(&self.orders, filter, doc! {}, limit, after).await?)
    }

    /// Changes the status of an order if the rules allow it. The condition is part of the update,
    /// so of two conflicting changes only one succeeds.
    pub async fn update_status(&self, id: Id, to: OrderStatus) -> Result<Order, Error> {
        let sources: Vec<&str> = status::sources(to).map(|source| source.as_str()).collect();
        let filter = doc! { "_id": id.object_id(), "status": { "$in": sources } };
        let update = doc! { "$set": { "status": to.as_str(), "updatedAt": DateTime::now() } };
        let permit = database::acquire(&self.memory, UPDATE_UNITS).await?;
        let write = write(id, "changed");
        let updated = database::update(&self.orders, write, filter, update, doc! {}, Order::parse);
        if let Some(order) = updated.await? {
            return Ok(order);
        }
        drop(permit);
        // Its status does not allow the change, and never will: orders do not return to an earlier
        // status.
        let order = self.find(id).await?;
        if order.status == to {
            Ok(order)
        } else {
            Err(Error::Transition { from: order.status, to })
        }
    }
}

fn write(id: Id, effect: &'static str) -> WriteInfo {
    WriteInfo { resource: "order", effect, id }
}
