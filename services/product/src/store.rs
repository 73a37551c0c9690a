//! Products in MongoDB. All that is known of the database stands here.

use std::error::Error as StdError;

use futures_util::TryStreamExt;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Decimal128, RawBsonRef, RawDocument, doc};
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database, IndexModel};
use serde::{Deserialize, Deserializer, Serialize};

use crate::cursor::{Cursor, newest_first};
use crate::database::{self, bounded};
use crate::error::Error;
use crate::money::Amount;

/// A product as stored.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Given when the product is created.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// As it was given.
    pub name: String,
    /// As it was given, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Exactly what the JSON number said.
    pub price: Amount,
    /// Pieces.
    pub stock: i64,
    /// When the product was created.
    pub created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

/// By hand: serde spends some 10,000 instructions on a document, most on BSON's own
/// types, and a page has up to a thousand of these.
impl<'de> Deserialize<'de> for Product {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Deserialize::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Product {
    fn read(document: &RawDocument) -> Result<Self, Box<dyn StdError>> {
        Ok(Self {
            id: document.get_object_id("_id")?,
            name: document.get_str("name")?.to_owned(),
            description: match document.get("description")? {
                Some(RawBsonRef::String(text)) => Some(text.to_owned()),
                _ => None,
            },
            price: match document.get("price")? {
                Some(RawBsonRef::Decimal128(price)) => price.try_into()?,
                other => return Err(format!("the price is {other:?}").into()),
            },
            stock: match document.get("stock")? {
                Some(RawBsonRef::Int64(stock)) => stock,
                // As the shell of MongoDB writes it.
                Some(RawBsonRef::Int32(stock)) => stock.into(),
                other => return Err(format!("the stock is {other:?}").into()),
            },
            created_at: document.get_datetime("createdAt")?,
            updated_at: document.get_datetime("updatedAt")?,
        })
    }
}

/// What can be changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// A new name.
    pub name: Option<String>,
    /// A new description; `Some(None)` removes the description.
    pub description: Option<Option<String>>,
    /// A new price.
    pub price: Option<Amount>,
    /// A new stock.
    pub stock: Option<i64>,
}

const COLLECTION: &str = "products";

/// Makes sure that the indexes are there.
///
/// # Errors
/// If the database does not make them.
pub async fn prepare(database: Database) -> Result<(), database::Error> {
    let list = IndexModel::builder().keys(newest_first()).build();
    bounded(database.collection::<Product>(COLLECTION).create_index(list).into_future())
        .await
        .map(drop)
}

/// The products.
pub struct Store(Collection<Product>);

impl Store {
    /// The products of a database that is prepared.
    pub fn new(database: &Database) -> Self {
        Self(database.collection(COLLECTION))
    }

    /// Adds a product.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(
        &self,
        name: String,
        description: Option<String>,
        price: Amount,
        stock: i64,
    ) -> Result<Product, Error> {
        let (id, now) = (ObjectId::new(), DateTime::now());
        let product =
            Product { id, name, description, price, stock, created_at: now, updated_at: now };
        bounded(self.0.insert_one(&product).into_future()).await?;
        Ok(product)
    }

    /// The product with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn find(&self, id: ObjectId) -> Result<Product, Error> {
        let found = bounded(self.0.find_one(doc! { "_id": id }).into_future()).await?;
        found.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// A page of products, newest first, and where the next one begins.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Product>, Option<Cursor>), Error> {
        let filter = after.map(Cursor::following).unwrap_or_default();
        // One more than asked for tells whether there is a next page; one batch brings all.
        let more = limit as i64 + 1;
        let find = self.0.find(filter).sort(newest_first()).limit(more).batch_size(more as u32 + 1);
        let mut page: Vec<Product> = bounded(async { find.await?.try_collect().await }).await?;
        if page.len() <= limit {
            return Ok((page, None));
        }
        page.truncate(limit);
        let next = page.last().map(|last| Cursor { created_at: last.created_at, id: last.id });
        Ok((page, next))
    }

    /// Changes a product and returns it as it then is.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn update(&self, id: ObjectId, changes: Changes) -> Result<Product, Error> {
        let mut set = doc! { "updatedAt": DateTime::now() };
        let Changes { name, description, price, stock } = changes;
        set.extend(name.map(|name| ("name".to_owned(), name.into())));
        set.extend(stock.map(|stock| ("stock".to_owned(), stock.into())));
        if let Some(price) = price {
            set.insert("price", Decimal128::from(price));
        }
        let mut update = doc! {};
        match description {
            Some(Some(description)) => drop(set.insert("description", description)),
            // MongoDB before 5.0 refuses an empty `$unset`.
            Some(None) => drop(update.insert("$unset", doc! { "description": "" })),
            None => {}
        }
        update.insert("$set", set);
        let change = self.0.find_one_and_update(doc! { "_id": id }, update);
        let change = change.return_document(ReturnDocument::After);
        bounded(change.into_future()).await?.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// Deletes a product.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn delete(&self, id: ObjectId) -> Result<(), Error> {
        match bounded(self.0.delete_one(doc! { "_id": id }).into_future()).await?.deleted_count {
            0 => Err(Error::NotFound(id.to_hex())),
            _ => Ok(()),
        }
    }
}
