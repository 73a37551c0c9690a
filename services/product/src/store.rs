//! Products in MongoDB. No other code knows the form of its documents.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{
    DateTime, Decimal128, Document, RawDocument, RawDocumentBuf, cstr, doc, rawdoc,
};
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;

use crate::cursor::{Cursor, newest_first};
use crate::database::{self, Documents, Write, read};
use crate::document::{self, Invalid};
use crate::error::Error;
use crate::limits::{MAX_DOCUMENTS_IN_FLIGHT, SERVER_TIMEOUT};
use crate::money::{self, Amount};
use crate::page::{self, Page, max_json_bytes};

/// Used where the connection string names no database.
pub const DATABASE: &str = "productdb";

/// A product as stored, without the time of its last change, which nothing needs.
#[derive(Debug, Clone)]
pub struct Product {
    /// Given when the product is created.
    pub id: ObjectId,
    /// As it was given.
    pub name: String,
    /// As it was given, if it was.
    pub description: Option<String>,
    /// Exactly what the JSON number said.
    pub price: Amount,
    /// Pieces.
    pub stock: i64,
    /// When the product was created.
    pub created_at: DateTime,
}

impl Product {
    fn to_document(&self) -> RawDocumentBuf {
        let mut document = rawdoc! {
            "_id": self.id,
            "name": self.name.as_str(),
            "price": Decimal128::from(self.price),
            "stock": self.stock,
            "createdAt": self.created_at,
            "updatedAt": self.created_at,
        };
        if let Some(description) = &self.description {
            document.append(cstr!("description"), description.as_str());
        }
        document
    }
}

impl page::Item for Product {
    fn parse(document: &RawDocument) -> Result<Self, Invalid> {
        Ok(Self {
            id: document::object_id(document, "_id")?,
            name: document::string(document, "name")?.to_owned(),
            description: document::optional_string(document, "description")?.map(str::to_owned),
            price: money::amount(document, "price")?,
            stock: document::integer(document, "stock")?,
            created_at: document::date(document, "createdAt")?,
        })
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::new(self.created_at, self.id)
    }

    fn max_json_bytes(&self) -> usize {
        // Names, punctuation, the id, the time, and two numbers of at most 24 characters.
        const FIXED: usize = 192;
        let description = self.description.as_deref().map_or(0, max_json_bytes);
        FIXED + max_json_bytes(&self.name) + description
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

impl Changes {
    fn to_update(&self) -> Document {
        let mut set = doc! { "updatedAt": DateTime::now() };
        let mut unset = doc! {};
        if let Some(name) = &self.name {
            set.insert("name", name);
        }
        match &self.description {
            Some(Some(description)) => {
                set.insert("description", description);
            }
            Some(None) => {
                unset.insert("description", "");
            }
            None => {}
        }
        if let Some(price) = self.price {
            set.insert("price", Decimal128::from(price));
        }
        if let Some(stock) = self.stock {
            set.insert("stock", stock);
        }
        // MongoDB before 5.0 refuses an empty `$unset`.
        if unset.is_empty() {
            doc! { "$set": set }
        } else {
            doc! { "$set": set, "$unset": unset }
        }
    }
}

const COLLECTION: &str = "products";

/// Makes sure that the indexes are there.
///
/// # Errors
/// If the database does not make them.
pub async fn ensure_indexes(database: Database) -> Result<(), database::Error> {
    let list = IndexModel::builder().keys(newest_first()).build();
    let products: Documents = database.collection(COLLECTION);
    read(products.create_index(list).max_time(SERVER_TIMEOUT)).await?;
    Ok(())
}

/// The products.
pub struct Store {
    products: Documents,
    /// Documents that may be received at the same time, for pages.
    in_flight: Semaphore,
}

impl Store {
    /// The products of a database that is prepared.
    pub fn new(database: &Database) -> Self {
        let in_flight = Semaphore::new(MAX_DOCUMENTS_IN_FLIGHT);
        Self { products: database.collection(COLLECTION), in_flight }
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
        let (id, created_at) = (ObjectId::new(), DateTime::now());
        let product = Product { id, name, description, price, stock, created_at };
        database::insert(&self.products, may_be(id, "created"), product.to_document()).await?;
        Ok(product)
    }

    /// The product with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn find(&self, id: ObjectId) -> Result<Product, Error> {
        let found = database::find_one(&self.products, doc! { "_id": id }, page::Item::parse);
        found.await?.ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// A page of products, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, limit: u32, after: Option<Cursor>) -> Result<Page<Product>, Error> {
        let _permit = database::acquire(&self.in_flight, page::batch_size(limit)).await?;
        Ok(page::read_page(&self.products, doc! {}, limit, after).await?)
    }

    /// Changes a product and returns it as it then is.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn update(&self, id: ObjectId, changes: Changes) -> Result<Product, Error> {
        let (filter, update) = (doc! { "_id": id }, changes.to_update());
        let parse = page::Item::parse;
        database::update(&self.products, may_be(id, "changed"), filter, update, parse)
            .await?
            .ok_or_else(|| Error::NotFound(id.to_hex()))
    }

    /// Deletes a product.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the database's.
    pub async fn delete(&self, id: ObjectId) -> Result<(), Error> {
        if database::delete(&self.products, may_be(id, "deleted")).await? {
            Ok(())
        } else {
            Err(Error::NotFound(id.to_hex()))
        }
    }
}

fn may_be(id: ObjectId, done: &'static str) -> Write {
    Write { resource: "product", done, id }
}
