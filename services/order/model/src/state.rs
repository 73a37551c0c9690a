//! The state of the system: stock, holds and orders, and what is under way.

use std::collections::BTreeSet;

use order_service::rules::settlement::{Settlement, StoredStatus};

/// The rules that make the protocol correct. A model without one of them has a counterexample.
#[derive(Debug, Clone, Copy)]
pub struct Guards {
    /// `placing → pending` and `placing → abandoned` compare the status, so one of them wins.
    pub compare_and_set: bool,
    /// A product is taken only if the order does not hold it yet.
    pub hold_condition: bool,
    /// A worker that has not abandoned the order itself leaves its reservation alone.
    pub only_the_winner_releases: bool,
    /// A loser leaves the reservation of a completed order alone.
    pub losers_spare_completed_orders: bool,
    /// A fulfilment removes the holds that it names, and no others.
    pub fulfilment_names_holds: bool,
    /// The audit leaves the holds of orders alone whose settlement is due.
    pub audit_spares_due_settlements: bool,
    /// No two orders have the same key.
    pub unique_keys: bool,
}

impl Guards {
    /// The protocol as it is.
    pub const ALL: Self = Self {
        compare_and_set: true,
        hold_condition: true,
        only_the_winner_releases: true,
        losers_spare_completed_orders: true,
        fulfilment_names_holds: true,
        audit_spares_due_settlements: true,
        unique_keys: true,
    };
}

/// A request for an order, with what it wants one unit of each.
#[derive(Debug, Clone)]
pub struct Request {
    pub key: Option<u8>,
    pub products: Vec<u8>,
}

/// An instance of the protocol of limited size.
#[derive(Debug, Clone)]
pub struct Protocol {
    pub stock: Vec<u8>,
    pub requests: Vec<Request>,
    pub guards: Guards,
    /// Whether the requests for reservations may be sent twice.
    pub repeats_messages: bool,
}

/// The document of an order. A request stores at most one, so they have the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Document {
    pub status: StoredStatus,
    pub settlement: Option<Settlement>,
    /// The holds that it was placed with, one bit each.
    pub holds: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hold {
    pub product: u8,
    pub order: u8,
    pub id: u8,
}

/// Something that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Process {
    /// Handles a request in the order service.
    Worker { request: u8, step: Step },
    /// `PUT /reservations/{order}`: has processed this many lines.
    Reserve { order: u8, line: u8, is_short: bool, holds: u16 },
    /// `DELETE /reservations/{order}`, and what is done afterwards.
    Release { order: u8, line: u8, then: Then, by: By },
    /// `POST /reservations/{order}/fulfilment`.
    Fulfil { order: u8, line: u8, holds: u16, by: By },
}

impl Process {
    pub(crate) fn release(order: u8, then: Then, by: By) -> Self {
        Self::Release { order, line: 0, then, by }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Begin,
    /// Has stored or found the order.
    Begun {
        order: u8,
    },
    /// Has sent the reservation.
    Waiting {
        order: u8,
        repeated: bool,
    },
    Reserved {
        order: u8,
        holds: u16,
    },
    /// `was_refused`: the product service has answered; otherwise its answer is unknown.
    Failed {
        order: u8,
        was_refused: bool,
    },
}

/// What follows a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Then {
    Nothing,
    /// The abandoned order is deleted.
    Delete,
    /// The settlement is done.
    Settled,
}

/// Who does it. The settler and its audit do one thing at a time for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    Request,
    Settler,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub stock: Vec<u8>,
    pub fulfilled: Vec<u8>,
    pub holds: BTreeSet<Hold>,
    pub next_hold: u8,
    /// `None` before it is stored and after it is deleted.
    pub orders: Vec<Option<Document>>,
    /// Sorted, since their order means nothing.
    pub processes: Vec<Process>,
}

impl State {
    pub fn held(&self, order: u8, product: u8) -> Option<Hold> {
        self.holds.iter().copied().find(|hold| (hold.order, hold.product) == (order, product))
    }

    pub fn document(&self, order: u8) -> Option<Document> {
        self.orders[usize::from(order)]
    }

    pub fn order_numbers(&self) -> impl Iterator<Item = u8> + use<> {
        0..self.orders.len() as u8
    }

    /// Whether someone releases or fulfils the holds of an order.
    pub(crate) fn is_busy(&self, with: u8, who: By) -> bool {
        self.processes.iter().any(|process| match *process {
            Process::Release { order, by, .. } | Process::Fulfil { order, by, .. } => {
                (order, by) == (with, who)
            }
            _ => false,
        })
    }

    /// Replaces a process, or removes it.
    pub(crate) fn replace(&mut self, old: Process, new: Option<Process>) {
        if let Some(index) = self.processes.iter().position(|process| *process == old) {
            self.processes.remove(index);
        }
        self.processes.extend(new);
        self.processes.sort_unstable();
    }

    pub(crate) fn start(&mut self, process: Process) {
        self.processes.push(process);
        self.processes.sort_unstable();
    }
}
