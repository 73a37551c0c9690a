//! Orders in MongoDB. No other code knows the form of its documents.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{
    DateTime, Decimal128, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf, doc, rawdoc,
};
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::api::OrderStatus;
use crate::cursor::{Cursor, newest_first};
use crate::database::{self, Documents, Write, read};
use crate::document::{self, Invalid, invalid};
use crate::error::Error;
use crate::limits::{
    MAX_PRODUCT_NAME_CHARS, MAX_READ_UNITS, ORDER_UNITS, PAGE_UNITS, SERVER_TIMEOUT, UPDATE_UNITS,
};
use crate::money::{self, Amount};
use crate::page::{self, Page, max_json_bytes};
use crate::status;

/// Used where the connection string names no database.
pub const DATABASE: &str = "orderdb";

/// An order as stored, without the time of its last change, which nothing needs.
#[derive(Debug, Clone)]
pub struct Order {
    /// Given when the order is placed.
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
}

/// Some pieces of a product as it was when the order was placed.
#[derive(Debug, Clone)]
pub struct Item {
    /// The product's id in small hexadecimal digits.
    pub product_id: String,
    /// Its name then, cut after [`MAX_PRODUCT_NAME_CHARS`].
    pub product_name: String,
    /// Its price then.
    pub price: Amount,
    /// Pieces.
    pub quantity: i32,
}

impl Order {
    fn to_document(&self) -> RawDocumentBuf {
        let mut items = RawArrayBuf::new();
        for item in &self.items {
            items.push(item.to_document());
        }
        rawdoc! {
            "_id": self.id,
            "userId": self.user_id.as_str(),
            "items": items,
            "totalAmount": Decimal128::from(self.total_amount),
            "status": self.status.as_str(),
            "createdAt": self.created_at,
            "updatedAt": self.created_at,
        }
    }
}

impl page::Item for Order {
    fn parse(document: &RawDocument) -> Result<Self, Invalid> {
        let items = match document.get("items")? {
            Some(RawBsonRef::Array(items)) => items,
            other => return Err(invalid("items", "an array", other)),
        };
        let items = items.into_iter().map(|item| match item? {
            RawBsonRef::Document(item) => Item::parse(item),
            other => Err(invalid("items", "documents", Some(other))),
        });
        Ok(Self {
            id: document::object_id(document, "_id")?,
            user_id: document::string(document, "userId")?.to_owned(),
            items: items.collect::<Result<_, _>>()?,
            total_amount: money::amount(document, "totalAmount")?,
            status: parse_status(document)?,
            created_at: document::date(document, "createdAt")?,
        })
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::new(self.created_at, self.id)
    }

    fn max_json_bytes(&self) -> usize {
        // Names, punctuation, two ids, the status, the time, a number of at most 24 characters.
        const FIXED: usize = 256;
        FIXED + self.items.iter().map(Item::max_json_bytes).sum::<usize>()
    }
}

fn parse_status(document: &RawDocument) -> Result<OrderStatus, Invalid> {
    let text = document::string(document, "status")?;
    let known = OrderStatus::ALL.iter().copied().find(|known| known.as_str() == text);
    known.ok_or_else(|| invalid("status", "a status", Some(RawBsonRef::String(text))))
}

impl Item {
    fn to_document(&self) -> RawDocumentBuf {
        rawdoc! {
            "productId": self.product_id.as_str(),
            "productName": self.product_name.as_str(),
            "price": Decimal128::from(self.price),
            "quantity": self.quantity,
        }
    }

    fn parse(document: &RawDocument) -> Result<Self, Invalid> {
        let quantity = document::integer(document, "quantity")?;
        Ok(Self {
            product_id: document::string(document, "productId")?.to_owned(),
            product_name: cut(document::string(document, "productName")?).to_owned(),
            price: money::amount(document, "price")?,
            quantity: i32::try_from(quantity).map_err(|_| {
                invalid("quantity", "a 32-bit integer", Some(RawBsonRef::Int64(quantity)))
            })?,
        })
    }

