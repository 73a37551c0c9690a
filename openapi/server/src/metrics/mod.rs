//! Metrics, served at `GET /metrics` in Prometheus' text format.
//!
//! This crate measures what every service has: requests, connections, dropped log lines and the
//! process. A service registers its own metrics with [`Metrics`]. Names follow OpenTelemetry's
//! semantic conventions where these define one, and Prometheus' elsewhere.
//!
//! The number of series is bounded: labels take values from the spec (routes), from the code or
//! from a fixed list (methods, classes of statuses), never from a request.

mod endpoint;
mod process;
mod requests;
mod sampled;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use crate::description::ApiDescription;
pub(crate) use endpoint::MetricsEndpoint;
pub(crate) use requests::{RequestMetrics, ShedReason};
use sampled::Sampled;

/// The buckets of a histogram of durations, in seconds: those that OpenTelemetry advises for HTTP
/// requests.
const DURATION_BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// A histogram of durations in seconds.
pub fn duration_histogram() -> Histogram {
    Histogram::new(DURATION_BUCKETS)
}

/// The metrics of a service. Clones share their content.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Mutex<Registry>>);

impl Metrics {
    /// The metrics that every service has.
    pub(crate) fn of_service(description: &ApiDescription) -> Self {
        // Every series names the service, so that rules need not rely on how it is discovered.
        let service = (Cow::from("service"), Cow::from(description.name));
        let registry = Registry::with_labels(std::iter::once(service));
        let metrics = Self(Arc::new(Mutex::new(registry)));
        let info = Family::<[(&str, &str); 1], Gauge>::default();
        info.get_or_create(&[("version", description.version)]).set(1);
        metrics.register("build_info", "The running program; always 1", info);
        process::register(&metrics);
        metrics
    }

    /// Adds a metric of the crate `prometheus-client`. `help` is one sentence without a full stop;
    /// names of counters omit the suffix `_total`.
    pub fn register(&self, name: &str, help: &str, metric: impl Metric) {
        self.lock().register(name, help, metric);
    }

    /// Adds a gauge that is read when the metrics are requested.
    pub fn register_gauge(
        &self,
        name: &str,
        help: &str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.register(name, help, Sampled::gauge(read));
    }

    /// Adds a counter that is read when the metrics are requested. Its name omits the suffix
    /// `_total`.
    pub fn register_counter(
        &self,
        name: &str,
        help: &str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.register(name, help, Sampled::counter(read));
    }

    /// The metrics as text.
    fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.lock())?;
        Ok(text)
    }

    /// No panic can leave the registry inconsistent, so poisoning is ignored.
    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
