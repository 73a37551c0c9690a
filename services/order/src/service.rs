//! The operations of the spec: what each one means, and nothing of how it is
//! transported or stored.

use std::str::FromStr;

use mongodb::Database;
use mongodb::bson::oid::ObjectId as Oid;
use openapi_server::{Shutdown, client_address};
use tokio::time::Instant;

use crate::api::{self, *};
use crate::error::Error;
use crate::limits::{CLIENT_SHARE, MAX_ORDERS_IN_PROGRESS, ORDER_TIMEOUT, UPSTREAM_TIMEOUT};
use crate::placement::PlacementLimit;
use crate::readiness::Readiness;
use crate::store::{self, Store};
use crate::upstream::{self, Upstream};
use crate::{cursor, database, money};

/// The order service.
pub struct Service {
    database: Database,
    readiness: Readiness,
    store: Store,
    upstream: Upstream,
    placement: PlacementLimit,
    shutdown: Shutdown,
}

impl Service {
    /// A service on a database that is prepared.
    pub fn new(database: &Database, upstream: Upstream, shutdown: Shutdown) -> Self {
        Self {
            database: database.clone(),
            readiness: Readiness::new(database),
            store: Store::new(database),
            upstream,
            placement: PlacementLimit::new(MAX_ORDERS_IN_PROGRESS, CLIENT_SHARE),
            shutdown,
        }
    }
}

impl OrderService for Service {
    type Error = Error;

    async fn create_order(&self, body: NewOrder) -> Result<CreateOrderResponse, Error> {
        let started = Instant::now();
        let _permit = self.placement.try_acquire(client_address()).ok_or(Error::TooManyOrders)?;
        let user_id = body.user_id.0.to_ascii_lowercase();
        let wanted: Vec<(String, i32)> = body
            .items
            .into_iter()
            .map(|item| (item.product_id.0.to_ascii_lowercase(), item.quantity.0))
            .collect();
        let ids: Vec<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
        let products = self
            .upstream
            .fetch_user_and_products(&user_id, &ids, started + UPSTREAM_TIMEOUT)
            .await?;
        // Every id was asked for, so every one is in the map.
        let product = |id: &str| products.get(id).ok_or_else(|| missing(id));

        let mut items = Vec::with_capacity(wanted.len());
        for (product_id, quantity) in wanted {
            let upstream::Product { name, price } = product(&product_id)?.clone();
            items.push(store::Item { product_id, product_name: name, price, quantity });
        }
        let total = money::total(items.iter().map(|item| (item.price, item.quantity)))?;
        let order = self.store.insert(user_id, items, total, started + ORDER_TIMEOUT).await?;
        let location = format!("/orders/{}", order.id);
        Ok(CreateOrderResponse::Created { body: order.into(), location })
    }

    async fn get_order(&self, id: ObjectId) -> Result<GetOrderResponse, Error> {
        let order = self.store.find(oid(&id)?).await?;
        Ok(GetOrderResponse::Ok(order.into()))
    }

    async fn list_orders_by_user(
        &self,
        user_id: ObjectId,
        limit: Limit,
        cursor: Option<Cursor>,
    ) -> Result<ListOrdersByUserResponse, Error> {
        let after = match cursor {
            Some(cursor) => Some(cursor::Cursor::decode(&cursor.0).ok_or(Error::Cursor)?),
            None => None,
        };
        // The spec's limit is a positive number.
        let (user_id, limit) = (user_id.0.to_ascii_lowercase(), limit.0.unsigned_abs());
        let page = self.store.list(&user_id, limit, after).await?;
        let orders = page.items.into_iter().map(Order::from).collect();
        let next_cursor = page.next.map(|cursor| Cursor(cursor.encode()));
        Ok(ListOrdersByUserResponse::Ok(OrderPage { orders, next_cursor }))
    }

    async fn update_order_status(
        &self,
        id: ObjectId,
        body: OrderStatusUpdate,
    ) -> Result<UpdateOrderStatusResponse, Error> {
        let order = self.store.set_status(oid(&id)?, body.status).await?;
        Ok(UpdateOrderStatusResponse::Ok(order.into()))
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

fn missing(id: &str) -> Error {
    upstream::Error::Unknown { resource: "product", id: id.to_owned() }.into()
}

impl From<store::Order> for api::Order {
    fn from(order: store::Order) -> Self {
        Self {
            id: ObjectId(order.id.to_hex()),
            user_id: ObjectId(order.user_id),
            items: order.items.into_iter().map(OrderItem::from).collect(),
            total_amount: Money(order.total_amount.as_f64()),
            status: order.status,
            created_at: Timestamp(openapi_server::timestamp(order.created_at.to_system_time())),
        }
    }
}

impl From<store::Item> for OrderItem {
    fn from(item: store::Item) -> Self {
        Self {
            product_id: ObjectId(item.product_id),
            product_name: ProductName(item.product_name),
            price: Money(item.price.as_f64()),
            quantity: Quantity(item.quantity),
        }
    }
}
