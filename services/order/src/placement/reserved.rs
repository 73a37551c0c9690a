//! Places orders that take their stock. One document decides what becomes of an order:
//!
//! 1. It is stored as `placing`. A request with the same idempotency key finds it and joins in.
//! 2. Simultaneously, the user is checked and the products are reserved.
//! 3. If both succeed, a compare-and-set makes it `pending`: it is placed.
//! 4. Otherwise a compare-and-set makes it `abandoned`. The winner gives back what the order holds,
//!    and deletes it.
//! 5. The loser of a compare-and-set reads the order again and answers with what has become of it.
//!
//! A crash between any two steps is harmless: the settler abandons the order.

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use super::{OrderRequest, PlacedOrder, Placement, to_details};
use crate::api::OrderStatus;
use crate::database;
use crate::debug::fail_point;
use crate::error::Error;
use crate::id::Id;
use crate::limits::{KEY_ATTEMPTS, ORDER_TIMEOUT, SETTLE_PATIENCE, UPSTREAM_TIMEOUT};
use crate::order::{Order, OrderDetails};
use crate::record::{PlacingOrder, Record, State};
use crate::rules::lines::merge;
use crate::rules::outcome::{AfterLoss, Answer, Reserved, after_loss, releases_again};
use crate::store::Inserted;
use crate::upstream::{Reservation, ReserveResult};

/// The order of a request, new or found.
enum Begun {
    /// To be driven to its end.
    Placing {
        order: PlacingOrder,
        is_joined: bool,
    },
    Placed(PlacedOrder),
}

impl Placement {
    pub(super) async fn place_reserved(
        &self,
        request: OrderRequest,
        start: Instant,
    ) -> Result<PlacedOrder, Error> {
        match self.begin(request, start + ORDER_TIMEOUT).await? {
            Begun::Placed(placed) => Ok(placed),
            Begun::Placing { order, is_joined } => {
                let order = self.drive(&order, start).await?;
                Ok(PlacedOrder { order, is_replayed: is_joined })
            }
        }
    }

    /// Step 1: stores the order, or finds the one that an earlier request has stored.
    async fn begin(&self, request: OrderRequest, deadline: Instant) -> Result<Begun, Error> {
        let OrderRequest { user_id, lines, request_key } = request;
        for _ in 0..KEY_ATTEMPTS {
            let (lines, key) = (lines.clone(), request_key.clone());
            let insert = self.store.insert_placing(user_id, lines, key, deadline);
            let key = match (insert.await?, &request_key) {
                (Inserted::New(order), _) => {
                    fail_point("placing order stored");
                    return Ok(Begun::Placing { order, is_joined: false });
                }
                (Inserted::KeyTaken, None) => return Err(Error::KeyInUse),
                (Inserted::KeyTaken, Some(key)) => key,
            };
            match self.find_by_key(user_id, key, deadline).await? {
                // Deleted meanwhile.
                None => {}
                Some(State::Placing(order)) => {
                    return Ok(Begun::Placing { order, is_joined: true });
                }
                Some(State::Visible(order)) => {
                    return Ok(Begun::Placed(PlacedOrder { order, is_replayed: true }));
                }
                Some(State::Abandoned(id)) => self.settler.remove_abandoned(id, deadline).await?,
            }
        }
        Err(Error::KeyInUse)
    }

    /// Steps 2 to 5.
    async fn drive(&self, order: &PlacingOrder, start: Instant) -> Result<Order, Error> {
        let PlacingOrder { id, user_id, lines, request_key: _, created_at: _ } = order;
        let deadline = start + ORDER_TIMEOUT;
        let ReserveResult { result, reserved } = self
            .upstream
            .check_user_and_reserve(*user_id, *id, &merge(lines), start + UPSTREAM_TIMEOUT)
            .boxed()
            .await;
        fail_point("reservation answered");
        let ready = result.map_err(Error::from).and_then(|reservation| {
            let Reservation { products, holds } = reservation;
            Ok((to_details(*user_id, lines, &products)?, holds))
        });
        match ready {
            Ok((details, holds)) => self.confirm(order, details, &holds, deadline).await,
            Err(failure) => self.abandon(*id, failure, reserved, deadline).await,
        }
    }

    /// Step 3.
    async fn confirm(
        &self,
        placing: &PlacingOrder,
        details: OrderDetails,
        holds: &[Id],
        deadline: Instant,
    ) -> Result<Order, Error> {
        let PlacingOrder { id, created_at, .. } = *placing;
        let order = Order { id, details, status: OrderStatus::Pending, created_at };
        match self.store.confirm(&order, placing, holds, deadline).await {
            Ok(true) => {
                fail_point("order placed");
                Ok(order)
            }
            Ok(false) => self.follow(id, Error::Abandoned, Reserved::All, deadline).await,
            Err(unknown @ Error::Database(database::Error::OutcomeUnknown { .. })) => {
                // It may be placed. Nothing is given back before that is known.
                match self.find_until(id, deadline).await {
                    Some(State::Visible(order)) => Ok(order),
                    _ => Err(unknown),
                }
            }
            Err(failure) => self.abandon(id, failure, Reserved::All, deadline).await,
        }
    }

    /// Step 4. Returns the failure, unless somebody else has placed the order.
    async fn abandon(
        &self,
        id: Id,
        failure: Error,
        reserved: Reserved,
        deadline: Instant,
    ) -> Result<Order, Error> {
        match self.store.abandon(id, SETTLE_PATIENCE, deadline).await {
            Ok(true) => {
                fail_point("order abandoned");
                let given_back = if releases_again(reserved) {
                    self.upstream.release(id, deadline).await.map_err(Error::from)
                } else {
                    self.settler.remove_abandoned(id, deadline).await
                };
                self.settler.leave_failure(id, given_back);
                Err(failure)
            }
            Ok(false) => self.follow(id, failure, reserved, deadline).await,
            Err(error) => {
                self.settler.leave_failure(id, Err(error));
                Err(failure)
            }
        }
    }

    /// Step 5: answers with what somebody else has decided.
    async fn follow(
        &self,
        id: Id,
        failure: Error,
        reserved: Reserved,
        deadline: Instant,
    ) -> Result<Order, Error> {
        let found = timeout_at(deadline, self.store.find_record(id)).await;
        let Ok(Ok(record)) = found else { return Err(failure) };
        let status = record.as_ref().map(|record| record.state.status());
        let AfterLoss { answer, releases } = after_loss(status, reserved);
        if releases {
            let released = self.upstream.release(id, deadline).await;
            self.settler.leave_failure(id, released.map_err(Error::from));
        }
        match (answer, record) {
            (Answer::Order, Some(Record { state: State::Visible(order), .. })) => Ok(order),
            _ => Err(failure),
        }
    }

    /// What has become of an order, if that can be found out before `deadline`.
    async fn find_until(&self, id: Id, deadline: Instant) -> Option<State> {
        let found = timeout_at(deadline, self.store.find_record(id)).await.ok()?.ok()?;
        found.map(|Record { state, fingerprint: _ }| state)
    }
}
