//! The threads that requests run on.

use std::io;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// A runtime with this number of threads or, by default, one for every second core.
///
/// tokio alone would take the number from `TOKIO_WORKER_THREADS`, and panic if that is not one; a
/// service reads it with the rest of its configuration instead.
///
/// A request is mostly waiting for the database, so the threads hand work to
/// each other more often than they do any: on two cores a second thread costs
/// 20 % more processor time for each order and gains nothing. The other half
/// of the cores is for the kernel, for password hashing and for neighbours.
///
/// # Errors
/// If the system gives no threads.
pub fn runtime(threads: Option<NonZeroUsize>) -> io::Result<Runtime> {
    let threads = match threads {
        Some(threads) => threads.get(),
        None => available_parallelism()?.get().div_ceil(2),
    };
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}
