//! Starts the whole system on this machine: a database, the three services as processes, and an
//! order placed through their HTTP APIs. `cargo dev` and all system tests share this code.
//!
//! Everything it installs or stores lies in one git-ignored folder, see [`home::dev_home`]. The
//! services are black boxes here: only their programs, environment variables and APIs are used.

pub mod arguments;
pub mod cargo;
pub mod database;
pub mod fuzz;
pub mod home;
pub mod ports;
pub mod process;
pub mod scenario;
pub mod services;
pub mod soak;
pub mod statistics;
pub mod tools;
pub mod usage;

mod output;

pub use output::status;
