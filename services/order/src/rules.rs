//! The rules for orders, as pure functions.

pub mod backoff;
pub mod fingerprint;
pub mod lines;
pub mod outcome;
pub mod settlement;
pub mod status;
pub mod total;
