//! Products in MongoDB. All that is known of the database stands here.

use std::str::FromStr;

use futures_util::TryStreamExt;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Decimal128, doc};
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database, IndexModel};
use serde::{Deserialize, Serialize};

use crate::cursor::{Cursor, newest_first};
use crate::database::{self, bounded};
use crate::error::Error;

/// A product as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Given when the product is created.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// As it was given.
    pub name: String,
    /// As it was given, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Exactly what the JSON number said.
    pub price: Decimal128,
    /// Pieces.
    pub stock: i64,
    /// When the product was created.
    pub created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

/// What can be changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new price.
    pub price: Option<f64>,
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
        price: f64,
        stock: i64,
    ) -> Result<Product, Error> {
        let (id, now, price) = (ObjectId::new(), DateTime::now(), decimal(price)?);
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
        set.extend(description.map(|description| ("description".to_owned(), description.into())));
        set.extend(stock.map(|stock| ("stock".to_owned(), stock.into())));
        if let Some(price) = price {
            set.insert("price", decimal(price)?);
        }
        let change = self.0.find_one_and_update(doc! { "_id": id }, doc! { "$set": set });
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

/// The shortest decimal that reads as this double: 0.1 for 0.1. It has 17
/// digits at most, of the 34 that a BSON decimal holds.
fn decimal(price: f64) -> Result<Decimal128, Error> {
    Decimal128::from_str(&format!("{price:E}")).map_err(|_| Error::Price(price.to_string()))
}

/// The double that a price came from.
///
/// # Errors
/// For a decimal that was not stored by this service and is no number.
pub fn double(price: Decimal128) -> Result<f64, Error> {
    let text = price.to_string();
    text.parse().ok().filter(|price: &f64| price.is_finite()).ok_or(Error::Price(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_comes_back_as_the_same_double() {
        let edges = [
            0.1,
            0.3,
            24.9,
            1.0,
            1e300,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            9_007_199_254_740_993.0,
        ];
        for price in edges {
            assert_eq!(
                double(decimal(price).unwrap()).unwrap().to_bits(),
                price.to_bits(),
                "{price}"
            );
        }
        assert_eq!(decimal(24.9).unwrap().to_string(), "24.9");
    }
}
