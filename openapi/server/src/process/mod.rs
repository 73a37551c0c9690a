//! What every service process needs, whatever API it serves: the command line, logs, worker
//! threads and the reaction to signals.

pub(crate) mod cli;
pub mod log;
pub(crate) mod runtime;
pub(crate) mod shutdown;
