//! A closed-loop load generator: each connection sends one request after the other until the time
//! is over.
//!
//! It is written on hyper's client connection because no existing generator meets all needs:
//! several simultaneous loads in one thread, many different bodies, separate latencies for each
//! kind of response (a fast 503 must not make the served requests look fast), and waiting for the
//! last responses, so that processor time divided by requests is exact.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use hyper::StatusCode;
use hyper::header::RETRY_AFTER;

use crate::client::{Connection, RequestTemplate};
use crate::latency::Latency;

/// Longer than any timeout of the services.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The pause before a broken connection is replaced.
const BROKEN_PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug, Clone)]
pub struct Load {
    pub address: SocketAddr,
    /// The requests, chosen at random.
    pub requests: Arc<[RequestTemplate]>,
    /// The number of connections, which is that of concurrent requests.
    pub connections: usize,
    /// The time after which no request begins.
    pub duration: Duration,
    /// The pause of a connection after a 503.
    pub pause: Duration,
}

/// The responses to a load.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The time from the beginning of the first request to the end of the last one.
    pub seconds: f64,
    /// The latencies of responses with 2xx.
    pub served: Latency,
    /// The latencies of responses with 503.
    pub rejected: Latency,
    /// The number of responses with 503 that lack `Retry-After`.
    pub without_retry_after: u64,
    /// The number of other responses, and of requests without one.
    pub errors: u64,
}

impl Outcome {
    /// Requests that got any response.
    pub fn requests(&self) -> u64 {
        self.served.count() + self.rejected.count() + self.errors
    }

    /// The number of served requests per second.
    pub fn per_second(&self) -> f64 {
        self.served.count() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    /// The share of requests that were rejected with 503.
    pub fn rejected_share(&self) -> f64 {
        self.rejected.count() as f64 / self.requests().max(1) as f64
    }

    /// Adds the outcome of another run of the same load.
    pub fn add(&mut self, other: &Self) {
        self.seconds += other.seconds;
        self.served.add(&other.served);
        self.rejected.add(&other.rejected);
        self.without_retry_after += other.without_retry_after;
        self.errors += other.errors;
    }

    fn record(&mut self, status: Option<StatusCode>, retry_after: bool, took: Duration) {
        match status {
            Some(status) if status.is_success() => self.served.record(took),
            Some(status) if is_rejection(status) => {
                self.rejected.record(took);
                self.without_retry_after += u64::from(!retry_after);
            }
            Some(_) | None => self.errors += 1,
        }
    }
}

/// A load with open connections.
pub struct ConnectedLoad {
    load: Load,
    connections: Vec<Connection>,
}

impl ConnectedLoad {
    pub async fn run(self) -> Outcome {
        let Self { load, connections } = self;
        let outcome = Arc::new(Mutex::new(Outcome::default()));
        let begin = Instant::now();
        let mut workers = tokio::task::JoinSet::new();
        for (number, connection) in connections.into_iter().enumerate() {
            let load = load.clone();
            let outcome = Arc::clone(&outcome);
            workers.spawn(load.work(connection, number as u64, begin, outcome));
        }
        while workers.join_next().await.is_some() {}
        let mut outcome =
            std::mem::take(&mut *outcome.lock().unwrap_or_else(PoisonError::into_inner));
        outcome.seconds = begin.elapsed().as_secs_f64();
        outcome
    }
}

impl Load {
    /// Opens the connections.
    pub async fn connect(self) -> Result<ConnectedLoad> {
        let mut connections = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            connections.push(Connection::open(self.address).await?);
        }
        Ok(ConnectedLoad { load: self, connections })
    }

    pub async fn run(&self) -> Result<Outcome> {
        Ok(self.clone().connect().await?.run().await)
    }

    async fn work(
        self,
        mut connection: Connection,
        seed: u64,
        begin: Instant,
        outcome: Arc<Mutex<Outcome>>,
    ) {
        // Each connection sends a different sequence, which is the same in each run.
        let mut random = fastrand::Rng::with_seed(seed);
        while begin.elapsed() < self.duration {
            let request = &self.requests[random.usize(..self.requests.len())];
            let status = send_once(&mut connection, request, &outcome).await;
            if status.is_none() {
                tokio::time::sleep(BROKEN_PAUSE).await;
                // If this fails, the next request fails too and is counted.
                if let Ok(fresh) = Connection::open(self.address).await {
                    connection = fresh;
                }
            } else if status.is_some_and(is_rejection) && !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
    }
}

/// Whether the client is asked to try again later: under overload, or because too many log-ins to
/// one account are in progress.
fn is_rejection(status: StatusCode) -> bool {
    [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&status)
}

/// Sends a request and records the response; returns its status.
async fn send_once(
    connection: &mut Connection,
    request: &RequestTemplate,
    outcome: &Mutex<Outcome>,
) -> Option<StatusCode> {
    let begin = Instant::now();
    let response = tokio::time::timeout(TIMEOUT, connection.send(request)).await;
    let took = begin.elapsed();
    let (status, retry_after) = match &response {
        Ok(Ok(response)) => (Some(response.status), response.headers.contains_key(RETRY_AFTER)),
        Ok(Err(_)) | Err(_) => (None, false),
    };
    outcome.lock().unwrap_or_else(PoisonError::into_inner).record(status, retry_after, took);
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_counted_by_kind() {
        let mut outcome = Outcome { seconds: 2.0, ..Outcome::default() };
        let took = Duration::from_millis(1);
        outcome.record(Some(StatusCode::OK), false, took);
        outcome.record(Some(StatusCode::CREATED), false, took);
        outcome.record(Some(StatusCode::SERVICE_UNAVAILABLE), true, took);
        outcome.record(Some(StatusCode::SERVICE_UNAVAILABLE), false, took);
        outcome.record(Some(StatusCode::NOT_FOUND), false, took);
        outcome.record(None, false, took);
        assert_eq!((outcome.served.count(), outcome.rejected.count()), (2, 2));
        assert_eq!((outcome.errors, outcome.without_retry_after), (2, 1));
        assert!((outcome.per_second() - 1.0).abs() < 1e-9);
        assert!((outcome.rejected_share() - 2.0 / 6.0).abs() < 1e-9);
        let other = outcome.clone();
        outcome.add(&other);
        assert_eq!((outcome.requests(), outcome.errors), (12, 4));
        assert!((outcome.per_second() - 1.0).abs() < 1e-9);
    }
}
