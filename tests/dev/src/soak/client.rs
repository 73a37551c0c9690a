//! A client of the soak test: places an order, and sends requests again until their outcome is
//! certain.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use order_client::types::{
    IdempotencyKey, NewOrder, NewOrderItem, Order, OrderStatus, OrderStatusUpdate, Quantity,
};
use order_client::{Error, ResponseValue};
use tokio::time::sleep;

use super::Shared;

/// How long a request is repeated. Longer than the longest outage.
const PATIENCE: Duration = Duration::from_secs(180);

/// How many orders of a long test stay open, on average. What a reservation costs grows with the
/// open orders of its product, so a share of all orders would make a long test ever slower.
const MAX_OPEN: usize = 500;

/// What clients know of their orders.
#[derive(Debug, Default)]
pub struct Tally {
    /// The last status that the order service has confirmed, by order.
    pub placed: BTreeMap<String, OrderStatus>,
    pub refused: usize,
    pub replayed: usize,
    pub cancelled: usize,
    pub completed: usize,
    /// Requests that were sent again because of a failure.
    pub repeated: usize,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        let Self { placed, refused, replayed, cancelled, completed, repeated } = other;
        self.placed.extend(placed);
        self.refused += refused;
        self.replayed += replayed;
        self.cancelled += cancelled;
        self.completed += completed;
        self.repeated += repeated;
    }
}

/// Places an order of up to three products, and perhaps sends it again, cancels or completes it.
pub async fn place_one(shared: &Shared, tally: &mut Tally) -> Result<()> {
    let new = random_order(shared)?;
    let key: IdempotencyKey = format!("{:032x}", fastrand::u128(..)).parse()?;
    let orders = &shared.clients.orders;
    let Some(order) =
        until_certain(&mut tally.repeated, || orders.create_order(Some(&key), &new)).await?
    else {
        tally.refused += 1;
        return Ok(());
    };
    count_replay(&order, tally);
    if fastrand::u8(..10) == 0 {
        let again = until_certain(&mut tally.repeated, || orders.create_order(Some(&key), &new));
        let Some(again) = again.await? else { bail!("a placed order was refused later") };
        count_replay(&again, tally);
        if again.id != order.id {
            bail!("two orders with one key: {} and {}", *order.id, *again.id);
        }
    }
    let status = random_status(shared.orders);
    if status != OrderStatus::Pending {
        let change = OrderStatusUpdate { status };
        let changed =
            until_certain(&mut tally.repeated, || orders.update_order_status(&order.id, &change));
        if changed.await?.is_none() {
            bail!("the order {} cannot become {status}", *order.id);
        }
    }
    tally.cancelled += usize::from(status == OrderStatus::Cancelled);
    tally.completed += usize::from(status == OrderStatus::Completed);
    tally.placed.insert(order.id.to_string(), status);
    Ok(())
}

/// The status that a client gives its order: one in twenty stays open, but not more than
/// [`MAX_OPEN`] of all `orders`.
fn random_status(orders: usize) -> OrderStatus {
    if fastrand::usize(..orders.max(20)) < (orders / 20).clamp(1, MAX_OPEN) {
        OrderStatus::Pending
    } else if fastrand::bool() {
        OrderStatus::Cancelled
    } else {
        OrderStatus::Completed
    }
}

fn count_replay(response: &ResponseValue<Order>, tally: &mut Tally) {
    tally.replayed += usize::from(response.headers().contains_key("idempotency-replayed"));
}

fn random_order(shared: &Shared) -> Result<NewOrder> {
    let user_id = shared.users[fastrand::usize(..shared.users.len())].parse()?;
    let mut products = shared.products.clone();
    fastrand::shuffle(&mut products);
    let item = |id: &String| -> Result<NewOrderItem> {
        let quantity = Quantity(fastrand::u32(1..=3).try_into()?);
        Ok(NewOrderItem { product_id: id.parse()?, quantity })
    };
    let items = products.iter().take(fastrand::usize(1..=3)).map(item).collect::<Result<_>>()?;
    Ok(NewOrder { user_id, items })
}

/// Sends a request until the response is certain; `None` if it is a refusal (409).
async fn until_certain<T: Debug, E: Debug, F>(
    repeated: &mut usize,
    send: impl Fn() -> F,
) -> Result<Option<ResponseValue<T>>>
where
    F: Future<Output = Result<ResponseValue<T>, Error<E>>>,
{
    let start = Instant::now();
    loop {
        match send().await {
            Ok(response) => return Ok(Some(response)),
            Err(Error::ErrorResponse(response)) if response.status() == 409 => return Ok(None),
            Err(Error::ErrorResponse(response)) if response.status() != 503 => {
                bail!("unexpected response: {response:?}");
            }
            Err(error) if start.elapsed() > PATIENCE => bail!("no certain response: {error:?}"),
            Err(_) => *repeated += 1,
        }
        sleep(Duration::from_millis(fastrand::u64(20..200))).await;
    }
}
