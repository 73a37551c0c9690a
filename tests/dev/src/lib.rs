//! Starts the whole system, for people (`cargo dev up`) and for tests alike: a
//! database from wherever one can be had, the three services as processes,
//! and an order placed through their HTTP APIs.
//!
//! Everything that is made on the way lies under one git-ignored folder, see
//! [`home`]. Nothing here knows how a service works inside.

pub mod database;
pub mod fuzz;
pub mod home;
pub mod process;
pub mod scenario;
pub mod system;
pub mod tools;
pub mod usage;

/// Says what is being done, on standard error, so that a table on standard
/// output can be piped.
pub fn say(text: impl std::fmt::Display) {
    eprintln!("==> {text}");
}

/// What stops this program: one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Stop(pub String);

impl Stop {
    /// For `map_err`: what failed, and how.
    pub fn because<E: std::fmt::Display>(what: impl std::fmt::Display) -> impl FnOnce(E) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }
}

/// What this program does, or why it stops.
pub type Result<T> = std::result::Result<T, Stop>;
