//! `GET /metrics`.

use bytes::Bytes;
use poem::http::header;
use poem::{Endpoint, IntoResponse, Request, Response};
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

use super::{Metrics, ShedReason};
use crate::current::CurrentRequest;
use crate::error::ApiError;
use crate::http::connection::{ConnectionCounts, Origin};

/// The endpoint of the metrics. It takes no permit of the API's concurrency limit, so that an
/// overloaded service can be observed. Its responses count as memory held for the client.
pub(crate) struct MetricsEndpoint {
    metrics: Metrics,
    connections: ConnectionMetrics,
}

impl MetricsEndpoint {
    pub fn new(metrics: Metrics) -> Self {
        let connections = ConnectionMetrics::register(&metrics);
        Self { metrics, connections }
    }

    fn response(&self, origin: Option<&Origin>) -> Result<Response, ApiError> {
        if let Some(origin) = origin {
            if !origin.has_room() {
                CurrentRequest::count_shed(ShedReason::Memory);
                return Err(ApiError::unavailable("Too many unread responses"));
            }
            self.connections.update(origin.connection_counts());
        }
        let text = self.metrics.encode();
        let text = text.map_err(|error| ApiError::internal().with_source(error))?;
        Ok(Response::builder()
            .content_type(CONTENT_TYPE)
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .body(Bytes::from(text)))
    }
}

impl Endpoint for MetricsEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let outcome = self.response(request.data::<Origin>());
        Ok(outcome.unwrap_or_else(IntoResponse::into_response))
    }
}

/// What the table of connections counts. The endpoint learns of the table with each request,
/// because one application could be served by several listeners.
struct ConnectionMetrics {
    open: Gauge,
    accepted: Counter,
    evicted: Counter,
    rejected: Counter,
}

impl ConnectionMetrics {
    fn register(metrics: &Metrics) -> Self {
        let [accepted, evicted, rejected] = [(); 3].map(|()| Counter::default());
        let open = Gauge::default();
        metrics.register("http_server_open_connections", "Open connections", open.clone());
        let help = "Connections that were accepted";
        metrics.register("http_server_accepted_connections", help, accepted.clone());
        let help = "Connections that were closed to make room for others";
        metrics.register("http_server_evicted_connections", help, evicted.clone());
        let help = "Request heads that were malformed, too large or too slow";
        metrics.register("http_server_rejected_heads", help, rejected.clone());
        Self { open, accepted, evicted, rejected }
    }

    fn update(&self, counts: ConnectionCounts) {
        use std::sync::atomic::Ordering::Relaxed;
        self.open.set(i64::try_from(counts.open).unwrap_or(i64::MAX));
        self.accepted.inner().store(counts.accepted, Relaxed);
        self.evicted.inner().store(counts.evicted, Relaxed);
        self.rejected.inner().store(counts.rejected_heads, Relaxed);
    }
}
