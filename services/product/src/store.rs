//! The collection of products.

use mongodb::bson::{DateTime, doc};
use mongodb::{Database, IndexModel};
use tokio::sync::Semaphore;

use crate::cursor::{Cursor, newest_first};
use crate::database::{self, RawCollection, WriteInfo};
use crate::error::Error;
use crate::id::Id;
use crate::limits::MAX_DOCUMENTS_IN_FLIGHT;
use crate::page::{self, Page, PageItem};
use crate::product::{Product, ProductDetails, ProductPatch};

/// Used if the connection string does not name a database.
pub const DEFAULT_DATABASE: &str = "productdb";

const COLLECTION: &str = "products";

pub async fn ensure_indexes(database: Database) -> Result<(), database::Error> {
    let list = IndexModel::builder().keys(newest_first()).build();
    database::create_index(&database.collection(COLLECTION), list).await
}

pub struct Store {
    products: RawCollection,
    /// The documents that pages may hold in memory simultaneously.
    in_flight: Semaphore,
}

impl Store {
    /// Expects a database whose indexes exist.
    pub fn new(database: &Database) -> Self {
        let in_flight = Semaphore::new(MAX_DOCUMENTS_IN_FLIGHT);
        Self { products: database.collection(COLLECTION), in_flight }
    }

    pub async fn insert(&self, details: ProductDetails) -> Result<Product, Error> {
        let id = Id::generate();
        let product = Product { id, details, created_at: DateTime::now().to_system_time() };
        database::insert(&self.products, write(id, "created"), product.to_document()).await?;
        Ok(product)
    }

    pub async fn find(&self, id: Id) -> Result<Product, Error> {
        let filter = doc! { "_id": id.object_id() };
        let found = database::find_one(&self.products, filter, Product::parse).await?;
        found.ok_or(Error::NotFound(id))
    }

    /// Lists products, newest first.
    pub async fn list(&self, limit: u32, after: Option<Cursor>) -> Result<Page<Product>, Error> {
        let _permit = database::acquire(&self.in_flight, page::batch_size(limit)).await?;
        Ok(page::read_page(&self.products, doc! {}, limit, after).await?)
    }

    /// Returns the updated product.
    pub async fn update(&self, id: Id, patch: ProductPatch) -> Result<Product, Error> {
        let filter = doc! { "_id": id.object_id() };
        let update = patch.into_update();
        let updated =
            database::update(&self.products, write(id, "changed"), filter, update, Product::parse);
        updated.await?.ok_or(Error::NotFound(id))
    }

    pub async fn delete(&self, id: Id) -> Result<(), Error> {
        let existed = database::delete(&self.products, write(id, "deleted")).await?;
        if existed { Ok(()) } else { Err(Error::NotFound(id)) }
    }
}

fn write(id: Id, effect: &'static str) -> WriteInfo {
    WriteInfo { resource: "product", effect, id }
}
