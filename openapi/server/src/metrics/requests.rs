//! The metrics of requests.

use std::sync::Arc;
use std::time::Duration;

use poem::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use super::{Metrics, duration_histogram};
use crate::known_method::known_method;

/// The metrics of a server's requests. Clones share their values.
#[derive(Debug, Clone)]
pub(crate) struct RequestMetrics {
    durations: Family<RequestLabels, Histogram>,
    active: Gauge,
    shed: Family<ShedLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    http_request_method: &'static str,
    /// Empty for paths that no route matches.
    http_route: Arc<str>,
    http_response_status_class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ShedLabels {
    reason: &'static str,
}

/// Why a request was rejected without being processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShedReason {
    /// Too many simultaneous requests.
    Concurrency,
    /// Too much memory is held for clients that do not send or read.
    Memory,
}

impl ShedReason {
    fn labels(self) -> ShedLabels {
        let reason = match self {
            Self::Concurrency => "concurrency",
            Self::Memory => "memory",
        };
        ShedLabels { reason }
    }
}

/// A request that is counted as active until this is dropped.
pub(crate) struct ActiveRequest<'a>(&'a Gauge);

impl RequestMetrics {
    pub fn register(metrics: &Metrics) -> Self {
        let this = Self {
            durations: Family::new_with_constructor(duration_histogram),
            active: Gauge::default(),
            shed: Family::default(),
        };
        let Self { durations, active, shed } = this.clone();
        let help = "Time from the head of a request to its response, in seconds";
        metrics.register("http_server_request_duration_seconds", help, durations);
        metrics.register("http_server_active_requests", "Requests without a response yet", active);
        let help = "Requests that were rejected because the service was overloaded";
        metrics.register("http_server_shed_requests", help, shed);
        for reason in [ShedReason::Concurrency, ShedReason::Memory] {
            // A counter that appears with its first event would show no increase.
            this.shed.get_or_create_owned(&reason.labels());
        }
        this
    }

    pub fn begin(&self) -> ActiveRequest<'_> {
        self.active.inc();
        ActiveRequest(&self.active)
    }

    pub fn observe(
        &self,
        method: &Method,
        route: Option<Arc<str>>,
        status: StatusCode,
        duration: Duration,
    ) {
        let labels = RequestLabels {
            http_request_method: known_method(method),
            http_route: route.unwrap_or_default(),
            http_response_status_class: status_class(status),
        };
        self.durations.get_or_create(&labels).observe(duration.as_secs_f64());
    }

    pub fn shed(&self, reason: ShedReason) {
        self.shed.get_or_create(&reason.labels()).inc();
    }
}

impl Drop for ActiveRequest<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_counted_by_class() {
        for (status, class) in
            [(100, "1xx"), (204, "2xx"), (304, "3xx"), (404, "4xx"), (503, "5xx"), (999, "5xx")]
        {
            assert_eq!(status_class(StatusCode::from_u16(status).unwrap()), class);
        }
    }
}
