//! The connection to MongoDB: made with patience at start, and bounded in time
//! afterwards. Every operation of a request goes through [`read`] or [`write()`],
//! which differ in what a failure means: a read that failed can be repeated, a
//! write may have been made although its answer never came.
//!
//! Each service has its own copy: they share an API, not code.

mod error;
mod operation;

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use mongodb::bson::doc;
use mongodb::error::Error as DriverError;
use mongodb::options::{Acknowledgment, ClientOptions, ConnectionString, WriteConcern};
use mongodb::{Client, Database};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

pub use error::{Error, Write};
pub use operation::{Documents, delete, find_one, insert, update};

use crate::limits::{
    ATTEMPT_TIMEOUT, ATTEMPTS, FIRST_DELAY, LONGEST_DELAY, OPERATION_TIMEOUT, PERMIT_TIMEOUT,
    POOL_SIZE, SELECTION_TIMEOUT, SERVER_TIMEOUT,
};
use crate::store;

/// Connects and prepares the database (its indexes), trying again with
/// growing delays until both have worked.
///
/// # Errors
/// The last attempt's.
pub async fn connect<F>(
    uri: ConnectionString,
    ensure_indexes: impl Fn(Database) -> F,
) -> Result<Database, Error>
where
    F: Future<Output = Result<(), Error>>,
{
    let database = open(uri).await?;
    with_retries(|| async {
        let work = async {
            ping(&database).await?;
            ensure_indexes(database.clone()).await
        };
        timeout(ATTEMPT_TIMEOUT, work).await.unwrap_or(Err(Error::Late(ATTEMPT_TIMEOUT)))
    })
    .await?;
    Ok(database)
}

/// Tries ten times, with the delays of the design.
///
/// # Errors
/// The last attempt's.
pub async fn with_retries<T, F>(attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let delays = ExponentialBuilder::default()
        .with_min_delay(FIRST_DELAY)
        .with_max_delay(LONGEST_DELAY)
        .with_factor(2.0)
        .with_max_times(ATTEMPTS - 1);
    attempt.retry(delays).notify(tell).await
}

fn tell(error: &Error, delay: Duration) {
    let error = openapi_server::chain(error);
    tracing::warn!(%error, retry_in_s = delay.as_secs(), "database connection failed");
}

async fn open(uri: ConnectionString) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(uri).await.map_err(Error::from_read)?;
    let name = options.default_database.clone().unwrap_or_else(|| store::DATABASE.to_owned());
    options.app_name.get_or_insert_with(|| env!("CARGO_PKG_NAME").to_owned());
    options.max_pool_size.get_or_insert(POOL_SIZE);
    options.connect_timeout.get_or_insert(SELECTION_TIMEOUT);
    options.server_selection_timeout.get_or_insert(SELECTION_TIMEOUT);
    // What was answered with 2xx must survive the loss of a server.
    let majority = || WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    options.write_concern.get_or_insert_with(majority);
    Ok(Client::with_options(options).map_err(Error::from_read)?.database(&name))
}

/// Whether the database answers.
///
/// # Errors
/// Why it does not.
pub async fn ping(database: &Database) -> Result<(), Error> {
    let ping = doc! { "ping": 1, "maxTimeMS": SERVER_TIMEOUT.as_millis() as i64 };
    read(database.run_command(ping)).await?;
    Ok(())
}

/// A read, or anything else that can be repeated, within [`OPERATION_TIMEOUT`].
///
/// # Errors
/// The driver's, classified; or that it took too long.
pub async fn read<T>(
    operation: impl IntoFuture<Output = Result<T, DriverError>>,
) -> Result<T, Error> {
    match timeout(OPERATION_TIMEOUT, operation).await {
        Ok(outcome) => outcome.map_err(Error::from_read),
        Err(_) => Err(Error::Late(OPERATION_TIMEOUT)),
    }
}

/// A write of one document, within [`OPERATION_TIMEOUT`].
///
/// The driver repeats a write that failed with the connection once, under the
/// same number, so that the server makes it once (`retryWrites`, on by default;
/// a standalone server has no such thing). What arrives here has failed twice.
///
/// # Errors
/// The driver's, classified: [`Error::OutcomeUnknown`] unless it is certain
/// that the write was not made.
pub async fn write<T>(
    write: Write,
    operation: impl IntoFuture<Output = Result<T, DriverError>>,
) -> Result<T, Error> {
    match timeout(OPERATION_TIMEOUT, operation).await {
        Ok(outcome) => outcome.map_err(|error| Error::from_write(error, write)),
        Err(_) => Err(Error::OutcomeUnknown { write, source: None }),
    }
}

/// Waits for a share of the memory that reads may use.
///
/// # Errors
/// [`Error::Busy`] after [`PERMIT_TIMEOUT`].
pub async fn acquire(memory: &Semaphore, share: u32) -> Result<SemaphorePermit<'_>, Error> {
    if let Ok(permit) = memory.try_acquire_many(share) {
        return Ok(permit);
    }
    match timeout(PERMIT_TIMEOUT, memory.acquire_many(share)).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Error::Busy),
    }
}
