//! The runtime: the threads that process requests.

use std::io;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// Builds a runtime with this number of worker threads or, by default, one for every two cores.
///
/// Requests mostly wait for the database, so with more threads, handing work over outweighs the
/// work: on two cores, a second thread costs 20 % more processor time for each order and gains
/// nothing. The other half of the cores is left to the kernel, to password hashing and to
/// neighbouring processes.
///
/// tokio would read the number from `TOKIO_WORKER_THREADS` itself, but panic if it is invalid; a
/// service reads it with the rest of its configuration instead.
///
/// # Errors
/// If the operating system cannot start the threads.
pub fn runtime(threads: Option<NonZeroUsize>) -> io::Result<Runtime> {
    let threads = match threads {
        Some(threads) => threads.get(),
        None => available_parallelism()?.get().div_ceil(2),
    };
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}
