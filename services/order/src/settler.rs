//! Brings the product service up to date with what has been decided about orders: gives back what
//! abandoned and cancelled orders hold, and removes the holds of completed ones.
//!
//! An order's document says what is due until it is done, and every step can be repeated. So
//! whoever decides something tries to carry it out immediately, and if that fails, or the process
//! ends, the settler of any replica does it later: `batch` looks for due orders, and `audit` for
//! what is held although no order asks for it.

mod audit;
mod batch;
mod metrics;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use openapi_server::trace::in_background;
use openapi_server::{Metrics, Shutdown};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::debug::{audit_age, fail_point};
use crate::error::Error;
use crate::id::Id;
use crate::limits::{AUDIT_INTERVAL, SETTLE_INTERVAL, SETTLE_PATIENCE};
use crate::record::Work;
use crate::rules::settlement::{Settlement, Task};
use crate::store::Store;
use crate::upstream::Upstream;
use metrics::SettlerMetrics;

pub struct Settler {
    store: Arc<Store>,
    upstream: Arc<Upstream>,
    /// Something may be due.
    wake: Notify,
    metrics: SettlerMetrics,
}

impl Settler {
    pub fn new(store: Arc<Store>, upstream: Arc<Upstream>) -> Self {
        Self { store, upstream, wake: Notify::new(), metrics: SettlerMetrics::new() }
    }

    /// Registers the metrics of the settler and of the calls that it shares with requests.
    pub fn register_metrics(&self, metrics: &Metrics) {
        self.metrics.register(metrics);
        self.upstream.register_metrics(metrics);
    }

    /// Works until `shutdown`. What is interrupted then is done later, here or by another replica.
    pub async fn run(&self, shutdown: Shutdown) {
        tokio::select! {
            () = self.work() => {}
            () = shutdown.cancelled() => {}
        }
    }

    async fn work(&self) {
        let audit_interval = audit_age().unwrap_or(AUDIT_INTERVAL);
        let mut next_audit = Instant::now() + with_jitter(audit_interval);
        loop {
            tokio::select! {
                () = self.wake.notified() => {}
                () = sleep(with_jitter(SETTLE_INTERVAL)) => {}
            }
            self.settle_due_orders().await;
            if Instant::now() >= next_audit {
                in_background("audit reservations", self.audit().boxed()).await;
                next_audit = Instant::now() + with_jitter(audit_interval);
            }
        }
    }

    /// Carries out what is due for an order, and records that. The order stays due if it fails.
    pub async fn carry_out(&self, work: &Work, deadline: Instant) -> Result<(), Error> {
        let Work { id, task } = work;
        match task {
            Task::Abandon => {
                if self.store.abandon(*id, SETTLE_PATIENCE, deadline).await? {
                    fail_point("order abandoned by the settler");
                    self.remove_abandoned(*id, deadline).await?;
                }
            }
            Task::Remove => self.remove_abandoned(*id, deadline).await?,
            Task::Release => {
                self.upstream.release(*id, deadline).await?;
                fail_point("cancelled order released");
                self.store.finish_settlement(*id, Settlement::Release, deadline).await?;
            }
            Task::Fulfil(holds) => {
                self.upstream.fulfil(*id, holds, deadline).await?;
                fail_point("completed order fulfilled");
                self.store.finish_settlement(*id, Settlement::Fulfil, deadline).await?;
            }
            Task::Nothing => {}
        }
        Ok(())
    }

    /// Gives back what an abandoned order holds, then deletes it.
    pub async fn remove_abandoned(&self, id: Id, deadline: Instant) -> Result<(), Error> {
        self.upstream.release(id, deadline).await?;
        fail_point("abandoned order released");
        self.store.remove_abandoned(id, deadline).await
    }

    /// Leaves a step that failed to the settler, which finds it in the order's document.
    pub fn leave_failure(&self, id: Id, result: Result<(), Error>) {
        if let Err(error) = result {
            // No separate warning: the settler reports what remains due.
            tracing::debug!(order = %id, error = openapi_server::chain(&error), "left to settler");
            self.wake.notify_one();
        }
    }
}

/// Half to one and a half times `interval`.
fn with_jitter(interval: Duration) -> Duration {
    interval.mul_f64(0.5 + fastrand::f64())
}
