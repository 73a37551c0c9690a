//! The connection to MongoDB: made with patience at start, bounded in time
//! afterwards, and its errors told apart by what a client can do about them.
//!
//! Each service has its own copy: they share an API, not code.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use mongodb::bson::doc;
use mongodb::error::{Error as DriverError, ErrorKind};
use mongodb::options::{Acknowledgment, ClientOptions, ConnectionString, WriteConcern};
use mongodb::{Client, Database};

/// The longest that one attempt to connect takes.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Delays between attempts: 1, 2, 4 … 30 seconds, ten attempts in all.
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(30);
const ATTEMPTS: usize = 10;

/// The longest that a request waits for the database.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the driver looks for a server before it says that there is none.
const SELECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// Connections per process. A connection costs the database about 1 MB, and a
/// request holds one for a fraction of a millisecond.
const POOL_SIZE: u32 = 32;

/// Used where the connection string names no database.
const DEFAULT_NAME: &str = "userdb";

/// What the database did.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached now; it may be later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] DriverError),
    /// It did not answer in time.
    #[error("the database did not answer within {0:?}")]
    Late(Duration),
    /// It refused or failed.
    #[error("the database failed")]
    Failed(#[source] DriverError),
}

/// Server codes that mean "not now": shutting down, stepping down, no primary.
const NOT_NOW: [i32; 6] = [91, 189, 10_107, 11_600, 11_602, 13_435];

impl From<DriverError> for Error {
    fn from(error: DriverError) -> Self {
        let unreachable = match error.kind.as_ref() {
            ErrorKind::ServerSelection { .. } | ErrorKind::Io(_) | ErrorKind::DnsResolve { .. } => {
                true
            }
            ErrorKind::ConnectionPoolCleared { .. } => true,
            ErrorKind::Command(command) => NOT_NOW.contains(&command.code),
            _ => false,
        };
        if unreachable { Self::Unavailable(error) } else { Self::Failed(error) }
    }
}

/// Connects and prepares the database (its indexes), trying again with
/// growing delays until both have worked.
///
/// # Errors
/// The last attempt's.
pub async fn connect<F>(
    uri: ConnectionString,
    prepare: impl Fn(Database) -> F,
) -> Result<Database, Error>
where
    F: Future<Output = Result<(), Error>>,
{
    let database = open(uri).await?;
    with_retries(|| async {
        let work = async {
            ping(&database).await?;
            prepare(database.clone()).await
        };
        tokio::time::timeout(ATTEMPT_TIMEOUT, work)
            .await
            .unwrap_or(Err(Error::Late(ATTEMPT_TIMEOUT)))
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
    tracing::warn!(%error, retryInSeconds = delay.as_secs(), "cannot connect to the database");
}

async fn open(uri: ConnectionString) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(uri).await?;
    let name = options.default_database.clone().unwrap_or_else(|| DEFAULT_NAME.to_owned());
    options.app_name.get_or_insert_with(|| env!("CARGO_PKG_NAME").to_owned());
    options.max_pool_size.get_or_insert(POOL_SIZE);
    options.connect_timeout.get_or_insert(SELECTION_TIMEOUT);
    options.server_selection_timeout.get_or_insert(SELECTION_TIMEOUT);
    // What was answered with 2xx must survive the loss of a server.
    let majority = || WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    options.write_concern.get_or_insert_with(majority);
    Ok(Client::with_options(options)?.database(&name))
}

/// Whether the database answers.
///
/// # Errors
/// Why it does not.
pub async fn ping(database: &Database) -> Result<(), Error> {
    bounded(database.run_command(doc! { "ping": 1 }).into_future()).await.map(drop)
}

/// One operation, within five seconds.
///
/// # Errors
/// The driver's, sorted; or that it took too long.
pub async fn bounded<T>(
    operation: impl Future<Output = Result<T, DriverError>>,
) -> Result<T, Error> {
    match tokio::time::timeout(OPERATION_TIMEOUT, operation).await {
        Ok(outcome) => outcome.map_err(Error::from),
        Err(_) => Err(Error::Late(OPERATION_TIMEOUT)),
    }
}
