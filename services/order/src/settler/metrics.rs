//! Metrics of the settler.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use openapi_server::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

#[derive(Debug)]
pub struct SettlerMetrics {
    attempts: Family<Labels, Counter>,
    due: Gauge,
    /// Since when the oldest order has been due, in seconds since the epoch; 0 if none is.
    due_since: Arc<AtomicI64>,
    strays: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    outcome: &'static str,
}

/// The outcome of an attempt to settle an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done,
    Failed,
    /// Claimed by another replica, or no longer due.
    Skipped,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Skipped];

    fn labels(self) -> Labels {
        let outcome = match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        };
        Labels { outcome }
    }
}

impl SettlerMetrics {
    pub fn new() -> Self {
        let attempts = Family::default();
        for outcome in Outcome::ALL {
            // A counter that appears with its first event would show no increase.
            attempts.get_or_create_owned(&outcome.labels());
        }
        let due_since = Arc::default();
        Self { attempts, due: Gauge::default(), due_since, strays: Counter::default() }
    }

    pub fn register(&self, metrics: &Metrics) {
        let Self { attempts, due, due_since, strays } = self;
        let help = "Attempts to settle an order";
        metrics.register("order_settlement_attempts", help, attempts.clone());
        let help = "Due orders that the last search has found; it stops at the size of a batch";
        metrics.register("order_settlement_due_orders", help, due.clone());
        let due_since = Arc::clone(due_since);
        let age = move || match due_since.load(Relaxed) {
            0 => 0.0,
            since => (seconds(SystemTime::now()) - since).max(0) as f64,
        };
        let help = "For how long the oldest due order has been due, in seconds";
        metrics.register_gauge("order_settlement_oldest_due_seconds", help, age);
        let help = "Reservations that the audit has released because no order claims them";
        metrics.register("order_settlement_stray_reservations", help, strays.clone());
    }

    /// Records the result of a search: how many orders are due, and the oldest one's time.
    pub fn found(&self, count: usize, oldest: Option<SystemTime>) {
        self.due.set(i64::try_from(count).unwrap_or(i64::MAX));
        self.due_since.store(oldest.map_or(0, seconds), Relaxed);
    }

    pub fn attempted(&self, outcome: Outcome) {
        self.attempts.get_or_create(&outcome.labels()).inc();
    }

    pub fn released_stray(&self) {
        self.strays.inc();
    }
}

fn seconds(time: SystemTime) -> i64 {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
