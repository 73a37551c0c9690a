//! Metrics of the database: durations of operations, and the use of the connection pool.
//!
//! There is one set for the process, since a process has one database.

use std::sync::{LazyLock, OnceLock};

use mongodb::event::EventHandler;
use mongodb::event::cmap::{CmapEvent, ConnectionCheckoutFailedReason};
use openapi_server::Metrics;
use openapi_server::trace::{ClientSpan, DatabaseOperation};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use tokio::time::Instant;

use super::error::Error;

/// The buckets that OpenTelemetry advises for database operations, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

static DURATIONS: LazyLock<Family<Labels, Histogram>> =
    LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(BUCKETS)));

static POOL: LazyLock<Pool> = LazyLock::new(Pool::default);

/// The name of the database, for traces.
static NAMESPACE: OnceLock<String> = OnceLock::new();

/// An operation of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The name of the command.
    pub name: &'static str,
    /// Empty for commands without a collection.
    pub collection: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    db_operation_name: &'static str,
    db_collection_name: &'static str,
    /// Empty if the operation succeeded.
    error_type: &'static str,
}

/// An operation in progress. It is not recorded if it is dropped before its end.
pub struct Measurement {
    operation: Operation,
    start: Instant,
    /// Boxed because it is rare, and part of every future of an operation.
    span: Option<Box<ClientSpan>>,
}

impl Operation {
    /// Begins the span of the operation, if the request is recorded.
    pub fn begin(self) -> Measurement {
        let Self { name, collection } = self;
        let namespace = NAMESPACE.get().map_or("", String::as_str);
        let operation = DatabaseOperation { system: "mongodb", namespace, name, collection };
        let span = ClientSpan::of_operation(operation);
        Measurement { operation: self, start: Instant::now(), span: span.map(Box::new) }
    }
}

impl Measurement {
    /// Records duration and result.
    pub fn finish<T>(mut self, result: &Result<T, Error>) {
        let Operation { name, collection } = self.operation;
        let error_type = result.as_ref().err().map(error_type);
        if let (Some(span), Some(error_type)) = (&mut self.span, error_type) {
            span.set_error(error_type);
        }
        let labels = Labels {
            db_operation_name: name,
            db_collection_name: collection,
            error_type: error_type.unwrap_or_default(),
        };
        DURATIONS.get_or_create(&labels).observe(self.start.elapsed().as_secs_f64());
    }
}

fn error_type(error: &Error) -> &'static str {
    match error {
        Error::Unavailable(_) => "unavailable",
        Error::Timeout(_) => "timeout",
        Error::Busy => "busy",
        Error::OutcomeUnknown { .. } => "outcome_unknown",
        Error::Unreadable { .. } => "unreadable",
        Error::Failed(_) if error.is_duplicate_key() => "duplicate_key",
        Error::Failed(_) => "failed",
    }
}

/// The connections to the database.
#[derive(Debug, Default)]
struct Pool {
    open: Gauge,
    used: Gauge,
    waiting: Gauge,
    timeouts: Counter,
}

impl Pool {
    fn update(&self, event: &CmapEvent) {
        match event {
            CmapEvent::ConnectionCreated(_) => self.open.inc(),
            CmapEvent::ConnectionClosed(_) => self.open.dec(),
            CmapEvent::ConnectionCheckoutStarted(_) => self.waiting.inc(),
            CmapEvent::ConnectionCheckedOut(_) => {
                self.waiting.dec();
                self.used.inc()
            }
            CmapEvent::ConnectionCheckedIn(_) => self.used.dec(),
            CmapEvent::ConnectionCheckoutFailed(failed) => {
                if matches!(failed.reason, ConnectionCheckoutFailedReason::Timeout) {
                    self.timeouts.inc();
                }
                self.waiting.dec()
            }
            _ => 0,
        };
    }
}

/// Names the database in traces. The first name stays.
pub fn set_namespace(name: &str) {
    NAMESPACE.get_or_init(|| name.to_owned());
}

/// Keeps the metrics of the pool up to date.
pub fn pool_observer() -> EventHandler<CmapEvent> {
    EventHandler::callback(|event| POOL.update(&event))
}

pub fn register_metrics(metrics: &Metrics) {
    let help = "Time of an operation with all of its round trips, in seconds";
    metrics.register("db_client_operation_duration_seconds", help, DURATIONS.clone());
    let Pool { open, used, waiting, timeouts } = &*POOL;
    let help = "Open connections to the database";
    metrics.register("db_client_open_connections", help, open.clone());
    let help = "Connections to the database that an operation is using";
    metrics.register("db_client_used_connections", help, used.clone());
    let help = "Operations that are waiting for a connection";
    metrics.register("db_client_pending_requests", help, waiting.clone());
    let help = "Operations that waited too long for a connection";
    metrics.register("db_client_connection_timeouts", help, timeouts.clone());
}
