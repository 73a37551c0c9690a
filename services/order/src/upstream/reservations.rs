//! Reservations in the product service: taken when an order is placed, given back or fulfilled when
//! it ends, and listed for the audit.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::ops::Range;
use std::time::SystemTime;

use product_client::types;
use progenitor_client::Error as ClientError;
use tokio::time::Instant;

use super::error::{Error, ShortItem};
use super::policy::CallError;
use super::{Upstream, to_snapshot_parts};
use crate::id::Id;
use crate::rules::lines::{ProductQuantity, ProductSnapshot};
use crate::rules::outcome::Reserved;

/// What the product service holds for an order.
pub struct Reservation {
    pub products: BTreeMap<Id, ProductSnapshot>,
    pub holds: Vec<Id>,
}

/// The results of the two calls for an order.
pub struct ReserveResult {
    pub result: Result<Reservation, Error>,
    pub reserved: Reserved,
}

/// A page of orders that hold something.
pub struct ReservationPage {
    pub orders: Vec<Id>,
    pub next: Option<types::Cursor>,
}

impl Upstream {
    /// Checks the user and reserves the products, simultaneously and before `deadline`. A failure
    /// of the user is reported first.
    ///
    /// Neither call cancels the other: a reservation that was sent may be carried out whether or
    /// not anybody waits for it, and it is released more reliably once its response is there.
    pub async fn check_user_and_reserve(
        &self,
        user_id: Id,
        order_id: Id,
        items: &[ProductQuantity],
        deadline: Instant,
    ) -> ReserveResult {
        if let Err(error) = self.ensure_circuits_closed() {
            return ReserveResult { result: Err(error), reserved: Reserved::Refused };
        }
        let user = self.user_policy.call(&self.permits, deadline, self.check_user(user_id));
        let reserve = self.reserve(order_id, items);
        let reserve = self.product_policy.call(&self.permits, deadline, reserve);
        let (user, reservation) = tokio::join!(user, reserve);
        let reserved = match &reservation {
            Ok(_) => Reserved::All,
            Err(error) if error.is_refusal() => Reserved::Refused,
            Err(_) => Reserved::Unknown,
        };
        ReserveResult { result: user.and(reservation), reserved }
    }

    /// Fails if a circuit breaker is open, before anything is reserved.
    fn ensure_circuits_closed(&self) -> Result<(), Error> {
        self.user_policy.is_probe_next()?;
        self.product_policy.is_probe_next()?;
        Ok(())
    }

    async fn reserve(&self, order_id: Id, items: &[ProductQuantity]) -> Result<Reservation, Error> {
        let policy = &self.product_policy;
        let order = self.order_id(order_id)?;
        let to_item = |item: &ProductQuantity| {
            let ProductQuantity { product_id, quantity } = item;
            let quantity = u64::try_from(*quantity).ok().and_then(NonZeroU64::new)?.into();
            Some(types::NewReservationItem { product_id: to_client_id(*product_id)?, quantity })
        };
        let body = items.iter().map(to_item).collect::<Option<Vec<_>>>();
        let items_of_body = body.ok_or_else(|| policy.failed(CallError::InvalidRequest))?;
        let body = types::NewReservation { items: items_of_body };
        let reservation = self.products.reserve_products(&order, &body).await;
        let reservation = reservation.map_err(|error| self.map_refusal(items, error))?;
        let reservation = to_reservation(order_id, items, reservation.into_inner());
        reservation.ok_or_else(|| policy.failed(CallError::InvalidResponse))
    }

    /// Gives back what is held for an order. Also succeeds if nothing is.
    pub async fn release(&self, order_id: Id, deadline: Instant) -> Result<(), Error> {
        let call = async {
            let order = self.order_id(order_id)?;
            let released = self.products.release_reservation(&order).await;
            released.map_err(|error| self.product_policy.call_failed(error))?;
            Ok(())
        };
        self.product_policy.call(&self.permits, deadline, call).await
    }

