//! One client's connection, from accept to close.
//!
//! hyper implements HTTP; the modules here bound everything that a hostile client could occupy. A
//! connection is driven by one task ([`driver`]). What it is doing is recorded in its [`state`],
//! which [`stream`] (bytes in and out), [`driver`] (requests) and [`response_body`] keep up to
//! date. The [`table`] of all connections reads the states: it closes connections that exceed a
//! deadline, and those that have to make room for others.

mod client;
mod closing;
mod driver;
mod handler;
mod origin;
mod rejection;
mod response_body;
mod state;
mod stream;
mod table;

pub(crate) use driver::{Server, serve};
pub(crate) use origin::Origin;
pub(crate) use table::{ConnectionCounts, ConnectionTable};
