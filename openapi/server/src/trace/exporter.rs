//! Exports spans over OTLP (http/protobuf), from a separate thread and a bounded queue: a collector
//! that is slow or down costs only spans, which are counted.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter as OtlpExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, Span, SpanData, SpanExporter,
    SpanProcessor,
};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::TRACER;
use super::options::TraceOptions;
use crate::description::ApiDescription;
use crate::limits::{MAX_QUEUED_SPANS, TRACE_FLUSH_TIMEOUT};
use crate::metrics::Metrics;

/// The exporter could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("setting up the export of traces failed")]
pub struct Error(#[from] ExporterBuildError);

/// Exports the last spans when it is dropped. Keep it until the process ends.
#[must_use = "spans that end after it is dropped are lost"]
pub struct ExportGuard(SdkTracerProvider);

impl Drop for ExportGuard {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(TRACE_FLUSH_TIMEOUT) {
            tracing::warn!(%error, "exporting the last spans failed");
        }
    }
}

/// Begins to export the spans of this process. Further calls change nothing.
///
/// # Errors
/// If the endpoint is not a URL.
pub fn init(description: &ApiDescription, options: TraceOptions) -> Result<ExportGuard, Error> {
    let TraceOptions { endpoint, sampler } = options;
    let url = format!("{}/v1/traces", endpoint.as_str());
    let otlp = OtlpExporter::builder().with_http().with_endpoint(url).build()?;
    let queue = Arc::new(Queue::default());
    let exporter = CountingExporter { inner: otlp, queue: Arc::clone(&queue) };
    let batches = BatchConfigBuilder::default().with_max_queue_size(MAX_QUEUED_SPANS).build();
    let inner = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(BoundedProcessor { inner, queue })
        .with_sampler(sampler)
        .with_resource(resource(description))
        .build();
    // A second tracer would send to another collector; the first one stays.
    let _ = TRACER.set(provider.tracer("openapi-server"));
    tracing::info!(endpoint = endpoint.as_str(), "exporting traces");
    Ok(ExportGuard(provider))
}

/// What spans are attributed to. Operators can add to it and rename the service by variables of the
/// SDK: `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`, which overrides the former.
fn resource(description: &ApiDescription) -> Resource {
    let resource = Resource::builder_empty()
        .with_service_name(description.name)
        .with_attribute(KeyValue::new("service.version", description.version))
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_detector(Box::new(EnvResourceDetector::new()));
    let name = std::env::var("OTEL_SERVICE_NAME").ok().filter(|name| !name.is_empty());
    match name {
        Some(name) => resource.with_service_name(name),
        None => resource,
    }
    .build()
}

/// Spans by what became of them. A process has one exporter.
static SPANS: LazyLock<Family<Labels, Counter>> = LazyLock::new(|| {
    let spans = Family::default();
    for outcome in [EXPORTED, FAILED, DROPPED] {
        // A counter that appears with its first event would show no increase.
        spans.get_or_create_owned(&Labels { outcome });
    }
    spans
});

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    outcome: &'static str,
}

const EXPORTED: &str = "exported";
/// The collector did not accept them.
const FAILED: &str = "failed";
/// The queue was full.
const DROPPED: &str = "dropped";

fn count(outcome: &'static str, spans: usize) {
    SPANS.get_or_create(&Labels { outcome }).inc_by(spans as u64);
}

pub(crate) fn register_metrics(metrics: &Metrics) {
    let help = "Recorded spans by what became of them";
    metrics.register("trace_spans", help, SPANS.clone());
}

/// The number of spans that have ended and are not being exported yet.
#[derive(Debug, Default)]
struct Queue(AtomicUsize);

/// Drops and counts spans when too many are queued, before the SDK's processor would do so without
/// counting.
#[derive(Debug)]
struct BoundedProcessor {
    inner: BatchSpanProcessor,
    queue: Arc<Queue>,
}

impl SpanProcessor for BoundedProcessor {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.inner.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.queue.0.fetch_add(1, Relaxed) < MAX_QUEUED_SPANS {
            self.inner.on_end(span);
        } else {
            self.queue.0.fetch_sub(1, Relaxed);
            count(DROPPED, 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

/// Counts what the collector accepts.
#[derive(Debug)]
struct CountingExporter {
    inner: OtlpExporter,
    queue: Arc<Queue>,
}

impl SpanExporter for CountingExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.queue.0.fetch_sub(spans, Relaxed);
        let result = self.inner.export(batch).await;
        match &result {
            Ok(()) => count(EXPORTED, spans),
            Err(error) => {
                count(FAILED, spans);
                tracing::warn!(%error, spans, "exporting spans failed");
            }
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
