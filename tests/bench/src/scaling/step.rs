//! Options of the measurement, and its unit.

use std::time::Duration;

use serde::Serialize;

pub struct Options {
    /// Whether to measure with a million products.
    pub all_sizes: bool,
    /// The time for which memory is observed.
    pub memory: Duration,
    /// Seconds per measurement.
    pub seconds: f64,
}

/// One point of a series.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The value on the x axis.
    pub size: u64,
    /// The page of the list; 0 for other requests.
    pub page: u64,
    /// The number of served requests.
    pub requests: u64,
    pub per_second: f64,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// The number of requests that were not served.
    pub errors: u64,
    /// Milliseconds of processor time per request: of the product service for lists, without its
    /// idle load; of all three services for other requests.
    pub services_cpu_ms: Option<f64>,
    /// Milliseconds of processor time of the database per request.
    pub database_cpu_ms: Option<f64>,
}
