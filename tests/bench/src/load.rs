//! A load in a closed loop: so many connections, each asking one thing after
//! the other until the time is over.
//!
//! It is written here, on hyper's client connection, because nothing ready
//! made does all that is needed: several loads at once in one thread, many
//! different bodies, latencies apart by answer (a quick 503 must not make
//! the served requests look fast), and a last request that is waited for, so
//! that processor time divided by requests is exact.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use hyper::header::RETRY_AFTER;
use system::Result;

use crate::client::{Ask, Connection};
use crate::latency::Latency;

/// Longer than a service lets anything take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long a connection that broke waits before it is made anew.
const BROKEN_PAUSE: Duration = Duration::from_millis(50);

/// What is asked, by how many, for how long.
#[derive(Debug, Clone)]
pub struct Load {
    /// Who is asked.
    pub address: SocketAddr,
    /// One of these at a time, at random.
    pub asks: Arc<[Ask]>,
    /// Connections, and so requests at once.
    pub connections: usize,
    /// No request begins later.
    pub duration: Duration,
    /// How long a connection waits after a 503.
    pub pause: Duration,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// From the first request's beginning to the last one's end.
    pub seconds: f64,
    /// Answers with 2xx.
    pub served: Latency,
    /// Answers with 503.
    pub refused: Latency,
    /// Answers with 503 that do not say when to try again.
    pub without_retry_after: u64,
    /// Other answers, and requests without any.
    pub errors: u64,
}

impl Outcome {
    /// Requests that got an answer, whichever.
    pub fn requests(&self) -> u64 {
        self.served.count() + self.refused.count() + self.errors
    }

    /// Requests served in a second.
    pub fn per_second(&self) -> f64 {
        self.served.count() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    /// The share of requests that was refused with 503.
    pub fn refused_share(&self) -> f64 {
        self.refused.count() as f64 / self.requests().max(1) as f64
    }

    /// Adds another run of the same load.
    pub fn add(&mut self, other: &Self) {
        self.seconds += other.seconds;
        self.served.add(&other.served);
        self.refused.add(&other.refused);
        self.without_retry_after += other.without_retry_after;
        self.errors += other.errors;
    }

    fn note(&mut self, status: Option<StatusCode>, retry_after: bool, took: Duration) {
        match status {
            Some(status) if status.is_success() => self.served.record(took),
            Some(StatusCode::SERVICE_UNAVAILABLE) => {
                self.refused.record(took);
                self.without_retry_after += u64::from(!retry_after);
            }
            Some(_) | None => self.errors += 1,
        }
    }
}

/// A load whose connections are there.
pub struct Ready {
    load: Load,
    connections: Vec<Connection>,
}

impl Ready {
    /// Runs it to its end.
    pub async fn run(self) -> Outcome {
        let Self { load, connections } = self;
        let outcome = Arc::new(Mutex::new(Outcome::default()));
        let (begin, mut workers) = (Instant::now(), tokio::task::JoinSet::new());
        for (number, connection) in connections.into_iter().enumerate() {
            let (load, outcome) = (load.clone(), Arc::clone(&outcome));
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
    /// Makes the connections.
    ///
    /// # Errors
    /// If that fails.
    pub async fn connect(self) -> Result<Ready> {
        let mut connections = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            connections.push(Connection::open(self.address).await?);
        }
        Ok(Ready { load: self, connections })
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// If the connections cannot be made.
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
        // The same requests each time, and other ones on each connection.
        let mut random = fastrand::Rng::with_seed(seed);
        while begin.elapsed() < self.duration {
            let ask = &self.asks[random.usize(..self.asks.len())];
            let status = ask_once(&mut connection, ask, &outcome).await;
            if status.is_none() {
                tokio::time::sleep(BROKEN_PAUSE).await;
                // If it fails, the next request fails and is counted.
                if let Ok(fresh) = Connection::open(self.address).await {
                    connection = fresh;
                }
            } else if status == Some(StatusCode::SERVICE_UNAVAILABLE) && !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
    }
}

/// Sends one request and notes what came back: its status, if anything did.
async fn ask_once(
    connection: &mut Connection,
    ask: &Ask,
    outcome: &Mutex<Outcome>,
) -> Option<StatusCode> {
    let begin = Instant::now();
    let answer = tokio::time::timeout(TIMEOUT, connection.send(ask)).await;
    let took = begin.elapsed();
    let (status, retry_after) = match &answer {
        Ok(Ok(answer)) => (Some(answer.status), answer.headers.contains_key(RETRY_AFTER)),
        Ok(Err(_)) | Err(_) => (None, false),
    };
    outcome.lock().unwrap_or_else(PoisonError::into_inner).note(status, retry_after, took);
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_kind() {
        let mut outcome = Outcome { seconds: 2.0, ..Outcome::default() };
        let took = Duration::from_millis(1);
        outcome.note(Some(StatusCode::OK), false, took);
        outcome.note(Some(StatusCode::CREATED), false, took);
        outcome.note(Some(StatusCode::SERVICE_UNAVAILABLE), true, took);
        outcome.note(Some(StatusCode::SERVICE_UNAVAILABLE), false, took);
        outcome.note(Some(StatusCode::NOT_FOUND), false, took);
        outcome.note(None, false, took);
        assert_eq!((outcome.served.count(), outcome.refused.count()), (2, 2));
        assert_eq!((outcome.errors, outcome.without_retry_after), (2, 1));
        assert!((outcome.per_second() - 1.0).abs() < 1e-9);
        assert!((outcome.refused_share() - 2.0 / 6.0).abs() < 1e-9);
        let other = outcome.clone();
        outcome.add(&other);
        assert_eq!((outcome.requests(), outcome.errors), (12, 4));
        assert!((outcome.per_second() - 1.0).abs() < 1e-9);
    }
}
