//! Implements the operations of the spec: converts requests into calls of [`Store`], and their
//! results into responses.
//!
//! Bodies and results are taken apart without `..`, so that a new field of the spec does not
//! compile until it is handled here.

use std::collections::HashSet;
use std::time::SystemTime;

use mongodb::bson::oid::ObjectId;
use openapi_server::Shutdown;

use crate::api;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::id::{Id, InvalidId};
use crate::money::Amount;
use crate::product::{Product, ProductDetails, ProductPatch};
use crate::readiness::Readiness;
use crate::reservation::{HeldItem, Hold, Item, Placed, placed_at};
use crate::stock::Adjustment;
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
        // The spec's limit is positive.
        let page = self.store.list(limit.0.unsigned_abs(), parse_cursor(cursor)?).await?;
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

    async fn adjust_stock(
        &self,
        id: api::ObjectId,
        body: api::StockAdjustment,
    ) -> Result<api::AdjustStockResponse, Error> {
        let api::StockAdjustment { delta, reason } = body;
        let id: Id = id.try_into()?;
        let product = self.store.adjust_stock(id, Adjustment(delta.0)).await?;
        let reason = reason.map(|reason| reason.0);
        tracing::info!(product = %id, delta = delta.0, reason, "stock adjusted");
        Ok(api::AdjustStockResponse::Ok(product.into()))
    }

    async fn list_reservations(
        &self,
        parameters: api::ListReservationsParameters,
    ) -> Result<api::ListReservationsResponse, Error> {
        let api::ListReservationsParameters { placed_after, placed_before, limit, cursor } =
            parameters;
        let after = placed_after.map(|time| SystemTime::from(time.0));
        let before = placed_before.map(|time| SystemTime::from(time.0));
        let cursor = parse_cursor(cursor)?;
        let placed = Placed::between(after, before).after(cursor.map(|cursor| cursor.id));
        // The spec's limit is positive.
        let limit = limit.0.unsigned_abs();
        let (orders, has_more) = self.store.list_reservations(placed, limit).await?;
        let next = orders.last().filter(|_| has_more).copied();
        let next = next.and_then(|order| Cursor::new(order.timestamp(), order));
        let body = api::ReservationPage {
            reservations: orders.into_iter().map(summary).collect(),
            next_cursor: next.map(|cursor| api::Cursor(cursor.encode())),
        };
        Ok(api::ListReservationsResponse::Ok(body))
    }

    async fn reserve_products(
        &self,
        order_id: api::ObjectId,
        body: api::NewReservation,
    ) -> Result<api::ReserveProductsResponse, Error> {
        let api::NewReservation { items } = body;
        let order: Id = order_id.try_into()?;
        let items = items.into_iter().map(Item::try_from).collect::<Result<Vec<_>, _>>()?;
        check_distinct(&items)?;
        let held = self.store.reserve(order, &items).await?;
        Ok(api::ReserveProductsResponse::Ok(reservation(order, held)))
    }

    async fn get_reservation(
        &self,
        order_id: api::ObjectId,
    ) -> Result<api::GetReservationResponse, Error> {
        let order: Id = order_id.try_into()?;
        let held = self.store.find_reservation(order).await?;
        Ok(api::GetReservationResponse::Ok(reservation(order, held)))
    }

    async fn release_reservation(
        &self,
        order_id: api::ObjectId,
    ) -> Result<api::ReleaseReservationResponse, Error> {
        self.store.release(order_id.try_into()?).await?;
        Ok(api::ReleaseReservationResponse::NoContent)
    }

    async fn fulfil_reservation(
        &self,
        order_id: api::ObjectId,
        body: api::Fulfilment,
    ) -> Result<api::FulfilReservationResponse, Error> {
        let api::Fulfilment { holds } = body;
        let holds = holds.into_iter().map(Id::try_from).collect::<Result<Vec<_>, _>>()?;
        self.store.fulfil(order_id.try_into()?, &holds).await?;
        Ok(api::FulfilReservationResponse::NoContent)
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

fn parse_cursor(cursor: Option<api::Cursor>) -> Result<Option<Cursor>, Error> {
    cursor.map(|cursor| Cursor::decode(&cursor.0).ok_or(Error::InvalidCursor)).transpose()
}

impl TryFrom<api::NewReservationItem> for Item {
    type Error = InvalidId;

    fn try_from(item: api::NewReservationItem) -> Result<Self, InvalidId> {
        let api::NewReservationItem { product_id, quantity } = item;
        Ok(Self { product: product_id.try_into()?, quantity: quantity.0 })
    }
}

fn check_distinct(items: &[Item]) -> Result<(), Error> {
    let mut products = HashSet::new();
    match items.iter().find(|item| !products.insert(item.product)) {
        Some(item) => Err(Error::DuplicateProduct(item.product)),
        None => Ok(()),
    }
}

fn reservation(order: Id, held: Vec<HeldItem>) -> api::Reservation {
    let items = held.into_iter().map(api::HeldItem::from).collect();
    api::Reservation { order_id: order.into(), items }
}

impl From<HeldItem> for api::HeldItem {
    fn from(item: HeldItem) -> Self {
        let HeldItem { product, name, price, hold } = item;
        let Hold { id, quantity, held_at } = hold;
        Self {
            product_id: product.into(),
            hold_id: id.into(),
            name: api::ProductName(name),
            price: api::Price(price.as_f64()),
            quantity: api::Quantity(quantity),
            held_at: api::Timestamp(held_at.into()),
        }
    }
}

fn summary(order: ObjectId) -> api::ReservationSummary {
    let placed_at = api::Timestamp(placed_at(order).into());
    api::ReservationSummary { order_id: Id::from(order).into(), placed_at }
}
