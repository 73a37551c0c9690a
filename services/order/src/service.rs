//! Implements the operations of the spec: converts requests into calls of [`Placement`] and
//! [`Store`], and their results into responses.
//!
//! Bodies and results are taken apart without `..`, so that a new field of the spec does not
//! compile until it is handled here.

use std::sync::Arc;
use std::time::SystemTime;

use openapi_server::{DateTime, InvalidValue, Shutdown, Utc};
use tokio::time::Instant;

use crate::access;
use crate::api::{self, SecuredOperation};
use crate::auth::{Authenticator, Principal};
use crate::config::Stock;
use crate::cursor::Cursor;
use crate::debug::fail_point;
use crate::error::Error;
use crate::id::InvalidId;
use crate::limits::{SETTLE_PATIENCE, SETTLE_TIMEOUT};
use crate::order::{Order, OrderDetails};
use crate::placement::{OrderRequest, PlacedOrder, Placement};
use crate::readiness::Readiness;
use crate::rules::lines::{Line, OrderItem};
use crate::settler::Settler;
use crate::store::{Store, UpdatedOrder};

const HEALTHY: api::Health = api::Health { status: api::HealthStatus::Healthy };

pub struct Service {
    store: Arc<Store>,
    readiness: Readiness,
    placement: Placement,
    settler: Arc<Settler>,
    stock: Stock,
    authenticator: Authenticator,
    shutdown: Shutdown,
}

impl Service {
    pub(crate) fn new(
        store: Arc<Store>,
        readiness: Readiness,
        placement: Placement,
        settler: Arc<Settler>,
        stock: Stock,
        authenticator: Authenticator,
        shutdown: Shutdown,
    ) -> Self {
        Self { store, readiness, placement, settler, stock, authenticator, shutdown }
    }

    pub(crate) fn settler(&self) -> Arc<Settler> {
        Arc::clone(&self.settler)
    }
}

impl api::OrderService for Service {
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

    async fn create_order(
        &self,
        principal: Principal,
        idempotency_key: Option<api::IdempotencyKey>,
        body: api::NewOrder,
    ) -> Result<api::CreateOrderResponse, Error> {
        let api::NewOrder { user_id, items } = body;
        let user_id = user_id.try_into()?;
        access::check_user(SecuredOperation::CreateOrder, principal, user_id)?;
        let lines = items.into_iter().map(Line::try_from).collect::<Result<Vec<_>, _>>()?;
        let key = idempotency_key.map(String::from);
        let request = OrderRequest::new(user_id, lines, key);
        let PlacedOrder { order, is_replayed } = self.placement.place(request).await?;
        let location = format!("/orders/{}", order.id);
        let idempotency_replayed = is_replayed.then_some(true);
        let body = order.try_into()?;
        Ok(api::CreateOrderResponse::Created { body, location, idempotency_replayed })
    }

    async fn get_order(
        &self,
        principal: Principal,
        id: api::ObjectId,
    ) -> Result<api::GetOrderResponse, Error> {
        let order = self.store.find(id.try_into()?).await?;
        access::check_order(SecuredOperation::GetOrder, principal, &order)?;
        Ok(api::GetOrderResponse::Ok(order.try_into()?))
    }

    async fn list_orders_by_user(
        &self,
        principal: Principal,
        parameters: api::ListOrdersByUserParameters,
    ) -> Result<api::ListOrdersByUserResponse, Error> {
        let api::ListOrdersByUserParameters { user_id, limit, cursor } = parameters;
        let user_id = user_id.try_into()?;
        access::check_user(SecuredOperation::ListOrdersByUser, principal, user_id)?;
        let after = cursor.map(|cursor| Cursor::decode(&cursor).ok_or(Error::InvalidCursor));
        // The spec's limit is positive.
        let limit = limit.unsigned_abs();
        let page = self.store.list_by_user(user_id, limit, after.transpose()?).await?;
        let next_cursor = page.next.map(|cursor| cursor.encode().try_into()).transpose()?;
        let body = api::OrderPage { orders: page.items, next_cursor };
        Ok(api::ListOrdersByUserResponse::Ok(body))
    }

    async fn update_order_status(
        &self,
        principal: Principal,
        id: api::ObjectId,
        body: api::OrderStatusUpdate,
    ) -> Result<api::UpdateOrderStatusResponse, Error> {
        let api::OrderStatusUpdate { status } = body;
        let id = id.try_into()?;
        if access::depends_on_order(SecuredOperation::UpdateOrderStatus, principal) {
            let order = self.store.find(id).await?;
            access::check_order(SecuredOperation::UpdateOrderStatus, principal, &order)?;
            access::check_change(principal, order.status, status)?;
        }
        // Whatever the status has become since.
        let sources = access::sources(principal, status);
        let settle_by =
            (self.stock == Stock::Reserved).then(|| SystemTime::now() + SETTLE_PATIENCE);
        let UpdatedOrder { order, work } =
            self.store.update_status(id, &sources, status, settle_by).await?;
        if let Some(work) = work {
            fail_point("status changed");
            // The status has changed, whatever becomes of this: the settler repeats it.
            let settled = self.settler.carry_out(&work, Instant::now() + SETTLE_TIMEOUT).await;
            self.settler.leave_failure(work.id, settled);
        }
        Ok(api::UpdateOrderStatusResponse::Ok(order.try_into()?))
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

impl TryFrom<api::NewOrderItem> for Line {
    type Error = InvalidId;

    fn try_from(item: api::NewOrderItem) -> Result<Self, InvalidId> {
        let api::NewOrderItem { product_id, quantity } = item;
        Ok(Self { product_id: product_id.try_into()?, quantity: quantity.into() })
    }
}

impl TryFrom<Order> for api::Order {
    type Error = InvalidValue;

    fn try_from(order: Order) -> Result<Self, InvalidValue> {
        let Order { id, details, status, created_at } = order;
        let OrderDetails { user_id, items, total_amount } = details;
        Ok(Self {
            id: id.try_into()?,
            user_id: user_id.try_into()?,
            items: items.into_iter().map(api::OrderItem::try_from).collect::<Result<_, _>>()?,
            total_amount: total_amount.as_f64().try_into()?,
            status,
            created_at: DateTime::<Utc>::from(created_at).try_into()?,
        })
    }
}

impl TryFrom<OrderItem> for api::OrderItem {
    type Error = InvalidValue;

    fn try_from(item: OrderItem) -> Result<Self, InvalidValue> {
        let OrderItem { product_id, product_name, price, quantity } = item;
        Ok(Self {
            product_id: product_id.try_into()?,
            product_name: product_name.try_into()?,
            price: price.as_f64().try_into()?,
            quantity: quantity.try_into()?,
        })
    }
}