    fn max_json_bytes(&self) -> usize {
        // Names, punctuation, the id, and two numbers of at most 24 characters.
        const FIXED: usize = 144;
        FIXED + max_json_bytes(&self.product_name)
    }
}

/// The first [`MAX_PRODUCT_NAME_CHARS`] characters.
fn cut(name: &str) -> &str {
    if name.len() <= MAX_PRODUCT_NAME_CHARS {
        return name;
    }
    let end = name.char_indices().nth(MAX_PRODUCT_NAME_CHARS).map(|(end, _)| end);
    &name[..end.unwrap_or(name.len())]
}

const COLLECTION: &str = "orders";

/// Makes sure that the indexes are there.
///
/// # Errors
/// If the database does not make them.
pub async fn ensure_indexes(database: Database) -> Result<(), database::Error> {
    let mut keys = doc! { "userId": 1 };
    keys.extend(newest_first());
    let by_user = IndexModel::builder().keys(keys).build();
    let orders: Documents = database.collection(COLLECTION);
    read(orders.create_index(by_user).max_time(SERVER_TIMEOUT)).await?;
    Ok(())
}

/// The orders.
pub struct Store {
    orders: Documents,
    /// What reads may hold at the same time; see [`MAX_READ_UNITS`].
    memory: Semaphore,
}

impl Store {
    /// The orders of a database that is prepared.
    pub fn new(database: &Database) -> Self {
        let memory = Semaphore::new(MAX_READ_UNITS);
        Self { orders: database.collection(COLLECTION), memory }
    }

    /// Stores a new order, which is pending. If the deadline ends it, the order may have been
    /// stored.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(
        &self,
        user_id: String,
        mut items: Vec<Item>,
        total_amount: Amount,
        deadline: Instant,
    ) -> Result<Order, Error> {
        for item in &mut items {
            let end = cut(&item.product_name).len();
            item.product_name.truncate(end);
        }
        let (id, status, created_at) = (ObjectId::new(), OrderStatus::Pending, DateTime::now());
        let order = Order { id, user_id, items, total_amount, status, created_at };
        let stored = || may_be(id, "stored");
        timeout_at(deadline, database::insert(&self.orders, stored(), order.to_document()))
            .await
            .unwrap_or_else(|_| {
            Err(database::Error::OutcomeUnknown { write: stored(), source: None })
        })?;
        Ok(order)
    }

    /// The order with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn find(&self, id: ObjectId) -> Result<Order, Error> {
        let _permit = database::acquire(&self.memory, ORDER_UNITS).await?;
        let found = database::find_one(&self.orders, doc! { "_id": id }, page::Item::parse);
        found.await?.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// A page of a user's orders, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        user_id: &str,
        limit: u32,
        after: Option<Cursor>,
    ) -> Result<Page<Order>, Error> {
        let _permit = database::acquire(&self.memory, PAGE_UNITS).await?;
        let filter = doc! { "userId": user_id };
        Ok(page::read_page(&self.orders, filter, limit, after).await?)
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
        let permit = database::acquire(&self.memory, UPDATE_UNITS).await?;
        let (what, parse) = (may_be(id, "changed"), page::Item::parse);
        if let Some(order) = database::update(&self.orders, what, filter, set, parse).await? {
            return Ok(order);
        }
        drop(permit);
        // It is not where it could go from; and as no order ever comes back, it will not be.
        let order = self.find(id).await?;
        if order.status == target {
            Ok(order)
        } else {
            Err(Error::Transition { from: order.status, to: target })
        }
    }
}

fn may_be(id: ObjectId, done: &'static str) -> Write {
    Write { resource: "order", done, id }
}

#[cfg(test)]
mod tests {
    use super::{MAX_PRODUCT_NAME_CHARS, cut};

    #[test]
    fn long_names_are_cut_between_characters() {
        for (character, length) in [("a", 201), ("ä", 101), ("ä", 65_000), ("🫖", 16_250)] {
            let name = character.repeat(length);
            let expected = character.repeat(length.min(MAX_PRODUCT_NAME_CHARS));
            assert_eq!(cut(&name), expected, "{length} times {character}");
        }
    }
}
