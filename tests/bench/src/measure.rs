//! One cell of a table: a load, what came back, what it cost.

use std::sync::Arc;
use std::time::Duration;

use system::Result;
use system::system::Service;

use crate::client::Ask;
use crate::load::{Load, Outcome};
use crate::rig::{Rig, Used};

/// What a load came to.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What came back.
    pub outcome: Outcome,
    /// Processor time, where it can be told.
    pub used: Option<Used>,
}

/// How long is measured, and how long nobody looks before that.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Measured.
    pub measured: Duration,
    /// Before: connections, caches and threads come up.
    pub warm_up: Duration,
}

impl Span {
    /// So many seconds, after a quarter of that.
    pub fn seconds(measured: f64) -> Self {
        let measured = Duration::from_secs_f64(measured);
        Self { measured, warm_up: measured / 4 }
    }
}

impl Cell {
    /// Runs requests to one service.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub async fn measure(
        rig: &Rig,
        service: Service,
        asks: &Arc<[Ask]>,
        connections: usize,
        span: Span,
    ) -> Result<Self> {
        let load = |duration| Load {
            address: rig.address(service),
            asks: Arc::clone(asks),
            connections,
            duration,
            pause: Duration::ZERO,
        };
        load(span.warm_up).run().await?;
        rig.forget_logs();
        let before = rig.mark();
        let outcome = load(span.measured).run().await?;
        Ok(Self { outcome, used: rig.used(&before) })
    }

    fn each(&self, seconds: impl FnOnce(&Used) -> Option<f64>) -> Option<f64> {
        let used = seconds(self.used.as_ref()?)?;
        Some(used * 1e3 / self.outcome.requests().max(1) as f64)
    }

    /// Milliseconds of processor time that a request cost one service.
    pub fn cpu_of(&self, service: Service) -> Option<f64> {
        self.each(|used| Some(used.services[service as usize]))
    }

    /// The same of all three services.
    pub fn cpu_of_all(&self) -> Option<f64> {
        self.each(|used| Some(used.services.iter().sum()))
    }

    /// The same of the database.
    pub fn cpu_of_database(&self) -> Option<f64> {
        self.each(|used| used.database)
    }

    /// A quantile of the latency of what was served.
    pub fn latency_ms(&self, share: f64) -> Option<f64> {
        self.outcome.served.quantile_ms(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_time_divided_by_requests() {
        let mut outcome = Outcome { errors: 2, ..Outcome::default() };
        outcome.served.record(Duration::from_millis(1));
        outcome.refused.record(Duration::from_millis(1));
        let used = Used { services: [0.1, 0.2, 0.3], database: Some(0.4) };
        let cell = Cell { outcome, used: Some(used) };
        let near = |found: Option<f64>, expected: f64| {
            assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?}");
        };
        near(cell.cpu_of(Service::Product), 50.0);
        near(cell.cpu_of_all(), 150.0);
        near(cell.cpu_of_database(), 100.0);
        let cell = Cell { used: None, ..cell };
        assert_eq!(cell.cpu_of_all(), None);
    }
}
