//! Places orders, in one of two ways: `unchecked` looks the user and the products up and stores the
//! order; `reserved` also takes the stock. With an idempotency key, both place at most one order
//! for a request that is repeated.

mod limit;
mod reserved;
mod unchecked;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use openapi_server::client_address;
use tokio::time::{Instant, timeout_at};

use crate::config::Stock;
use crate::error::Error;
use crate::id::Id;
use crate::limits::{CLIENT_SHARE, MAX_ORDERS_IN_PROGRESS};
use crate::order::{Order, OrderDetails, RequestKey};
use crate::record::{Record, State};
use crate::rules::fingerprint::fingerprint;
use crate::rules::lines::{Line, ProductSnapshot, to_items};
use crate::rules::total::total;
use crate::settler::Settler;
use crate::store::Store;
use crate::upstream::Upstream;
use limit::PlacementLimit;

pub struct Placement {
    limit: PlacementLimit,
    stock: Stock,
    store: Arc<Store>,
    upstream: Arc<Upstream>,
    settler: Arc<Settler>,
}

/// What a client asks for.
pub struct OrderRequest {
    pub user_id: Id,
    pub lines: Vec<Line>,
    pub request_key: Option<RequestKey>,
}

impl OrderRequest {
    /// `key` is the value of `Idempotency-Key`.
    pub fn new(user_id: Id, lines: Vec<Line>, key: Option<String>) -> Self {
        let to_request_key = |key| RequestKey { key, fingerprint: fingerprint(user_id, &lines) };
        Self { user_id, request_key: key.map(to_request_key), lines }
    }
}

/// An order that answers a request.
pub struct PlacedOrder {
    pub order: Order,
    /// Whether an earlier request with the same key began the order.
    pub is_replayed: bool,
}

impl Placement {
    pub fn new(
        stock: Stock,
        store: Arc<Store>,
        upstream: Arc<Upstream>,
        settler: Arc<Settler>,
    ) -> Self {
        let limit = PlacementLimit::new(MAX_ORDERS_IN_PROGRESS, CLIENT_SHARE);
        Self { limit, stock, store, upstream, settler }
    }

    /// Places an order within [`ORDER_TIMEOUT`], for the client of the current request.
    ///
    /// [`ORDER_TIMEOUT`]: crate::limits::ORDER_TIMEOUT
    pub async fn place(&self, request: OrderRequest) -> Result<PlacedOrder, Error> {
        let start = Instant::now();
        let _permit = self.limit.try_acquire(client_address()).ok_or(Error::TooManyOrders)?;
        // Boxed, so that neither way of placing pays for the size of the other.
        match self.stock {
            Stock::Unchecked => self.place_unchecked(request, start).boxed().await,
            Stock::Reserved => self.place_reserved(request, start).boxed().await,
        }
    }

    /// Finds the order that has the key of a request. `None` if there is none.
    async fn find_by_key(
        &self,
        user_id: Id,
        request_key: &RequestKey,
        deadline: Instant,
    ) -> Result<Option<State>, Error> {
        let RequestKey { key, fingerprint } = request_key;
        let found = timeout_at(deadline, self.store.find_by_key(user_id, key)).await;
        let record = found.unwrap_or(Err(Error::KeyInUse))?;
        let Some(Record { state, fingerprint: found }) = record else { return Ok(None) };
        match state {
            // It gives its key back, whatever it was used for.
            State::Abandoned(_) => Ok(Some(state)),
            _ if found.as_ref() != Some(fingerprint) => Err(Error::KeyReused),
            _ => Ok(Some(state)),
        }
    }
}

/// Applies the rules to what the other services have answered.
fn to_details(
    user_id: Id,
    lines: &[Line],
    products: &BTreeMap<Id, ProductSnapshot>,
) -> Result<OrderDetails, Error> {
    let items = to_items(lines, products)?;
    let total_amount = total(items.iter().map(|item| (item.price, item.quantity)))?;
    Ok(OrderDetails { user_id, items, total_amount })
}
