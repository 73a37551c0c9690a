//! A circuit breaker: stops calling a service that fails, and tries it again from time to time.
//!
//! - **closed**: calls go through. It opens after [`BREAKER_FAILURES_IN_A_ROW`] failures in a
//!   row, or if half of the last [`BREAKER_WINDOW`] outcomes are failures.
//! - **open**: calls are refused without being made, for [`BREAKER_OPEN_TIME`].
//! - **half-open**: one call, the probe, goes through. Its success closes the breaker, its
//!   failure opens it again. A probe that is dropped has no outcome, and the next call takes
//!   its place.
//!
//! Outcomes of calls that began before the last change of state are ignored: they say how the
//! service was, not how it is. [`Circuit`] is the state machine, which is given the time;
//! [`Breaker`] shares one and logs its changes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::{BREAKER_FAILURES_IN_A_ROW, BREAKER_OPEN_TIME, BREAKER_WINDOW};

/// What a call may expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Calls go through.
    Closed,
    /// Calls are refused; the next probe goes through after this long.
    Open(Duration),
    /// The next call is the probe.
    HalfOpen,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The service answered as it should.
    Success,
    /// It did not.
    Failure,
}

/// A call that was let through.
#[derive(Debug, Clone, Copy)]
struct Ticket {
    /// The number of changes of state before the call.
    generation: u64,
    is_probe: bool,
}

/// The state machine.
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
        /// How many outcomes the window has.
        outcomes: u32,
    },
    Open {
        until: Instant,
        probing: bool,
    },
}

/// A window of outcomes is a `u32`.
const _: () = assert!(BREAKER_WINDOW < u32::BITS);

impl State {
    const CLOSED: Self = Self::Closed { failures_in_a_row: 0, window: 0, outcomes: 0 };
}

impl Circuit {
    fn new() -> Self {
        Self { state: State::CLOSED, generation: 0 }
    }

    fn phase(&self, now: Instant) -> Phase {
        match self.state {
            State::Closed { .. } => Phase::Closed,
            State::Open { until, .. } if now < until => Phase::Open(until - now),
            // The probe may fail, and then it takes that long.
            State::Open { probing: true, .. } => Phase::Open(BREAKER_OPEN_TIME),
            State::Open { .. } => Phase::HalfOpen,
        }
    }

    /// Lets a call through, or says when the next probe goes through.
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

    /// Notes how a call ended, and returns whether that changed the state. `None` is a call
    /// that was dropped.
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
                opens.then(|| open(now))
            }
            (State::Open { probing, .. }, None) => {
                *probing &= !ticket.is_probe;
                None
            }
            (State::Open { .. }, Some(Outcome::Success)) => Some(State::CLOSED),
            (State::Open { .. }, Some(Outcome::Failure)) => Some(open(now)),
        };
        let changed = next.is_some();
        if let Some(next) = next {
            self.state = next;
            self.generation += 1;
        }
        changed
    }
}

fn open(now: Instant) -> State {
    State::Open { until: now + BREAKER_OPEN_TIME, probing: false }
}

/// The circuit breaker of one service, shared by all calls to it.
#[derive(Debug)]
pub struct Breaker {
    /// For the log.
    service: &'static str,
    circuit: Mutex<Circuit>,
}

impl Breaker {
    /// A closed one.
    pub fn new(service: &'static str) -> Self {
        Self { service, circuit: Mutex::new(Circuit::new()) }
    }

    /// What a call may expect now.
    pub fn phase(&self) -> Phase {
        self.lock().phase(Instant::now())
    }

    /// Lets a call through.
    ///
    /// # Errors
    /// The time until the next probe if the breaker is open.
    pub fn admit(&self) -> Result<Admitted<'_>, Duration> {
        let ticket = self.lock().admit(Instant::now())?;
        if ticket.is_probe {
            tracing::info!(upstream = self.service, "circuit breaker half-open; probing");
        }
        Ok(Admitted { breaker: self, ticket, outcome: None })
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was let through. Dropped without an outcome it counts as neither success nor
/// failure.
#[derive(Debug)]
pub struct Admitted<'a> {
    breaker: &'a Breaker,
    ticket: Ticket,
    outcome: Option<Outcome>,
}

