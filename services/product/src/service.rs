//! The operations of the spec: what each one means, and nothing of how it is
//! transported or stored.

use std::str::FromStr;

use mongodb::Database;
use mongodb::bson::oid::ObjectId as Oid;
use openapi_server::Shutdown;

use crate::api::{self, *};
use crate::cursor;
use crate::database;
use crate::error::Error;
use crate::money::Amount;
use crate::readiness::Readiness;
use crate::store::{self, Changes, Store};

/// The product service.
pub struct Service {
    database: Database,
    readiness: Readiness,
    store: Store,
    shutdown: Shutdown,
}

impl Service {
    /// A service on a database that is prepared.
    pub fn new(database: &Database, shutdown: Shutdown) -> Self {
        let readiness = Readiness::new(database);
        Self { database: database.clone(), readiness, store: Store::new(database), shutdown }
    }
}

impl ProductService for Service {
    type Error = Error;

    async fn create_product(&self, body: NewProduct) -> Result<CreateProductResponse, Error> {
        let description = body.description.map(|description| description.0);
        let price = Amount::try_from(body.price.0)?;
        let product = self.store.insert(body.name.0, description, price, body.stock.0).await?;
        let location = format!("/products/{}", product.id);
        Ok(CreateProductResponse::Created { body: product.into(), location })
    }

    async fn list_products(
        &self,
        limit: Limit,
        cursor: Option<Cursor>,
    ) -> Result<ListProductsResponse, Error> {
        let after = match cursor {
            Some(cursor) => Some(cursor::Cursor::decode(&cursor.0).ok_or(Error::Cursor)?),
            None => None,
        };
        // The spec's limit is a positive number.
        let page = self.store.list(limit.0.unsigned_abs(), after).await?;
        let products = page.items.into_iter().map(Product::from).collect();
        let next_cursor = page.next.map(|cursor| Cursor(cursor.encode()));
        Ok(ListProductsResponse::Ok(ProductPage { products, next_cursor }))
    }

    async fn get_product(&self, id: ObjectId) -> Result<GetProductResponse, Error> {
        let product = self.store.find(oid(&id)?).await?;
        Ok(GetProductResponse::Ok(product.into()))
    }

    async fn update_product(
        &self,
        id: ObjectId,
        body: ProductUpdate,
    ) -> Result<UpdateProductResponse, Error> {
        let changes = Changes {
            name: body.name.map(|name| name.0),
            description: body.description.map(|description| description.0),
            price: body.price.map(|price| Amount::try_from(price.0)).transpose()?,
            stock: body.stock.map(|stock| stock.0),
        };
        let product = self.store.update(oid(&id)?, changes).await?;
        Ok(UpdateProductResponse::Ok(product.into()))
    }

    async fn delete_product(&self, id: ObjectId) -> Result<DeleteProductResponse, Error> {
        self.store.delete(oid(&id)?).await?;
        Ok(DeleteProductResponse::NoContent)
    }

    async fn check_health(&self) -> Result<CheckHealthResponse, Error> {
        database::ping(&self.database).await?;
        Ok(CheckHealthResponse::Ok(HEALTHY))
    }

    async fn check_liveness(&self) -> Result<CheckLivenessResponse, Error> {
        Ok(CheckLivenessResponse::Ok(HEALTHY))
    }

    async fn check_readiness(&self) -> Result<CheckReadinessResponse, Error> {
        if self.shutdown.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        self.readiness.check().await?;
        Ok(CheckReadinessResponse::Ok(HEALTHY))
    }
}

const HEALTHY: Health = Health { status: HealthStatus::Healthy };

/// The spec's pattern lets through exactly what MongoDB takes as an id.
fn oid(id: &ObjectId) -> Result<Oid, Error> {
    Oid::from_str(&id.0).map_err(|_| Error::NotFound(id.0.clone()))
}

impl From<store::Product> for api::Product {
    fn from(product: store::Product) -> Self {
        Self {
            id: ObjectId(product.id.to_hex()),
            name: ProductName(product.name),
            description: product.description.map(ProductDescription),
            price: Price(product.price.as_f64()),
            stock: Stock(product.stock),
            created_at: Timestamp(openapi_server::timestamp(product.created_at.to_system_time())),
        }
    }
}
