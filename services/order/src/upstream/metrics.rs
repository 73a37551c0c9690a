//! Metrics of calls to other services.

use std::time::Duration;

use openapi_server::{Metrics, duration_histogram};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// The metrics of all calls. Clones share their values.
#[derive(Debug, Clone)]
pub struct CallMetrics {
    durations: Family<CallLabels, Histogram>,
    open_breakers: Family<BreakerLabels, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    upstream: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BreakerLabels {
    upstream: &'static str,
}

impl CallMetrics {
    pub fn new() -> Self {
        Self {
            durations: Family::new_with_constructor(duration_histogram),
            open_breakers: Family::default(),
        }
    }

    pub fn register(&self, metrics: &Metrics) {
        let help = "Time of a call including the wait for a permit, in seconds";
        metrics.register("upstream_call_duration_seconds", help, self.durations.clone());
        let help = "1 while the circuit breaker rejects calls or probes the service, else 0";
        metrics.register("upstream_circuit_breaker_open", help, self.open_breakers.clone());
    }

    pub fn observe(&self, upstream: &'static str, outcome: &'static str, duration: Duration) {
        let labels = CallLabels { upstream, outcome };
        self.durations.get_or_create(&labels).observe(duration.as_secs_f64());
    }

    pub fn set_breaker(&self, upstream: &'static str, is_open: bool) {
        self.open_breakers.get_or_create(&BreakerLabels { upstream }).set(is_open.into());
    }
}
