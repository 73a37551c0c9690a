//! Ordinary clients beside an attack: what they see is what the attack did.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::http::{Connection, RequestTemplate};

/// How long a bystander pauses between its requests.
const PAUSE: Duration = Duration::from_millis(20);

/// What bystanders saw.
#[derive(Debug, Default, Serialize)]
pub struct Observed {
    /// Requests that were sent.
    pub requests: usize,
    /// Requests that were not answered with a success.
    pub errors: usize,
    /// The first of them.
    pub first_error: Option<String>,
    /// Half of the answers took no longer, in milliseconds.
    pub p50_ms: Option<f64>,
    /// 99 of 100 answers took no longer, in milliseconds. An error counts with
    /// the time until it was noticed.
    pub p99_ms: Option<f64>,
}

/// Clients that are about to ask.
#[derive(Default)]
pub struct Bystanders(Vec<Bystander>);

struct Bystander {
    address: SocketAddr,
    request: RequestTemplate,
    kept: bool,
}

impl Bystanders {
    /// Adds a client that keeps its connection.
    pub fn kept(mut self, address: SocketAddr, request: RequestTemplate) -> Self {
        self.0.push(Bystander { address, request, kept: true });
        self
    }

    /// Adds a client that connects for each request.
    pub fn fresh(mut self, address: SocketAddr, request: RequestTemplate) -> Self {
        self.0.push(Bystander { address, request, kept: false });
        self
    }

    /// Lets them ask until [`Observing::finish`], from a thread of their own,
    /// so that nothing but the service makes them wait.
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

/// Clients that ask.
pub struct Observing {
    stop: Arc<AtomicBool>,
    thread: tokio::task::JoinHandle<Result<Observed>>,
}

impl Observing {
    /// Lets each finish its last request.
    pub async fn finish(mut self) -> Result<Observed> {
        self.stop.store(true, Ordering::Relaxed);
        (&mut self.thread).await.context("the bystanders")?
    }
}

impl Drop for Observing {
    /// An attack that is given up leaves nothing behind.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

async fn observe(bystanders: Vec<Bystander>, stop: &Arc<AtomicBool>) -> Observed {
    let mut clients = JoinSet::new();
    for bystander in bystanders {
        clients.spawn(bystander.ask_until(Arc::clone(stop)));
    }
    let (mut times, mut errors) = (Vec::new(), Vec::new());
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
    async fn ask_until(self, stop: Arc<AtomicBool>) -> Vec<Outcome> {
        let (mut outcomes, mut connection) = (Vec::new(), None);
        while !stop.load(Ordering::Relaxed) {
            let begin = Instant::now();
            let outcome = self.ask(&mut connection).await;
            outcomes.push((begin.elapsed(), outcome));
            sleep(PAUSE).await;
        }
        outcomes
    }

    async fn ask(&self, kept: &mut Option<Connection>) -> Result<()> {
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        let answer = connection.send(&self.request).await?;
        if self.kept && !answer.closes() {
            *kept = Some(connection);
        }
        ensure!(answer.status.is_success(), "{}", answer.status);
        Ok(())
    }
}

/// In milliseconds, of times that are sorted; none of none.
fn quantile(times: &[Duration], share: f64) -> Option<f64> {
    let rank = (times.len() as f64 * share).ceil() as usize;
    times.get(rank.saturating_sub(1)).map(|time| time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_time_that_was_measured() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(quantile(&times, 0.5), Some(100.0));
        assert_eq!(quantile(&times, 0.99), Some(198.0));
        assert_eq!(quantile(&times[..1], 0.99), Some(1.0));
        assert_eq!(quantile(&[], 0.99), None);
    }
}
