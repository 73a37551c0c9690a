//! The petstore over HTTP, without a socket.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod access;
#[path = "../common/mod.rs"]
mod common;
mod connections;
mod description;
mod error_bodies;
mod errors;
mod files;
mod formats;
mod headers;
mod keywords;
mod media;
mod metrics;
mod nested_parameters;
mod newtypes;
mod parameter_styles;
mod parameters;
mod paths;
mod redaction;
mod references;
mod schemas;
mod security;
mod server;
