//! Access to MongoDB: connecting with retries at start, and operations that end within a bounded
//! time afterwards.
//!
//! Every operation goes through one of two functions of `deadline`, which differ in what a failure
//! means: after `run_idempotent` the operation can be repeated, whereas after `run_write` the write
//! may have been applied although its response never arrived.
//!
//! Each service has its own copy: they share an API, not code.

mod connect;
mod deadline;
mod error;
mod operation;

pub use connect::{connect, with_retries};
pub use deadline::{acquire, run_idempotent};
pub use error::{Error, WriteInfo};
pub use operation::{
    RawCollection, create_index, delete, find_many, find_one, insert, ping, update,
};
