//! A model of the protocol by which orders take stock and give it back, for stateright, which
//! explores every state that it can reach. `docs/orders.md` explains the protocol.
//!
//! A step of the model is what is atomic in the system: one conditional update of one document.
//! Everything between two steps may take any time, so a schedule in which a process is never chosen
//! again is one in which it pauses forever; in addition, it may crash. Messages are separate
//! processes, so they arrive late and in any order; those that can be repeated are.
//!
//! The decisions are those of the service: the model calls `order_service::rules`.
//!
//! # What it abstracts
//!
//! - Every line of an order has the quantity 1. The lines of a request are processed in order.
//! - Time: the settler and the audit may act at any moment, also while a worker is still busy with
//!   the order. In the system they wait, which allows fewer schedules.
//! - Names, prices, totals and the user: a worker may fail for other reasons at any moment.
//! - `processing` is the same as `pending`.
//! - A database that is down is a process that pauses; a write whose outcome is unknown is a
//!   process that crashes after, or before, its step.
//! - Back-off and claims. One settler works on an order at a time, and so does whoever has decided
//!   something about it: two replicas that settle the same order.

mod actions;
mod properties;
mod state;
mod worker;

pub use state::{Guards, Protocol, Request, State};
