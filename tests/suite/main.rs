//! Every test of the running system, in one program: the services are started
//! once, in this process, on a database of their own.
//!
//! `cargo dev test` gives the database; a plain `cargo test` starts one.

mod api;
mod clients;
mod spec;
mod support;
