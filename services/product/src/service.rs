//! Implements the operations of the spec: converts requests into calls of [`Store`], and their
//! results into responses.
//!
//! Bodies are taken apart without `..`, so that a new field of the spec does not compile until it
//! is handled: those of products in `product`, those of reservations in `conversions`.

mod conversions;

use std::collections::HashSet;
use std::time::SystemTime;

use openapi_server::Shutdown;

use crate::access;
use crate::api::{self, SecuredOperation};
use crate::auth::{Authenticator, Principal};
use crate::cursor::Cursor;
use crate::error::Error;
use crate::id::Id;
use crate::readiness::Readiness;
use crate::reservation::{Item, Placed, cursor_after};
use crate::stock::Adjustment;
use crate::store::Store;
use conversions::{reservation, summary};

const HEALTHY: api::Health = api::Health { status: api::HealthStatus::Healthy };

pub struct Service {
    store: Store,
    readiness: Readiness,
    authenticator: Authenticator,
    shutdown: Shutdown,
}

impl Service {
    pub fn new(
        store: Store,
        readiness: Readiness,
        authenticator: Authenticator,
        shutdown: Shutdown,
    ) -> Self {
        Self { store, readiness, authenticator, shutdown }
    }
}

impl api::ProductService for Service {
    type Error = Error;
    type Principal = Principal;

    async fn authenticate(
        &self,
        operation: SecuredOperation,
        credentials: api::RequestCredentials,
    ) -> Result<Principal, Error> {
        let principal = match credentials {
            api::RequestCredentials::BearerAuth(token) => {
                self.authenticator.token(token.expose_secret()).await?
            }
            api::RequestCredentials::ServiceKey(key) => {
                self.authenticator.service_key(key.expose_secret())?
            }
        };
        access::check(operation, principal)?;
        Ok(principal)
    }

    fn open_access(&self) -> Option<Principal> {
        self.authenticator.open_access()
    }

    async fn create_product(
        &self,
        _: Principal,
        body: api::NewProduct,
    ) -> Result<api::CreateProductResponse, Error> {
        let product = self.store.insert(body).await?;
        let location = format!("/products/{}", product.id);
        Ok(api::CreateProductResponse::Created { body: product, location })
    }

    async fn list_products(
        &self,
        limit: api::Limit,
        cursor: Option<api::Cursor>,
    ) -> Result<api::ListProductsResponse, Error> {
        // The spec's limit is positive.
        let page = self.store.list(limit.unsigned_abs(), parse_cursor(cursor)?).await?;
        let next_cursor = page.next.map(|cursor| cursor.encode().try_into()).transpose()?;
        let body = api::ProductPage { products: page.items, next_cursor };
        Ok(api::ListProductsResponse::Ok(body))
    }

    async fn get_product(&self, id: api::ObjectId) -> Result<api::GetProductResponse, Error> {
        let product = self.store.find(id.try_into()?).await?;
        Ok(api::GetProductResponse::Ok(product))
    }

    async fn update_product(
        &self,
        _: Principal,
        id: api::ObjectId,
        body: api::ProductUpdate,
    ) -> Result<api::UpdateProductResponse, Error> {
        let product = self.store.update(id.try_into()?, body).await?;
        Ok(api::UpdateProductResponse::Ok(product))
    }

    async fn delete_product(
        &self,
        _: Principal,
        id: api::ObjectId,
    ) -> Result<api::DeleteProductResponse, Error> {
        self.store.delete(id.try_into()?).await?;
        Ok(api::DeleteProductResponse::NoContent)
    }

    async fn adjust_stock(
        &self,
        _: Principal,
        id: api::ObjectId,
        body: api::StockAdjustment,
    ) -> Result<api::AdjustStockResponse, Error> {
        let api::StockAdjustment { delta, reason } = body;
        let id: Id = id.try_into()?;
        let product = self.store.adjust_stock(id, Adjustment(*delta)).await?;
        let reason = reason.map(String::from);
        tracing::info!(product = %id, delta = *delta, reason, "stock adjusted");
        Ok(api::AdjustStockResponse::Ok(product))
    }

    async fn list_reservations(
        &self,
        _: Principal,
        parameters: api::ListReservationsParameters,
    ) -> Result<api::ListReservationsResponse, Error> {
        let api::ListReservationsParameters { placed_after, placed_before, limit, cursor } =
            parameters;
        let after = placed_after.map(|time| SystemTime::from(*time));
        let before = placed_before.map(|time| SystemTime::from(*time));
        let cursor = parse_cursor(cursor)?;
        let placed = Placed::between(after, before).after(cursor.map(|cursor| cursor.id));
        // The spec's limit is positive.
        let limit = limit.unsigned_abs();
        let (orders, has_more) = self.store.list_reservations(placed, limit).await?;
        let next = orders.last().filter(|_| has_more).copied().and_then(cursor_after);
        let body = api::ReservationPage {
            reservations: orders.into_iter().map(summary).collect::<Result<_, _>>()?,
            next_cursor: next.map(|cursor| cursor.encode().try_into()).transpose()?,
        };
        Ok(api::ListReservationsResponse::Ok(body))
    }

    async fn reserve_products(
        &self,
        _: Principal,
        order_id: api::ObjectId,
        body: api::NewReservation,
    ) -> Result<api::ReserveProductsResponse, Error> {
        let api::NewReservation { items } = body;
        let order: Id = order_id.try_into()?;
        let items = items.into_iter().map(Item::try_from).collect::<Result<Vec<_>, _>>()?;
        check_distinct(&items)?;
        let held = self.store.reserve(order, &items).await?;
        Ok(api::ReserveProductsResponse::Ok(reservation(order, held)?))
    }

    async fn get_reservation(
        &self,
        _: Principal,
        order_id: api::ObjectId,
    ) -> Result<api::GetReservationResponse, Error> {
        let order: Id = order_id.try_into()?;
        let held = self.store.find_reservation(order).await?;
        Ok(api::GetReservationResponse::Ok(reservation(order, held)?))
    }

    async fn release_reservation(
        &self,
        _: Principal,
        order_id: api::ObjectId,
    ) -> Result<api::ReleaseReservationResponse, Error> {
        self.store.release(order_id.try_into()?).await?;
        Ok(api::ReleaseReservationResponse::NoContent)
    }

    async fn fulfil_reservation(
        &self,
        _: Principal,
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

fn parse_cursor(cursor: Option<api::Cursor>) -> Result<Option<Cursor>, Error> {
    cursor.map(|cursor| Cursor::decode(&cursor).ok_or(Error::InvalidCursor)).transpose()
}

fn check_distinct(items: &[Item]) -> Result<(), Error> {
    let mut products = HashSet::new();
    match items.iter().find(|item| !products.insert(item.product)) {
        Some(item) => Err(Error::DuplicateProduct(item.product)),
        None => Ok(()),
    }
}
