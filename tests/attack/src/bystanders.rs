//! Ordinary clients during an attack, who observe its effect.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::http::{Connection, RequestTemplate};

/// The pause of a bystander between requests.
const PAUSE: Duration = Duration::from_millis(20);

#[derive(Debug, Default, Serialize)]
pub struct Observed {
    pub requests: usize,
    /// The number of requests without a successful response.
    pub errors: usize,
    pub first_error: Option<String>,
    pub p50_ms: Option<f64>,
    /// Includes errors, with the time until they occurred.
    pub p99_ms: Option<f64>,
}

/// Clients that have not started yet.
#[derive(Default)]
pub struct Bystanders(Vec<Bystander>);

struct Bystander {
    address: SocketAddr,
    request: RequestTemplate,
    keep_alive: bool,
}

impl Bystanders {
    /// Adds a client with a persistent connection.
    pub fn kept(mut self, address: SocketAddr, request: RequestTemplate) -> Self {
        self.0.push(Bystander { address, request, keep_alive: true });
        self
    }

    /// Adds a client that connects for each request.
    pub fn fresh(mut self, address: SocketAddr, request: RequestTemplate) -> Self {
        self.0.push(Bystander { address, request, keep_alive: false });
        self
    }

    /// Sends requests until [`Observing::finish`], in a separate thread, so that only the service
    /// can delay the clients.
    pub fn start(self) -> Observing {
        let stop = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&stop);
        let thread = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            Ok(runtime.block_on(observe(self.0, &shared)))
        });
        Observing { stop, thread }
    }
}

/// Clients that send requests.
pub struct Observing {
    stop: Arc<AtomicBool>,
    thread: tokio::task::JoinHandle<Result<Observed>>,
}

impl Observing {
    /// Stops the clients after their current requests.
    pub async fn finish(mut self) -> Result<Observed> {
        self.stop.store(true, Ordering::Relaxed);
        (&mut self.thread).await.context("the bystanders panicked")?
    }
}

impl Drop for Observing {
    /// Stops the clients of an attack that failed.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

async fn observe(bystanders: Vec<Bystander>, stop: &Arc<AtomicBool>) -> Observed {
    let mut clients = JoinSet::new();
    for bystander in bystanders {
        clients.spawn(bystander.send_until(Arc::clone(stop)));
    }
    let mut times = Vec::new();
    let mut errors = Vec::new();
    while let Some(outcomes) = clients.join_next().await {
        for (took, outcome) in outcomes.unwrap_or_default() {
            times.push(took);
            errors.extend(outcome.err());
        }
    }
    times.sort();
    Observed {
        requests: times.len(),
        errors: errors.len(),
        first_error: errors.first().map(|error| format!("{error:#}")),
        p50_ms: quantile(&times, 0.50),
        p99_ms: quantile(&times, 0.99),
    }
}

type Outcome = (Duration, Result<()>);

impl Bystander {
    async fn send_until(self, stop: Arc<AtomicBool>) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut connection = None;
        while !stop.load(Ordering::Relaxed) {
            let begin = Instant::now();
            let outcome = self.send(&mut connection).await;
            outcomes.push((begin.elapsed(), outcome));
            sleep(PAUSE).await;
        }
        outcomes
    }

    async fn send(&self, kept: &mut Option<Connection>) -> Result<()> {
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        let response = connection.send(&self.request).await?;
        if self.keep_alive && !response.closes() {
            *kept = Some(connection);
        }
        ensure!(response.status.is_success(), "{}", response.status);
        Ok(())
    }
}

/// A quantile of sorted times, in milliseconds.
fn quantile(times: &[Duration], share: f64) -> Option<f64> {
    let rank = (times.len() as f64 * share).ceil() as usize;
    times.get(rank.saturating_sub(1)).map(|time| time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_measured_times() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(quantile(&times, 0.5), Some(100.0));
        assert_eq!(quantile(&times, 0.99), Some(198.0));
        assert_eq!(quantile(&times[..1], 0.99), Some(1.0));
        assert_eq!(quantile(&[], 0.99), None);
    }
}
