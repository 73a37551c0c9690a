//! Orders in MongoDB. All that is known of the database stands here.

use std::error::Error as StdError;

use futures_util::TryStreamExt;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, RawBsonRef, RawDocument, doc};
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database, IndexModel};
use serde::{Deserialize, Deserializer, Serialize};
use tokio::time::{Instant, timeout_at};

use crate::api::OrderStatus;
use crate::cursor::{Cursor, newest_first};
use crate::database::{self, bounded};
use crate::error::Error;
use crate::limits::ORDER_TIMEOUT;
use crate::money::Amount;
use crate::status;

/// An order as stored.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Given when the order is placed.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// The user's id in small hexadecimal digits.
    pub user_id: String,
    /// What was ordered, in the order in which it was given.
    pub items: Vec<Item>,
    /// The exact sum.
    pub total_amount: Amount,
    /// Where it is on its way.
    pub status: OrderStatus,
    /// When it was placed.
    pub created_at: DateTime,
    /// When its status last changed.
    updated_at: DateTime,
}

/// Some pieces of a product as it was when the order was placed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The product's id in small hexadecimal digits.
    pub product_id: String,
    /// Its name then.
    pub product_name: String,
    /// Its price then.
    pub price: Amount,
    /// Pieces.
    pub quantity: i32,
}

/// By hand: serde spends some 10,000 instructions on a document, most on BSON's own
/// types, and a page has up to a thousand of these.
impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Deserialize::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

type Read<T> = Result<T, Box<dyn StdError>>;

impl Order {
    fn read(document: &RawDocument) -> Read<Self> {
        let items = document.get_array("items")?.into_iter().map(|item| match item? {
            RawBsonRef::Document(item) => Item::read(item),
            other => Err(format!("an item is {other:?}").into()),
        });
        let status = document.get_str("status")?;
        Ok(Self {
            id: document.get_object_id("_id")?,
            user_id: document.get_str("userId")?.to_owned(),
            items: items.collect::<Read<_>>()?,
            total_amount: amount(document, "totalAmount")?,
            status: OrderStatus::ALL
                .iter()
                .copied()
                .find(|known| known.as_str() == status)
                .ok_or_else(|| format!("{status} is no status"))?,
            created_at: document.get_datetime("createdAt")?,
            updated_at: document.get_datetime("updatedAt")?,
        })
    }
}

impl Item {
    fn read(document: &RawDocument) -> Read<Self> {
        Ok(Self {
            product_id: document.get_str("productId")?.to_owned(),
            product_name: document.get_str("productName")?.to_owned(),
            price: amount(document, "price")?,
            quantity: document.get_i32("quantity")?,
        })
    }
}

fn amount(document: &RawDocument, key: &str) -> Read<Amount> {
    match document.get(key)? {
        Some(RawBsonRef::Decimal128(amount)) => Ok(amount.try_into()?),
        other => Err(format!("{key} is {other:?}").into()),
    }
}

const COLLECTION: &str = "orders";

/// Makes sure that the indexes are there.
///
/// # Errors
/// If the database does not make them.
pub async fn prepare(database: Database) -> Result<(), database::Error> {
    let mut keys = doc! { "userId": 1 };
    keys.extend(newest_first());
    let by_user = IndexModel::builder().keys(keys).build();
    bounded(database.collection::<Order>(COLLECTION).create_index(by_user).into_future())
        .await
        .map(drop)
}

/// The orders.
pub struct Store(Collection<Order>);

impl Store {
    /// The orders of a database that is prepared.
    pub fn new(database: &Database) -> Self {
        Self(database.collection(COLLECTION))
    }

    /// Stores a new order, which is pending. If the deadline ends it, the order may have been
    /// stored.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(
        &self,
        user_id: String,
        items: Vec<Item>,
        total_amount: Amount,
        deadline: Instant,
    ) -> Result<Order, Error> {
        let now = DateTime::now();
        let (id, status) = (ObjectId::new(), OrderStatus::Pending);
        let order =
            Order { id, user_id, items, total_amount, status, created_at: now, updated_at: now };
        timeout_at(deadline, bounded(self.0.insert_one(&order).into_future()))
            .await
            .unwrap_or(Err(database::Error::Late(ORDER_TIMEOUT)))?;
        Ok(order)
    }

    /// The order with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn find(&self, id: ObjectId) -> Result<Order, Error> {
        let found = bounded(self.0.find_one(doc! { "_id": id }).into_future()).await?;
        found.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// A page of a user's orders, newest first, and where the next one begins.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        user_id: &str,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Order>, Option<Cursor>), Error> {
        let mut filter = doc! { "userId": user_id };
        filter.extend(after.map(Cursor::following).unwrap_or_default());
        // One more than asked for tells whether there is a next page; one batch brings all.
        let more = limit as i64 + 1;
        let find = self.0.find(filter).sort(newest_first()).limit(more).batch_size(more as u32 + 1);
        let mut page: Vec<Order> = bounded(async { find.await?.try_collect().await }).await?;
        if page.len() <= limit {
            return Ok((page, None));
        }
        page.truncate(limit);
        let next = page.last().map(|last| Cursor { created_at: last.created_at, id: last.id });
        Ok((page, next))
    }

    /// Moves an order to a status, if it can go there from where it is at
    /// that moment: the condition is part of the update, so of two moves that
    /// exclude each other one is made.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Transition`], or the database's.
    pub async fn set_status(&self, id: ObjectId, target: OrderStatus) -> Result<Order, Error> {
        let sources: Vec<&str> =
            status::sources(target).iter().map(|source| source.as_str()).collect();
        let filter = doc! { "_id": id, "status": { "$in": sources } };
        let set = doc! { "$set": { "status": target.as_str(), "updatedAt": DateTime::now() } };
        let change = self.0.find_one_and_update(filter, set).return_document(ReturnDocument::After);
        if let Some(order) = bounded(change.into_future()).await? {
            return Ok(order);
        }
        // It is not where it could go from; and as no order ever comes back, it will not be.
        let order = self.find(id).await?;
        if order.status == target {
            Ok(order)
        } else {
            Err(Error::Transition { from: order.status, to: target })
        }
    }
}
