//! Implements the operations of the spec: converts requests into calls of [`Store`], and their
//! results into responses.
//!
//! Bodies and results are taken apart without `..`, so that a new field of the spec does not
//! compile until it is handled here.

use openapi_server::Shutdown;

use crate::api;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::money::Amount;
use crate::product::{Product, ProductDetails, ProductPatch};
use crate::readiness::Readiness;
use crate::store::Store;

const HEALTHY: api::Health = api::Health { status: api::HealthStatus::Healthy };

pub struct Service {
    store: Store,
    readiness: Readiness,
    shutdown: Shutdown,
}

impl Service {
    pub fn new(store: Store, readiness: Readiness, shutdown: Shutdown) -> Self {
        Self { store, readiness, shutdown }
    }
}

impl api::ProductService for Service {
    type Error = Error;

    async fn create_product(
        &self,
        body: api::NewProduct,
    ) -> Result<api::CreateProductResponse, Error> {
        let api::NewProduct { name, description, price, stock } = body;
        let details = ProductDetails {
            name: name.0,
            description: description.map(|description| description.0),
            price: Amount::try_from(price.0)?,
            stock: stock.0,
        };
        let product = self.store.insert(details).await?;
        let location = format!("/products/{}", product.id);
        Ok(api::CreateProductResponse::Created { body: product.into(), location })
    }

    async fn list_products(
        &self,
        limit: api::Limit,
        cursor: Option<api::Cursor>,
    ) -> Result<api::ListProductsResponse, Error> {
        let after = cursor.map(|cursor| Cursor::decode(&cursor.0).ok_or(Error::InvalidCursor));
        // The spec's limit is positive.
        let page = self.store.list(limit.0.unsigned_abs(), after.transpose()?).await?;
        let body = api::ProductPage {
            products: page.items.into_iter().map(api::Product::from).collect(),
            next_cursor: page.next.map(|cursor| api::Cursor(cursor.encode())),
        };
        Ok(api::ListProductsResponse::Ok(body))
    }

    async fn get_product(&self, id: api::ObjectId) -> Result<api::GetProductResponse, Error> {
        let product = self.store.find(id.try_into()?).await?;
        Ok(api::GetProductResponse::Ok(product.into()))
    }

    async fn update_product(
        &self,
        id: api::ObjectId,
        body: api::ProductUpdate,
    ) -> Result<api::UpdateProductResponse, Error> {
        let api::ProductUpdate { name, description, price, stock } = body;
        let patch = ProductPatch {
            name: name.map(|name| name.0),
            description: description.map(|description| description.0),
            price: price.map(|price| Amount::try_from(price.0)).transpose()?,
            stock: stock.map(|stock| stock.0),
        };
        let product = self.store.update(id.try_into()?, patch).await?;
        Ok(api::UpdateProductResponse::Ok(product.into()))
    }

    async fn delete_product(&self, id: api::ObjectId) -> Result<api::DeleteProductResponse, Error> {
        self.store.delete(id.try_into()?).await?;
        Ok(api::DeleteProductResponse::NoContent)
    }

    async fn check_health(&self) -> Result<api::CheckHealthResponse, Error> {
        self.readiness.ping().await?;
        Ok(api::CheckHealthResponse::Ok(HEALTHY))
    }

    async fn check_liveness(&self) -> Result<api::CheckLivenessResponse, Error> {
        Ok(api::CheckLivenessResponse::Ok(HEALTHY))
    }

    async fn check_readiness(&self) -> Result<api::CheckReadinessResponse, Error> {
        if self.shutdown.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        self.readiness.check().await?;
        Ok(api::CheckReadinessResponse::Ok(HEALTHY))
    }
}

impl From<Product> for api::Product {
    fn from(product: Product) -> Self {
        let Product { id, details, created_at } = product;
        let ProductDetails { name, description, price, stock } = details;
        Self {
            id: id.into(),
            name: api::ProductName(name),
            description: description.map(api::ProductDescription),
            price: api::Price(price.as_f64()),
            stock: api::Stock(stock),
            created_at: api::Timestamp(created_at.into()),
        }
    }
}
