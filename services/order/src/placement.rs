//! Places orders: acquires a permit, fetches the user and the products from the other services,
//! applies the rules, and stores the order.

mod limit;

use openapi_server::client_address;
use tokio::time::Instant;

use crate::error::Error;
use crate::id::Id;
use crate::limits::{CLIENT_SHARE, MAX_ORDERS_IN_PROGRESS, ORDER_TIMEOUT, UPSTREAM_TIMEOUT};
use crate::order::{Order, OrderDetails};
use crate::rules::lines::{Line, distinct_products, to_items};
use crate::rules::total::total;
use crate::store::Store;
use crate::upstream::Upstream;
use limit::PlacementLimit;

pub struct Placement {
    limit: PlacementLimit,
    upstream: Upstream,
}

impl Placement {
    pub fn new(upstream: Upstream) -> Self {
        let limit = PlacementLimit::new(MAX_ORDERS_IN_PROGRESS, CLIENT_SHARE);
        Self { limit, upstream }
    }

    /// Places an order within [`ORDER_TIMEOUT`], for the client of the current request.
    pub async fn place(&self, store: &Store, user_id: Id, lines: &[Line]) -> Result<Order, Error> {
        let start = Instant::now();
        let _permit = self.limit.try_acquire(client_address()).ok_or(Error::TooManyOrders)?;
        let products = self
            .upstream
            .fetch_user_and_products(user_id, &distinct_products(lines), start + UPSTREAM_TIMEOUT)
            .await?;
        let items = to_items(lines, &products)?;
        let total_amount = total(items.iter().map(|item| (item.price, item.quantity)))?;
        let details = OrderDetails { user_id, items, total_amount };
        store.insert(details, start + ORDER_TIMEOUT).await
    }
}
