//! Metrics of the queue for password hashes.

use openapi_server::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::Passwords;
use super::workers::Busy;

/// Attempts that got no turn, by reason.
#[derive(Debug, Clone)]
pub struct Rejections(Family<Labels, Counter>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    reason: &'static str,
}

const FULL: &str = "full";
const EVICTED: &str = "evicted";
const TIMEOUT: &str = "timeout";

impl Rejections {
    pub fn new() -> Self {
        let counters = Family::default();
        for reason in [FULL, EVICTED, TIMEOUT] {
            // A counter that appears with its first event would show no increase.
            counters.get_or_create_owned(&Labels { reason });
        }
        Self(counters)
    }

    pub fn count(&self, busy: Busy) {
        let reason = match busy {
            Busy::Full => FULL,
            Busy::Evicted => EVICTED,
            Busy::Timeout(_) => TIMEOUT,
        };
        self.0.get_or_create(&Labels { reason }).inc();
    }
}

impl Passwords {
    pub fn register_metrics(&self, metrics: &Metrics) {
        let workers = self.workers.clone();
        let waiting = move || workers.waiting() as f64;
        let help = "Requests that wait for their turn to hash a password";
        metrics.register_gauge("password_queue_waiting_requests", help, waiting);
        let workers = self.workers.clone();
        let idle = move || workers.idle() as f64;
        let help = "Password hashes that could be computed in addition to those in progress";
        metrics.register_gauge("password_queue_idle_workers", help, idle);
        let help = "Requests that were rejected or gave up before their turn to hash a password";
        metrics.register("password_queue_rejections", help, self.rejections.0.clone());
    }
}