impl Admitted<'_> {
    /// Notes how the call ended.
    pub fn record(mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Admitted<'_> {
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
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::Outcome::{Failure, Success};
    use super::*;

    /// Calls one after the other at one moment; the last outcome must be recorded.
    fn calls(circuit: &mut Circuit, now: Instant, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let ticket = circuit.admit(now).expect("the breaker is closed");
            circuit.record(ticket, Some(*outcome), now);
        }
    }

    fn opened(now: Instant) -> Circuit {
        let mut circuit = Circuit::new();
        calls(&mut circuit, now, &[Failure; 5]);
        assert_eq!(circuit.phase(now), Phase::Open(BREAKER_OPEN_TIME));
        circuit
    }

    #[test]
    fn opens_after_five_failures_in_a_row() {
        let now = Instant::now();
        let mut circuit = Circuit::new();
        calls(&mut circuit, now, &[Failure, Failure, Failure, Failure, Success]);
        calls(&mut circuit, now, &[Failure, Failure, Failure, Failure]);
        assert_eq!(circuit.phase(now), Phase::Closed);
        calls(&mut circuit, now, &[Failure]);
        assert_eq!(circuit.phase(now), Phase::Open(BREAKER_OPEN_TIME));
    }

    #[test]
    fn opens_when_half_of_the_last_twenty_failed() {
        let now = Instant::now();
        let mut circuit = Circuit::new();
        // Nine failures of nineteen; the tenth is the twentieth outcome.
        calls(&mut circuit, now, &[Success]);
        for _ in 0..9 {
            calls(&mut circuit, now, &[Failure, Success]);
        }
        assert_eq!(circuit.phase(now), Phase::Closed);
        calls(&mut circuit, now, &[Failure]);
        assert_eq!(circuit.phase(now), Phase::Open(BREAKER_OPEN_TIME));
    }

    #[test]
    fn lets_one_probe_through_after_five_seconds() {
        let start = Instant::now();
        let mut circuit = opened(start);
        let almost = start + Duration::from_secs(4);
        assert_eq!(circuit.admit(almost).err(), Some(Duration::from_secs(1)));
        let later = start + BREAKER_OPEN_TIME;
        let probe = circuit.admit(later).expect("the probe");
        assert!(circuit.admit(later).is_err(), "a second probe");
        assert!(circuit.record(probe, Some(Success), later));
        assert_eq!(circuit.phase(later), Phase::Closed);
    }

    #[test]
    fn a_failed_probe_opens_it_again() {
        let start = Instant::now();
        let mut circuit = opened(start);
        let later = start + Duration::from_secs(60);
        let probe = circuit.admit(later).expect("the probe");
        assert!(circuit.record(probe, Some(Failure), later));
        assert_eq!(circuit.phase(later), Phase::Open(BREAKER_OPEN_TIME));
    }

    #[test]
    fn a_dropped_probe_makes_room_for_another() {
        let start = Instant::now();
        let mut circuit = opened(start);
        let later = start + BREAKER_OPEN_TIME;
        let probe = circuit.admit(later).expect("the probe");
        assert!(!circuit.record(probe, None, later));
        assert_eq!(circuit.phase(later), Phase::HalfOpen);
        assert!(circuit.admit(later).is_ok());
    }

    #[test]
    fn outcomes_of_earlier_calls_do_not_count() {
        let start = Instant::now();
        let mut circuit = Circuit::new();
        let early = circuit.admit(start).expect("the breaker is closed");
        calls(&mut circuit, start, &[Failure; 5]);
        assert!(!circuit.record(early, Some(Success), start));
        assert_eq!(circuit.phase(start), Phase::Open(BREAKER_OPEN_TIME));
        let later = start + BREAKER_OPEN_TIME;
        let probe = circuit.admit(later).expect("the probe");
        assert!(!circuit.record(early, Some(Failure), later));
        circuit.record(probe, Some(Success), later);
        assert_eq!(circuit.phase(later), Phase::Closed);
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Wait(u64),
        Begin,
        /// Ends the call that began this many calls ago.
        End(usize, Option<Outcome>),
    }

    fn step() -> impl Strategy<Value = Step> {
        let outcome = prop_oneof![
            4 => Just(Some(Failure)),
            3 => Just(Some(Success)),
            1 => Just(None),
        ];
        prop_oneof![
            1 => (0u64..6_000).prop_map(Step::Wait),
            4 => Just(Step::Begin),
            4 => (0usize..3, outcome).prop_map(|(call, outcome)| Step::End(call, outcome)),
        ]
    }

    proptest! {
        /// Whatever the order of events, the breaker never gets stuck, is only ever closed
        /// with fewer failures than it takes to open it, and has one probe at most.
        #[test]
        fn keeps_its_invariants(steps in prop::collection::vec(step(), 0..200)) {
            let mut now = Instant::now();
            let mut circuit = Circuit::new();
            let mut under_way: VecDeque<Ticket> = VecDeque::new();
            for step in steps {
                match step {
                    Step::Wait(milliseconds) => now += Duration::from_millis(milliseconds),
                    Step::Begin => {
                        let phase = circuit.phase(now);
                        let admitted = circuit.admit(now);
                        prop_assert_eq!(admitted.is_ok(), !matches!(phase, Phase::Open(_)));
                        if let Err(retry_after) = admitted {
                            prop_assert!(retry_after <= BREAKER_OPEN_TIME);
                        }
                        under_way.extend(admitted);
                    }
                    Step::End(call, outcome) => {
                        if let Some(ticket) = under_way.remove(call) {
                            circuit.record(ticket, outcome, now);
                        }
                    }
                }
                let current = |ticket: &&Ticket| {
                    ticket.is_probe && ticket.generation == circuit.generation
                };
                let probes = under_way.iter().filter(current).count();
                match circuit.state {
                    State::Closed { failures_in_a_row, .. } => {
                        prop_assert!(failures_in_a_row < BREAKER_FAILURES_IN_A_ROW);
                        prop_assert_eq!(probes, 0);
                    }
                    State::Open { probing, .. } => prop_assert_eq!(probes, usize::from(probing)),
                }
            }
            // Once nothing is under way and the time is over, a probe goes through.
            for ticket in under_way {
                circuit.record(ticket, None, now);
            }
            prop_assert!(circuit.admit(now + BREAKER_OPEN_TIME).is_ok());
        }
    }
}
