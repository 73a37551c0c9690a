//! Time limits for operations, and for waiting for a share of memory.
//!
//! The driver's futures are kilobytes in size, and each async function around one would copy it,
//! which took a tenth of the CPU time of a new order. So operations must be `Unpin`: the driver's
//! actions are, since they are boxed, and `async` blocks have to be boxed.

use mongodb::error::Error as DriverError;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::error::{Error, WriteInfo};
use super::metrics::Operation;
use crate::limits::{OPERATION_TIMEOUT, PERMIT_TIMEOUT};

/// Runs a read, or another operation that is safe to repeat, within [`OPERATION_TIMEOUT`].
pub async fn run_idempotent<T>(
    operation: Operation,
    work: impl IntoFuture<Output = Result<T, DriverError>, IntoFuture: Unpin>,
) -> Result<T, Error> {
    let measurement = operation.begin();
    let result = match timeout(OPERATION_TIMEOUT, work).await {
        Ok(result) => result.map_err(Error::from_driver),
        Err(_) => Err(Error::Timeout(OPERATION_TIMEOUT)),
    };
    measurement.finish(&result);
    result
}

/// Runs a write of one document within [`OPERATION_TIMEOUT`]. Fails with
/// [`Error::OutcomeUnknown`] unless it is certain that the write was not applied.
///
/// The driver retries a write that failed with its connection once, under the same transaction
/// number, so that the server applies it once (`retryWrites`, on by default; standalone servers
/// do not support it). An error that arrives here has occurred twice.
pub async fn run_write<T>(
    operation: Operation,
    write: WriteInfo,
    work: impl IntoFuture<Output = Result<T, DriverError>, IntoFuture: Unpin>,
) -> Result<T, Error> {
    let measurement = operation.begin();
    let result = match timeout(OPERATION_TIMEOUT, work).await {
        Ok(result) => result.map_err(|error| Error::from_write(error, write)),
        Err(_) => Err(Error::OutcomeUnknown { write, source: None }),
    };
    measurement.finish(&result);
    result
}

/// Waits up to [`PERMIT_TIMEOUT`] for a share of the memory that reads may use.
pub async fn acquire(memory: &Semaphore, share: u32) -> Result<SemaphorePermit<'_>, Error> {
    if let Ok(permit) = memory.try_acquire_many(share) {
        return Ok(permit);
    }
    match timeout(PERMIT_TIMEOUT, memory.acquire_many(share)).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Error::Busy),
    }
}
