use std::collections::VecDeque;

use proptest::prelude::*;

use super::Outcome::{Failure, Success};
use super::*;

/// Makes calls in sequence, all at the same time.
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
fn admits_one_probe_after_five_seconds() {
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
fn failed_probe_opens_again() {
    let start = Instant::now();
    let mut circuit = opened(start);
    let later = start + Duration::from_secs(60);
    let probe = circuit.admit(later).expect("the probe");
    assert!(circuit.record(probe, Some(Failure), later));
    assert_eq!(circuit.phase(later), Phase::Open(BREAKER_OPEN_TIME));
}

#[test]
fn dropped_probe_is_replaced_by_the_next_call() {
    let start = Instant::now();
    let mut circuit = opened(start);
    let later = start + BREAKER_OPEN_TIME;
    let probe = circuit.admit(later).expect("the probe");
    assert!(!circuit.record(probe, None, later));
    assert_eq!(circuit.phase(later), Phase::HalfOpen);
    assert!(circuit.admit(later).is_ok());
}

#[test]
fn ignores_outcomes_of_earlier_calls() {
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
    /// Ends the call at this position among those in progress.
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

/// A circuit with the calls in progress.
struct Model {
    now: Instant,
    circuit: Circuit,
    in_progress: VecDeque<Ticket>,
}

impl Model {
    fn apply(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Wait(milliseconds) => self.now += Duration::from_millis(milliseconds),
            Step::Begin => {
                let phase = self.circuit.phase(self.now);
                let admitted = self.circuit.admit(self.now);
                prop_assert_eq!(admitted.is_ok(), !matches!(phase, Phase::Open(_)));
                if let Err(retry_after) = admitted {
                    prop_assert!(retry_after <= BREAKER_OPEN_TIME);
                }
                self.in_progress.extend(admitted);
            }
            Step::End(call, outcome) => {
                if let Some(ticket) = self.in_progress.remove(call) {
                    self.circuit.record(ticket, outcome, self.now);
                }
            }
        }
        self.check()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let generation = self.circuit.generation;
        let is_current = |ticket: &&Ticket| ticket.is_probe && ticket.generation == generation;
        let probes = self.in_progress.iter().filter(is_current).count();
        match self.circuit.state {
            State::Closed { failures_in_a_row, .. } => {
                prop_assert!(failures_in_a_row < BREAKER_FAILURES_IN_A_ROW);
                prop_assert_eq!(probes, 0);
            }
            State::Open { probing, .. } => prop_assert_eq!(probes, usize::from(probing)),
        }
        Ok(())
    }
}

proptest! {
    /// Whatever the order of events, the breaker never gets stuck, is closed only with fewer
    /// failures in a row than open it, and has at most one probe.
    #[test]
    fn keeps_its_invariants(steps in prop::collection::vec(step(), 0..200)) {
        let now = Instant::now();
        let mut model = Model { now, circuit: Circuit::new(), in_progress: VecDeque::new() };
        for step in steps {
            model.apply(step)?;
        }
        // Without calls in progress, a probe is admitted after the open time.
        let Model { now, mut circuit, in_progress } = model;
        for ticket in in_progress {
            circuit.record(ticket, None, now);
        }
        prop_assert!(circuit.admit(now + BREAKER_OPEN_TIME).is_ok());
    }
}
