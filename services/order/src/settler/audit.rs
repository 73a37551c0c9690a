//! Compares what the product service holds with the orders: the last resort against holds without
//! an order. They arise when a reservation is carried out after its order was abandoned, and after
//! a database was restored to an earlier point.

use std::ops::Range;
use std::time::SystemTime;

use mongodb::bson::DateTime;
use openapi_server::chain;
use tokio::time::Instant;

use super::Settler;
use crate::debug::audit_age;
use crate::error::Error;
use crate::id::Id;
use crate::limits::{
    AUDIT_MAX_AGE, AUDIT_MIN_AGE, AUDIT_PAGE, MAX_AUDIT_FAILURES, UPSTREAM_TIMEOUT,
};
use crate::rules::settlement::is_stray;
use crate::store::Standing;

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    audited: usize,
    released: usize,
    /// Orders whose documents cannot be read, which keep what they hold.
    unreadable: usize,
    /// Orders that could not be released; the next audit tries again.
    failed: usize,
}

impl Settler {
    pub(super) async fn audit(&self) {
        let now = DateTime::now().to_system_time();
        let placed = now - AUDIT_MAX_AGE..now - audit_age().unwrap_or(AUDIT_MIN_AGE);
        match self.release_strays(placed).await {
            Ok(Counts { audited, released, unreadable, failed }) => {
                tracing::info!(audited, released, unreadable, failed, "audited reservations");
            }
            Err(error) => tracing::warn!(error = chain(&error), "audit failed"),
        }
    }

    async fn release_strays(&self, placed: Range<SystemTime>) -> Result<Counts, Error> {
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
            // Read after the reservations: an order that has ended does not begin to hold again,
            // except by mistake.
            let standings = self.store.standings(&page.orders).await?;
            for id in page.orders {
                self.audit_order(id, standings.get(&id), &mut counts).await;
                if counts.failed == MAX_AUDIT_FAILURES {
                    return Ok(counts);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(counts);
            }
        }
    }

    /// Releases what an order holds if it should hold nothing. A failure concerns this order alone:
    /// those that follow are audited all the same.
    async fn audit_order(&self, id: Id, standing: Option<&Standing>, counts: &mut Counts) {
        counts.audited += 1;
        let is_stray = match standing {
            Some(Err(error)) => {
                tracing::warn!(order = %id, error = chain(error), "auditing an order failed");
                counts.unreadable += 1;
                return;
            }
            Some(Ok(standing)) => is_stray(Some(*standing)),
            None => is_stray(None),
        };
        if !is_stray {
            return;
        }
        match self.upstream.release(id, Instant::now() + UPSTREAM_TIMEOUT).await {
            Ok(()) => {
                tracing::warn!(order = %id, "released stray reservation");
                self.metrics.released_stray();
                counts.released += 1;
            }
            Err(error) => {
                let error = chain(&error);
                tracing::warn!(order = %id, error, "releasing a stray reservation failed");
                counts.failed += 1;
            }
        }
    }
}
