//! Values that are read when metrics are requested, so that keeping them up to date costs nothing.

use std::fmt;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

pub(super) struct Sampled<F> {
    metric_type: MetricType,
    read: F,
}

impl<F: Fn() -> f64> Sampled<F> {
    pub fn gauge(read: F) -> Self {
        Self { metric_type: MetricType::Gauge, read }
    }

    pub fn counter(read: F) -> Self {
        Self { metric_type: MetricType::Counter, read }
    }
}

impl<F: Fn() -> f64> EncodeMetric for Sampled<F> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let value = (self.read)();
        match self.metric_type {
            MetricType::Counter => encoder.encode_counter::<NoLabelSet, _, f64>(&value, None),
            _ => encoder.encode_gauge(&value),
        }
    }

    fn metric_type(&self) -> MetricType {
        self.metric_type
    }
}

/// Required of all metrics; the function has no useful representation.
impl<F> fmt::Debug for Sampled<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampled").field("metric_type", &self.metric_type).finish_non_exhaustive()
    }
}
