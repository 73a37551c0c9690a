//! Compares what the product service holds with the orders: the last resort against holds without
//! an order. They arise when a reservation is carried out after its order was abandoned, and after
//! a database was restored to an earlier point.

use std::time::SystemTime;

use mongodb::bson::DateTime;
use openapi_server::chain;
use tokio::time::Instant;

use super::Settler;
use crate::debug::audit_age;
use crate::error::Error;
use crate::id::Id;
use crate::limits::{AUDIT_MAX_AGE, AUDIT_MIN_AGE, AUDIT_PAGE, UPSTREAM_TIMEOUT};
use crate::rules::settlement::is_stray;

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    audited: usize,
    released: usize,
}

impl Settler {
    pub(super) async fn audit(&self) {
        let now = DateTime::now().to_system_time();
        let placed = now - AUDIT_MAX_AGE..now - audit_age().unwrap_or(AUDIT_MIN_AGE);
        match self.release_strays(placed).await {
            Ok(Counts { audited, released }) => {
                tracing::info!(audited, released, "audited reservations");
            }
            Err(error) => tracing::warn!(error = chain(&error), "audit failed"),
        }
    }

    async fn release_strays(&self, placed: std::ops::Range<SystemTime>) -> Result<Counts, Error> {
        let mut counts = Counts::default();
        let mut cursor = None;
        loop {
            let deadline = Instant::now() + UPSTREAM_TIMEOUT;
            let page = self.upstream.list_reservations(
                placed.clone(),
                AUDIT_PAGE,
                cursor.as_ref(),
                deadline,
            );
            let page = page.await?;
            for id in self.strays(&page.orders).await? {
                self.upstream.release(id, Instant::now() + UPSTREAM_TIMEOUT).await?;
                tracing::warn!(order = %id, "released what an order without a claim held");
                self.metrics.released_stray();
                counts.released += 1;
            }
            counts.audited += page.orders.len();
            cursor = page.next;
            if cursor.is_none() {
                return Ok(counts);
            }
        }
    }

    /// Those of the orders that should hold nothing. Read after the reservations: an order that has
    /// ended does not begin to hold again, except by mistake.
    async fn strays(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let standings = self.store.standings(ids).await?;
        let is_stray = |id: &&Id| is_stray(standings.get(id).copied());
        Ok(ids.iter().filter(is_stray).copied().collect())
    }
}
