//! The steps: of each process, of people, of the settler and of the audit.

use order_service::api::OrderStatus;
use order_service::rules::settlement::{Settlement, StoredStatus, is_stray};
use stateright::{Model, Property};

use crate::properties::{is_open, properties};
use crate::state::{By, Document, Hold, Process, Protocol, State, Step, Then};
use crate::worker::respond;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The next step of a process.
    Proceed(Process),
    /// A worker stops waiting, or a response does not arrive.
    GiveUp(Process),
    /// A reservation is sent once more.
    Repeat(Process),
    Crash(Process),
    Cancel(u8),
    Complete(u8),
    Settle(u8),
    Audit(u8),
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let workers = (0..self.requests.len() as u8)
            .map(|request| Process::Worker { request, step: Step::Begin });
        vec![State {
            stock: self.stock.clone(),
            fulfilled: vec![0; self.stock.len()],
            holds: Default::default(),
            next_hold: 0,
            orders: vec![None; self.requests.len()],
            processes: workers.collect(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut previous = None;
        for process in state.processes.iter().copied() {
            if previous == Some(process) {
                continue;
            }
            previous = Some(process);
            self.process_actions(process, actions);
        }
        for order in state.order_numbers() {
            if is_open(state.document(order)) {
                actions.extend([Action::Cancel(order), Action::Complete(order)]);
            }
            if state.is_busy(order, By::Settler) {
                continue;
            }
            if is_due(state.document(order)) {
                actions.push(Action::Settle(order));
            }
            let holds = state.holds.iter().any(|hold| hold.order == order);
            if holds && self.audits(state.document(order)) {
                actions.push(Action::Audit(order));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Proceed(process) => self.proceed(&mut state, process),
            Action::GiveUp(process) => give_up(&mut state, process),
            Action::Repeat(process) => repeat(&mut state, process),
            Action::Crash(process) => state.replace(process, None),
            Action::Cancel(order) => {
                let settlement = Settlement::due_after(OrderStatus::Cancelled);
                close(&mut state, order, OrderStatus::Cancelled, settlement);
                state.start(Process::release(order, Then::Settled, By::Request));
            }
            Action::Complete(order) => {
                let settlement = Settlement::due_after(OrderStatus::Completed);
                let holds = close(&mut state, order, OrderStatus::Completed, settlement);
                state.start(Process::Fulfil { order, line: 0, holds, by: By::Request });
            }
            Action::Settle(order) => settle(&mut state, order),
            Action::Audit(order) => {
                state.start(Process::release(order, Then::Nothing, By::Settler))
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties()
    }
}

fn is_due(document: Option<Document>) -> bool {
    document.is_some_and(|document| match document.status {
        StoredStatus::Placing | StoredStatus::Abandoned => true,
        StoredStatus::Visible(_) => document.settlement.is_some(),
    })
}

fn close(state: &mut State, order: u8, status: OrderStatus, settlement: Option<Settlement>) -> u16 {
    let Some(document) = &mut state.orders[usize::from(order)] else { return 0 };
    document.status = StoredStatus::Visible(status);
    document.settlement = settlement;
    document.holds
}

fn settle(state: &mut State, order: u8) {
    let Some(document) = &mut state.orders[usize::from(order)] else { return };
    let process = match (document.status, document.settlement) {
        (StoredStatus::Placing | StoredStatus::Abandoned, _) => {
            document.status = StoredStatus::Abandoned;
            Process::release(order, Then::Delete, By::Settler)
        }
        (_, Some(Settlement::Fulfil)) => {
            Process::Fulfil { order, line: 0, holds: document.holds, by: By::Settler }
        }
        _ => Process::release(order, Then::Settled, By::Settler),
    };
    state.start(process);
}

fn give_up(state: &mut State, process: Process) {
    let next = match process {
        Process::Worker { request, step: Step::Waiting { order, .. } } => {
            let step = Step::Failed { order, was_refused: false };
            Some(Process::Worker { request, step })
        }
        // The response is lost, whoever waits for it.
        _ => None,
    };
    state.replace(process, next);
}

fn repeat(state: &mut State, process: Process) {
    if let Process::Worker { request, step: Step::Waiting { order, .. } } = process {
        let step = Step::Waiting { order, repeated: true };
        state.replace(process, Some(Process::Worker { request, step }));
        state.start(Process::Reserve { order, line: 0, is_short: false, holds: 0 });
    }
}

impl Protocol {
    fn lines(&self, order: u8) -> &[u8] {
        &self.requests[usize::from(order)].products
    }

    fn audits(&self, document: Option<Document>) -> bool {
        let standing = |document: Document| {
            let settlement = document.settlement;
            let spared = self.guards.audit_spares_due_settlements;
            (document.status, settlement.filter(|_| spared))
        };
        is_stray(document.map(standing))
    }

    fn process_actions(&self, process: Process, actions: &mut Vec<Action>) {
        match process {
            Process::Worker { step: Step::Begin, .. } => actions.push(Action::Proceed(process)),
            Process::Worker { step: Step::Waiting { repeated, .. }, .. } => {
                actions.push(Action::GiveUp(process));
                if self.repeats_messages && !repeated {
                    actions.push(Action::Repeat(process));
                }
            }
            Process::Reserve { order, line, .. } => {
                actions.push(Action::Proceed(process));
                if usize::from(line) == self.lines(order).len() {
                    actions.push(Action::GiveUp(process));
                } else {
                    actions.push(Action::Crash(process));
                }
            }
            _ => actions.extend([Action::Proceed(process), Action::Crash(process)]),
        }
    }

    fn proceed(&self, state: &mut State, process: Process) {
        match process {
            Process::Worker { request, step } => self.work(state, process, request, step),
            Process::Reserve { order, line, is_short, holds } => {
                self.reserve(state, process, (order, line, is_short, holds));
            }
            Process::Release { order, line, then, by } => {
                let Some(product) = self.lines(order).get(usize::from(line)) else {
                    finish(state, order, then);
                    return state.replace(process, None);
                };
                if let Some(hold) = state.held(order, *product) {
                    state.holds.remove(&hold);
                    state.stock[usize::from(*product)] += 1;
                }
                let next = Process::Release { order, line: line + 1, then, by };
                state.replace(process, Some(next));
            }
            Process::Fulfil { order, line, holds, by } => {
                let Some(product) = self.lines(order).get(usize::from(line)) else {
                    finish(state, order, Then::Settled);
                    return state.replace(process, None);
                };
                let is_named = |hold: &Hold| {
                    holds & (1 << hold.id) != 0 || !self.guards.fulfilment_names_holds
                };
                if let Some(hold) = state.held(order, *product).filter(is_named) {
                    state.holds.remove(&hold);
                    state.fulfilled[usize::from(*product)] += 1;
                }
                state.replace(process, Some(Process::Fulfil { order, line: line + 1, holds, by }));
            }
        }
    }

    /// A step of the product service: a line, or the response.
    fn reserve(
        &self,
        state: &mut State,
        process: Process,
        (order, line, is_short, holds): (u8, u8, bool, u16),
    ) {
        let next = |is_short, holds| Process::Reserve { order, line: line + 1, is_short, holds };
        let Some(product) = self.lines(order).get(usize::from(line)).copied() else {
            return respond(state, process, (order, is_short, holds));
        };
        let held = state.held(order, product).filter(|_| self.guards.hold_condition);
        let available = state.stock[usize::from(product)];
        let next = match held {
            Some(hold) => next(is_short, holds | 1 << hold.id),
            None if available > 0 => {
                let id = state.next_hold;
                state.next_hold += 1;
                state.stock[usize::from(product)] -= 1;
                state.holds.insert(Hold { product, order, id });
                next(is_short, holds | 1 << id)
            }
            None => next(true, holds),
        };
        state.replace(process, Some(next));
    }
}

fn finish(state: &mut State, order: u8, then: Then) {
    let document = &mut state.orders[usize::from(order)];
    match (then, document.as_mut()) {
        (Then::Delete, Some(found)) if found.status == StoredStatus::Abandoned => *document = None,
        (Then::Settled, Some(found)) => found.settlement = None,
        _ => {}
    }
}
