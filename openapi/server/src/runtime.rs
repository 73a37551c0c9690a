//! The threads that requests run on.

use std::io;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// A runtime with a thread for every second core, unless the environment says
/// otherwise with `TOKIO_WORKER_THREADS`.
///
/// A request is mostly waiting for the database, so the threads hand work to
/// each other more often than they do any: on two cores a second thread costs
/// 20 % more processor time for each order and gains nothing. The other half
/// of the cores is for the kernel, for password hashing and for neighbours.
///
/// # Errors
/// If the system gives no threads.
pub fn runtime() -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if std::env::var_os("TOKIO_WORKER_THREADS").is_none() {
        builder.worker_threads(available_parallelism()?.get().div_ceil(2));
    }
    builder.enable_all().build()
}
