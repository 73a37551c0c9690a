//! Places orders without regard to stock: fetches the user and the products, applies the rules, and
//! stores the order.

use tokio::time::Instant;

use super::{OrderRequest, PlacedOrder, Placement, to_details};
use crate::error::Error;
use crate::id::Id;
use crate::limits::{ORDER_TIMEOUT, UPSTREAM_TIMEOUT};
use crate::order::RequestKey;
use crate::record::State;
use crate::rules::lines::distinct_products;
use crate::store::Inserted;

impl Placement {
    pub(super) async fn place_unchecked(
        &self,
        request: OrderRequest,
        start: Instant,
    ) -> Result<PlacedOrder, Error> {
        let OrderRequest { user_id, lines, request_key } = request;
        let key = request_key.as_ref();
        let deadline = start + ORDER_TIMEOUT;
        if let Some(replayed) = self.replay(user_id, key, deadline).await? {
            return Ok(replayed);
        }
        let products = self
            .upstream
            .fetch_user_and_products(user_id, &distinct_products(&lines), start + UPSTREAM_TIMEOUT)
            .await?;
        let details = to_details(user_id, &lines, &products)?;
        match self.store.insert(details, key, deadline).await? {
            Inserted::New(order) => Ok(PlacedOrder { order, is_replayed: false }),
            // A simultaneous request with the same key was faster.
            Inserted::KeyTaken => self.replay(user_id, key, deadline).await?.ok_or(Error::KeyInUse),
        }
    }

    /// The order that an earlier request with the same key has placed.
    async fn replay(
        &self,
        user_id: Id,
        request_key: Option<&RequestKey>,
        deadline: Instant,
    ) -> Result<Option<PlacedOrder>, Error> {
        let Some(request_key) = request_key else { return Ok(None) };
        match self.find_by_key(user_id, request_key, deadline).await? {
            None => Ok(None),
            Some(State::Visible(order)) => Ok(Some(PlacedOrder { order, is_replayed: true })),
            // Begun by a replica that reserves stock, which will end it.
            Some(State::Placing(_) | State::Abandoned(_)) => Err(Error::KeyInUse),
        }
    }
}
