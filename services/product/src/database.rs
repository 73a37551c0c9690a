//! Access to MongoDB: connecting with retries at start, and operations that end within a bounded
//! time afterwards.
//!
//! Every operation goes through one of two functions of `deadline`, which differ in what a failure
//! means: after `run_idempotent` the operation can be repeated, whereas after `run_write` the write
//! may have been applied although its response never arrived.
//!
//! Each service has its own copy: they share an API, not code.

mod command;
mod connect;
mod deadline;
mod error;
mod insert;
mod metrics;
mod operation;
mod replace;
mod validator;

pub use command::run_write_command;
pub use connect::{connect, with_retries};
pub use deadline::{acquire, run_idempotent};
pub use error::{Error, WriteInfo};
pub use insert::{insert, insert_unless_changed};
pub use metrics::{Operation, register_metrics};
pub use operation::{
    RawCollection, create_index, delete, delete_if, find_many, find_one, insert_or_replace,
    parse_document, ping, update,
};
pub use replace::replace;
pub use validator::{CollectionSchema, ensure_validator};
