//! A circuit breaker: pauses calls to a service that keeps failing, and probes it from time to
//! time.
//!
//! - **closed**: calls go through. It opens after [`BREAKER_FAILURES_IN_A_ROW`] failures in a
//!   row, or if half of the last [`BREAKER_WINDOW`] outcomes are failures.
//! - **open**: calls are rejected without being made, for [`BREAKER_OPEN_TIME`].
//! - **half-open**: one call, the probe, goes through. Its success closes the breaker, its failure
//!   opens it again. A probe that is dropped has no outcome, and the next call becomes the probe.
//!
//! Outcomes of calls that began before the last change of state are ignored, since they describe an
//! earlier condition of the service. [`Circuit`] is the state machine, which receives the time as a
//! parameter; [`Breaker`] shares a circuit between calls and logs its changes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::{BREAKER_FAILURES_IN_A_ROW, BREAKER_OPEN_TIME, BREAKER_WINDOW};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Closed,
    /// With the time until the next probe.
    Open(Duration),
    /// The next call is the probe.
    HalfOpen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
}

/// Identifies an admitted call.
#[derive(Debug, Clone, Copy)]
struct Ticket {
    /// The number of state changes before the call.
    generation: u64,
    is_probe: bool,
}

/// The state machine of a circuit breaker.
#[derive(Debug)]
struct Circuit {
    state: State,
    generation: u64,
}

#[derive(Debug)]
enum State {
    Closed {
        failures_in_a_row: u32,
        /// The last outcomes, the newest in the lowest bit; set for a failure.
        window: u32,
        /// The number of outcomes in the window.
        outcomes: u32,
    },
    Open {
        until: Instant,
        probing: bool,
    },
}

// A window is a `u32`.
const _: () = assert!(BREAKER_WINDOW < u32::BITS);

impl State {
    const CLOSED: Self = Self::Closed { failures_in_a_row: 0, window: 0, outcomes: 0 };

    fn open(now: Instant) -> Self {
        Self::Open { until: now + BREAKER_OPEN_TIME, probing: false }
    }
}

impl Circuit {
    fn new() -> Self {
        Self { state: State::CLOSED, generation: 0 }
    }

    fn phase(&self, now: Instant) -> Phase {
        match self.state {
            State::Closed { .. } => Phase::Closed,
            State::Open { until, .. } if now < until => Phase::Open(until - now),
            // If the probe fails, the breaker opens for this long.
            State::Open { probing: true, .. } => Phase::Open(BREAKER_OPEN_TIME),
            State::Open { .. } => Phase::HalfOpen,
        }
    }

    /// Admits a call, or returns the time until the next probe.
    fn admit(&mut self, now: Instant) -> Result<Ticket, Duration> {
        let is_probe = match self.phase(now) {
            Phase::Closed => false,
            Phase::Open(retry_after) => return Err(retry_after),
            Phase::HalfOpen => true,
        };
        if let State::Open { probing, .. } = &mut self.state {
            *probing = true;
        }
        Ok(Ticket { generation: self.generation, is_probe })
    }

    /// Records the outcome of a call, `None` if it was dropped. Returns whether the state changed.
    fn record(&mut self, ticket: Ticket, outcome: Option<Outcome>, now: Instant) -> bool {
        if ticket.generation != self.generation {
            return false;
        }
        let next = match (&mut self.state, outcome) {
            (State::Closed { .. }, None) => None,
            (State::Closed { failures_in_a_row, window, outcomes }, Some(outcome)) => {
                let failed = outcome == Outcome::Failure;
                *failures_in_a_row = if failed { *failures_in_a_row + 1 } else { 0 };
                *window = (*window << 1 | u32::from(failed)) & ((1 << BREAKER_WINDOW) - 1);
                *outcomes = (*outcomes + 1).min(BREAKER_WINDOW);
                let half = *outcomes == BREAKER_WINDOW && window.count_ones() * 2 >= BREAKER_WINDOW;
                let opens = *failures_in_a_row >= BREAKER_FAILURES_IN_A_ROW || half;
                opens.then(|| State::open(now))
            }
            (State::Open { probing, .. }, None) => {
                *probing &= !ticket.is_probe;
                None
            }
            (State::Open { .. }, Some(Outcome::Success)) => Some(State::CLOSED),
            (State::Open { .. }, Some(Outcome::Failure)) => Some(State::open(now)),
        };
        let changed = next.is_some();
        if let Some(next) = next {
            self.state = next;
            self.generation += 1;
        }
        changed
    }
}

/// The circuit breaker of one service, shared by all calls to it.
#[derive(Debug)]
pub struct Breaker {
    /// For the log.
    service: &'static str,
    circuit: Mutex<Circuit>,
}

impl Breaker {
    pub fn new(service: &'static str) -> Self {
        Self { service, circuit: Mutex::new(Circuit::new()) }
    }

    pub fn phase(&self) -> Phase {
        self.lock().phase(Instant::now())
    }

    /// Admits a call, or returns the time until the next probe.
    pub fn admit(&self) -> Result<CallGuard<'_>, Duration> {
        let ticket = self.lock().admit(Instant::now())?;
        if ticket.is_probe {
            tracing::info!(upstream = self.service, "circuit breaker half-open; probing");
        }
        Ok(CallGuard { breaker: self, ticket, outcome: None })
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An admitted call. If it is dropped without an outcome, it counts as neither success nor failure.
#[derive(Debug)]
pub struct CallGuard<'a> {
    breaker: &'a Breaker,
    ticket: Ticket,
    outcome: Option<Outcome>,
}

impl CallGuard<'_> {
    pub fn record(mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        let changed = self.breaker.lock().record(self.ticket, self.outcome, Instant::now());
        let upstream = self.breaker.service;
        match self.outcome {
            Some(Outcome::Failure) if changed => {
                let retry_in_s = BREAKER_OPEN_TIME.as_secs();
                let after_probe = self.ticket.is_probe;
                tracing::warn!(upstream, after_probe, retry_in_s, "circuit breaker opened");
            }
            Some(Outcome::Success) if changed => tracing::info!(upstream, "circuit breaker closed"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
