//! The rules for orders, as pure functions.

pub mod lines;
pub mod status;
pub mod total;
