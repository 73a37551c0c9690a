//! One measurement of a table: a load, what came back, what it cost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use system::services::Service;

use crate::client::RequestTemplate;
use crate::load::{Load, Outcome};
use crate::test_bed::{CpuUsage, TestBed};

#[derive(Debug, Clone)]
pub struct Measurement {
    pub outcome: Outcome,
    /// The processor time, on Linux.
    pub cpu: Option<CpuUsage>,
}

#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub measured: Duration,
    /// The time before the measurement, in which connections, caches and threads are set up.
    pub warm_up: Duration,
}

impl Span {
    /// A span with a warm-up of a quarter of its seconds.
    pub fn seconds(measured: f64) -> Self {
        let measured = Duration::from_secs_f64(measured);
        Self { measured, warm_up: measured / 4 }
    }
}

impl Measurement {
    /// Sends requests to a service.
    pub async fn measure(
        bed: &TestBed,
        address: SocketAddr,
        requests: &Arc<[RequestTemplate]>,
        connections: usize,
        span: Span,
    ) -> Result<Self> {
        let load = |duration| Load {
            address,
            requests: Arc::clone(requests),
            connections,
            duration,
            pause: Duration::ZERO,
        };
        load(span.warm_up).run().await?;
        bed.truncate_logs();
        let before = bed.cpu_snapshot();
        let outcome = load(span.measured).run().await?;
        Ok(Self { outcome, cpu: bed.cpu_usage(&before) })
    }

    fn per_request(&self, seconds: impl FnOnce(&CpuUsage) -> Option<f64>) -> Option<f64> {
        let used = seconds(self.cpu.as_ref()?)?;
        Some(used * 1e3 / self.outcome.requests().max(1) as f64)
    }

    /// Milliseconds of processor time of one service per request.
    pub fn cpu_of(&self, service: Service) -> Option<f64> {
        self.per_request(|used| Some(used.services[service as usize]))
    }

    /// Milliseconds of processor time of all services per request.
    pub fn cpu_of_all(&self) -> Option<f64> {
        self.per_request(|used| Some(used.services.iter().sum()))
    }

    /// Milliseconds of processor time of the database per request.
    pub fn cpu_of_database(&self) -> Option<f64> {
        self.per_request(|used| used.database)
    }

    /// A quantile of the latency of served requests.
    pub fn latency_ms(&self, share: f64) -> Option<f64> {
        self.outcome.served.quantile_ms(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_is_processor_time_per_request() {
        let mut outcome = Outcome { errors: 2, ..Outcome::default() };
        outcome.served.record(Duration::from_millis(1));
        outcome.rejected.record(Duration::from_millis(1));
        let used = CpuUsage { services: [0.1, 0.2, 0.3], database: Some(0.4) };
        let measurement = Measurement { outcome, cpu: Some(used) };
        let near = |found: Option<f64>, expected: f64| {
            assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?}");
        };
        near(measurement.cpu_of(Service::Product), 50.0);
        near(measurement.cpu_of_all(), 150.0);
        near(measurement.cpu_of_database(), 100.0);
        let measurement = Measurement { cpu: None, ..measurement };
        assert_eq!(measurement.cpu_of_all(), None);
    }
}