    /// Removes holds whose goods have been sold. Also succeeds if they are gone.
    pub async fn fulfil(&self, order_id: Id, holds: &[Id], deadline: Instant) -> Result<(), Error> {
        if holds.is_empty() {
            return Ok(());
        }
        let policy = &self.product_policy;
        let call = async {
            let order = self.order_id(order_id)?;
            let holds = holds.iter().copied().map(to_client_id).collect::<Option<Vec<_>>>();
            let holds = holds.ok_or_else(|| policy.failed(CallError::InvalidRequest))?;
            let body = types::Fulfilment { holds };
            let fulfilled = self.products.fulfil_reservation(&order, &body).await;
            fulfilled.map_err(|error| policy.call_failed(error))?;
            Ok(())
        };
        policy.call(&self.permits, deadline, call).await
    }

    /// Lists orders that hold something, by the time that their ids contain.
    pub async fn list_reservations(
        &self,
        placed: Range<SystemTime>,
        limit: u32,
        cursor: Option<&types::Cursor>,
        deadline: Instant,
    ) -> Result<ReservationPage, Error> {
        let policy = &self.product_policy;
        let invalid = || policy.failed(CallError::InvalidRequest);
        let call = async {
            let limit = types::Limit::try_from(limit.to_string()).map_err(|_| invalid())?;
            let after = types::OrderTime(placed.start.into());
            let before = types::OrderTime(placed.end.into());
            let page =
                self.products.list_reservations(cursor, Some(&limit), Some(&after), Some(&before));
            let page = page.await.map_err(|error| policy.call_failed(error))?.into_inner();
            let types::ReservationPage { reservations, next_cursor } = page;
            let orders = reservations.iter().map(|reservation| reservation.order_id.parse().ok());
            let orders = orders.collect::<Option<Vec<Id>>>();
            let orders = orders.ok_or_else(|| policy.failed(CallError::InvalidResponse))?;
            Ok(ReservationPage { orders, next: next_cursor })
        };
        policy.call(&self.permits, deadline, call).await
    }

    fn order_id(&self, id: Id) -> Result<types::ObjectId, Error> {
        to_client_id(id).ok_or_else(|| self.product_policy.failed(CallError::InvalidRequest))
    }

    /// Maps an error of a reservation. Only a response that the product service has given about
    /// these items is a refusal.
    fn map_refusal(&self, items: &[ProductQuantity], error: ClientError<types::Error>) -> Error {
        let refusal = match &error {
            ClientError::ErrorResponse(response) => refusal(items, &response.error),
            _ => None,
        };
        refusal.unwrap_or_else(|| self.product_policy.call_failed(error))
    }
}

fn refusal(items: &[ProductQuantity], error: &types::ErrorDetail) -> Option<Error> {
    let details = error.details.as_ref()?;
    let product = || {
        let id = details.id.as_ref()?.parse().ok()?;
        items.iter().any(|item| item.product_id == id).then_some(id)
    };
    match error.code {
        types::ErrorCode::NotFound => Some(Error::NotFound { resource: "product", id: product()? }),
        types::ErrorCode::TooManyHolds => Some(Error::TooManyHolds(product()?)),
        types::ErrorCode::OutOfStock => {
            let short: Option<Vec<_>> = details.items.iter().map(to_short_item).collect();
            short.filter(|short| !short.is_empty()).map(Error::OutOfStock)
        }
        _ => None,
    }
}

fn to_short_item(item: &types::ShortItem) -> Option<ShortItem> {
    let types::ShortItem { product_id, requested, available } = item;
    Some(ShortItem {
        product_id: product_id.parse().ok()?,
        requested: i64::try_from(requested.get()).ok()?,
        available: **available,
    })
}

/// Checks that exactly the requested items are held.
fn to_reservation(
    order_id: Id,
    items: &[ProductQuantity],
    reservation: types::Reservation,
) -> Option<Reservation> {
    let types::Reservation { order_id: found, items: held } = reservation;
    if found.parse() != Ok(order_id) || held.len() != items.len() {
        return None;
    }
    let mut products = BTreeMap::new();
    let mut holds = Vec::with_capacity(held.len());
    for (item, held) in items.iter().zip(&held) {
        let id = held.product_id.parse::<Id>().ok()?;
        let quantity = i64::try_from(held.quantity.get()).ok()?;
        if (id, quantity) != (item.product_id, item.quantity) {
            return None;
        }
        products.insert(id, to_snapshot_parts(&held.name, *held.price)?);
        holds.push(held.hold_id.parse().ok()?);
    }
    Some(Reservation { products, holds })
}

fn to_client_id(id: Id) -> Option<types::ObjectId> {
    id.to_string().parse().ok()
}
