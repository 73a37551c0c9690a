//! Distributed traces: each request has a position in a trace, which the client's `traceparent`
//! continues or this service begins (W3C Trace Context). It appears in every log line and is passed
//! on to other services.
//!
//! Spans are recorded only if [`init`] has set up an exporter and the sampler selects the trace.
//! Otherwise a position costs two random numbers.

mod background;
mod context;
mod exporter;
mod options;
mod span;

use std::sync::OnceLock;

use opentelemetry_sdk::trace::SdkTracer;

pub use background::in_background;
pub(crate) use context::Position;
pub(crate) use exporter::register_metrics;
pub use exporter::{Error, ExportGuard, init};
pub use options::{CollectorUrl, TraceOptions, sampler};
pub(crate) use span::ServerSpan;
pub use span::{ClientSpan, DatabaseOperation};

/// Makes the spans of this process; not set without an exporter.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();
