//! Every test of the running system, in one program: the services are started
//! once, in this process, on a database of their own.
//!
//! `cargo dev test` gives the database; a plain `cargo test` starts one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod api;
mod browser;
mod clients;
mod configuration;
mod connections;
mod deployment;
mod documents;
mod faults;
mod fuzz;
mod memory;
mod outcome;
mod password_queue;
mod properties;
mod readiness;
mod resilience;
mod shared;
mod spec;
mod started;
mod stored;
mod support;
mod upstream;
