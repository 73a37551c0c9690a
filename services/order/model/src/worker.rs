//! The steps of a worker: a request that the order service handles.

use order_service::api::OrderStatus;
use order_service::rules::outcome::{Answer, Reserved, after_loss};
use order_service::rules::settlement::StoredStatus;

use crate::state::{By, Document, Process, Protocol, State, Step, Then};

impl Protocol {
    pub(crate) fn work(&self, state: &mut State, process: Process, request: u8, step: Step) {
        let worker = |step| Some(Process::Worker { request, step });
        match step {
            Step::Begin => self.begin(state, process, request),
            Step::Begun { order } => {
                state.replace(process, worker(Step::Waiting { order, repeated: false }));
                state.start(Process::Reserve { order, line: 0, is_short: false, holds: 0 });
            }
            Step::Waiting { .. } => {}
            Step::Reserved { order, holds } => {
                state.replace(process, None);
                self.confirm(state, order, holds);
            }
            Step::Failed { order, was_refused } => {
                state.replace(process, None);
                self.abandon(state, order, was_refused);
            }
        }
    }

    /// Stores the order, or finds the one with the same key.
    fn begin(&self, state: &mut State, process: Process, request: u8) {
        let key = self.requests[usize::from(request)].key;
        let same_key = |order: &u8| key.is_some() && self.requests[usize::from(*order)].key == key;
        let mut existing = state.order_numbers().filter(same_key);
        let existing = existing.find(|order| state.document(*order).is_some());
        let begun = |order| Some(Process::Worker { request, step: Step::Begun { order } });
        let Some(order) = existing.filter(|_| self.guards.unique_keys) else {
            let status = StoredStatus::Placing;
            let document = Document { status, settlement: None, holds: 0 };
            state.orders[usize::from(request)] = Some(document);
            return state.replace(process, begun(request));
        };
        match state.document(order).map(|document| document.status) {
            Some(StoredStatus::Placing) => state.replace(process, begun(order)),
            // Removes it, and answers that the request can be repeated, or begins again.
            Some(StoredStatus::Abandoned) => {
                if !state.is_busy(order, By::Request) {
                    state.start(Process::release(order, Then::Delete, By::Request));
                }
            }
            _ => state.replace(process, None),
        }
    }

    fn confirm(&self, state: &mut State, order: u8, holds: u16) {
        let document = &mut state.orders[usize::from(order)];
        let is_placing = document.is_some_and(|found| found.status == StoredStatus::Placing);
        if is_placing || !self.guards.compare_and_set {
            let status = StoredStatus::Visible(OrderStatus::Pending);
            *document = Some(Document { status, settlement: None, holds });
        } else {
            self.follow(state, order, Reserved::All);
        }
    }

    fn abandon(&self, state: &mut State, order: u8, was_refused: bool) {
        let document = &mut state.orders[usize::from(order)];
        let has_won = match document {
            Some(found) if found.status == StoredStatus::Placing => {
                found.status = StoredStatus::Abandoned;
                true
            }
            _ => false,
        };
        if has_won {
            state.start(Process::release(order, Then::Delete, By::Request));
        } else if !self.guards.only_the_winner_releases {
            state.start(Process::release(order, Then::Nothing, By::Request));
        } else {
            let reserved = if was_refused { Reserved::Refused } else { Reserved::Unknown };
            self.follow(state, order, reserved);
        }
    }

    /// What the loser of a compare-and-set does.
    fn follow(&self, state: &mut State, order: u8, reserved: Reserved) {
        let status = state.document(order).map(|document| document.status);
        let after = after_loss(status, reserved);
        let is_completed = status == Some(StoredStatus::Visible(OrderStatus::Completed));
        let spares = self.guards.losers_spare_completed_orders || !is_completed;
        debug_assert!(after.answer == Answer::Failure || status.is_some());
        if after.releases || (!spares && reserved == Reserved::All) {
            state.start(Process::release(order, Then::Nothing, By::Request));
        }
    }
}

/// The product service has responded to one of the workers that wait for it.
pub(crate) fn respond(
    state: &mut State,
    process: Process,
    (order, is_short, holds): (u8, bool, u16),
) {
    let waits = |worker: &Process| {
        matches!(worker,
        Process::Worker { step: Step::Waiting { order: for_order, .. }, .. } if *for_order == order)
    };
    let worker = state.processes.iter().copied().find(waits);
    state.replace(process, None);
    if let Some(worker @ Process::Worker { request, .. }) = worker {
        let step = if is_short {
            Step::Failed { order, was_refused: true }
        } else {
            Step::Reserved { order, holds }
        };
        state.replace(worker, Some(Process::Worker { request, step }));
    }
}
