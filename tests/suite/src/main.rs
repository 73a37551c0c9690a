//! All tests of the running system, in one program.
//!
//! The services are started once, in this process, on a separate database; see [`support`]. The
//! database is that of `cargo dev test`, or one that this program starts.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed assertion stops a test")]

mod api;
mod authorization;
mod browser;
mod clients;
mod configuration;
mod connections;
mod database_source;
mod database_tls;
mod deployment;
mod documents;
mod faults;
mod fuzz;
mod memory;
mod monitoring;
mod outcome;
mod password_queue;
mod properties;
mod readiness;
mod readme;
mod resilience;
mod schema;
mod shared;
mod soak;
mod spec;
mod stored;
mod support;
mod throttling;
mod timing;
mod upstream;
