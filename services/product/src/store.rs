//! The collection of products.

mod reservations;
mod statements;

use mongodb::bson::{DateTime, Document, doc};
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;

use crate::api;
use crate::cursor::Cursor;
use crate::database::{self, CollectionSchema, RawCollection, WriteInfo};
use crate::document::is_known_version;
use crate::error::Error;
use crate::id::Id;
use crate::limits::{MAX_DOCUMENTS_IN_FLIGHT, MAX_ROUNDS};
use crate::page::{self, Page};
use crate::product::{self, SCHEMA_VERSION, json_schema, to_document, to_update};
use crate::reservation::hold::without_holds;
use crate::stock::Adjustment;

/// Used if the connection string does not name a database.
pub const DEFAULT_DATABASE: &str = "productdb";

const COLLECTION: &str = "products";

/// Creates what the service expects of its database: a validator and indexes.
pub async fn ensure_schema(database: Database) -> Result<(), database::Error> {
    let schema = CollectionSchema {
        collection: COLLECTION,
        version: SCHEMA_VERSION,
        json_schema: json_schema(),
    };
    database::ensure_validator(&database, &schema).await?;
    let products = RawCollection::new(&database, COLLECTION);
    // An order's id begins with its time, so the second index also serves the list of reservations.
    for keys in [Cursor::sort(), doc! { "holds.order": 1 }] {
        database::create_index(&products, IndexModel::builder().keys(keys).build()).await?;
    }
    Ok(())
}

pub struct Store {
    products: RawCollection,
    /// The documents that pages may hold in memory simultaneously.
    in_flight: Semaphore,
}

impl Store {
    /// Expects a database with the indexes of [`ensure_schema`].
    pub fn new(database: &Database) -> Self {
        let in_flight = Semaphore::new(MAX_DOCUMENTS_IN_FLIGHT);
        Self { products: RawCollection::new(database, COLLECTION), in_flight }
    }

    pub async fn insert(&self, new: api::NewProduct) -> Result<api::Product, Error> {
        let id = Id::generate();
        let document = to_document(id, DateTime::now(), new)?;
        let product = database::parse_document(&self.products, &document, product::parse)?;
        database::insert(&self.products, write(id, "created"), document).await?;
        Ok(product)
    }

    pub async fn find(&self, id: Id) -> Result<api::Product, Error> {
        let filter = doc! { "_id": id.object_id() };
        let found = database::find_one(&self.products, filter, without_holds(), product::parse);
        found.await?.ok_or(Error::NotFound(id))
    }

    /// Lists products, newest first.
    pub async fn list(
        &self,
        limit: u32,
        after: Option<Cursor>,
    ) -> Result<Page<api::Product>, Error> {
        let _permit = database::acquire(&self.in_flight, page::batch_size(limit)).await?;
        let products = &self.products;
        Ok(page::read_page(products, doc! {}, without_holds(), limit, after).await?)
    }

    /// Returns the updated product.
    pub async fn update(&self, id: Id, change: api::ProductUpdate) -> Result<api::Product, Error> {
        let filter = doc! { "_id": id.object_id() };
        if let Some(product) = self.update_if(id, filter, to_update(change)?).await? {
            return Ok(product);
        }
        // It does not exist, or cannot be read.
        self.find(id).await?;
        Err(Error::NotFound(id))
    }

    /// Changes the stock by a difference. The condition is part of the update, so the stock remains
    /// in its range whatever else changes it.
    pub async fn adjust_stock(
        &self,
        id: Id,
        adjustment: Adjustment,
    ) -> Result<api::Product, Error> {
        for _ in 0..MAX_ROUNDS {
            let mut filter = doc! { "_id": id.object_id() };
            filter.extend(adjustment.condition());
            if let Some(product) = self.update_if(id, filter, adjustment.update()).await? {
                return Ok(product);
            }
            adjustment.check(id, *self.find(id).await?.stock)?;
        }
        Err(Error::Contended)
    }

    async fn update_if(
        &self,
        id: Id,
        mut filter: Document,
        update: Document,
    ) -> Result<Option<api::Product>, Error> {
        filter.extend(is_known_version(SCHEMA_VERSION));
        let write = write(id, "changed");
        let projection = without_holds();
        let updated =
            database::update(&self.products, write, filter, update, projection, product::parse);
        Ok(updated.await?)
    }

    pub async fn delete(&self, id: Id) -> Result<(), Error> {
        let existed = database::delete(&self.products, write(id, "deleted")).await?;
        if existed { Ok(()) } else { Err(Error::NotFound(id)) }
    }
}

fn write(id: Id, effect: &'static str) -> WriteInfo {
    WriteInfo { resource: "product", effect, id }
}
