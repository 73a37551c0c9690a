//! Settles the orders that are due.

use std::time::SystemTime;

use futures_util::{FutureExt, StreamExt, stream};
use mongodb::bson::DateTime;
use openapi_server::chain;
use openapi_server::trace::in_background;
use tokio::time::Instant;

use super::Settler;
use super::metrics::Outcome;
use crate::debug::fail_point;
use crate::error::Error;
use crate::limits::{SETTLE_BATCH, SETTLE_CONCURRENCY, UPSTREAM_TIMEOUT};
use crate::record::DueOrder;
use crate::rules::backoff;

/// The number of due orders by what became of them.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    done: usize,
    failed: usize,
    /// Claimed by another replica, or no longer due.
    skipped: usize,
}

impl Settler {
    /// Settles everything that is due now, in batches.
    pub(super) async fn settle_due_orders(&self) {
        loop {
            match self.settle_batch().await {
                // Another batch is probably due.
                Ok(counts) if counts.done == SETTLE_BATCH as usize => {}
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(error = chain(&error), "searching for due orders failed");
                    return;
                }
            }
        }
    }

    async fn settle_batch(&self) -> Result<Counts, Error> {
        let now = DateTime::now().to_system_time();
        let due = self.store.due(now, SETTLE_BATCH).await?;
        let oldest = due.iter().map(|due| due.next_attempt_at).min();
        self.metrics.found(due.len(), oldest);
        let Some(oldest) = oldest else { return Ok(Counts::default()) };
        // A search that finds nothing is not worth a trace.
        let settling = self.settle_found(due, now, oldest).boxed();
        Ok(in_background("settle orders", settling).await)
    }

    /// Settles what a search has found.
    async fn settle_found(
        &self,
        due: Vec<DueOrder>,
        now: SystemTime,
        oldest: SystemTime,
    ) -> Counts {
        let oldest_due_s = now.duration_since(oldest).unwrap_or_default().as_secs();
        let found = due.len();
        let results = stream::iter(due).map(|due| self.settle(due));
        let results = results.buffer_unordered(SETTLE_CONCURRENCY);
        let counts =
            results.fold(Counts::default(), |counts, result| self.count(counts, result)).await;
        let Counts { done, failed, skipped } = counts;
        tracing::info!(due = found, oldest_due_s, done, failed, skipped, "settled orders");
        counts
    }

    /// Claims a due order and carries out what it asks for. Returns whether it was claimed.
    async fn settle(&self, due: DueOrder) -> Result<bool, Error> {
        // A failed attempt leaves the order due at this time.
        let next = DateTime::now().to_system_time() + backoff::delay(due.attempts);
        let Some(work) = self.store.claim(&due, next).await? else { return Ok(false) };
        fail_point("due order claimed");
        self.carry_out(&work, Instant::now() + UPSTREAM_TIMEOUT).await?;
        Ok(true)
    }

    async fn count(&self, mut counts: Counts, result: Result<bool, Error>) -> Counts {
        let outcome = match result {
            Ok(true) => {
                counts.done += 1;
                Outcome::Done
            }
            Ok(false) => {
                counts.skipped += 1;
                Outcome::Skipped
            }
            Err(error) => {
                tracing::debug!(error = chain(&error), "settlement failed");
                counts.failed += 1;
                Outcome::Failed
            }
        };
        self.metrics.attempted(outcome);
        counts
    }
}
