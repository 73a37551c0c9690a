//! Connecting at start: retried with growing delays, since the database may start later than the
//! service.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use mongodb::options::{Acknowledgment, ClientOptions, ConnectionString, WriteConcern};
use mongodb::{Client, Database};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::error::Error;
use super::metrics::{pool_observer, set_namespace};
use super::operation::ping;
use crate::limits::{
    ATTEMPT_TIMEOUT, ATTEMPTS, FIRST_DELAY, LONGEST_DELAY, POOL_SIZE, SELECTION_TIMEOUT,
};

/// Connects and ensures the indexes, retrying until both succeed. `default_name` names the
/// database if the connection string does not.
pub async fn connect<F>(
    uri: ConnectionString,
    default_name: &str,
    ensure_indexes: impl Fn(Database) -> F,
) -> Result<Database, Error>
where
    F: Future<Output = Result<(), Error>>,
{
    // Configured by the first attempt that can: `mongodb+srv` looks up the servers' names.
    let configured = OnceCell::new();
    with_retries(|| async {
        let attempt = async {
            let database =
                configured.get_or_try_init(|| database(uri.clone(), default_name)).await?;
            ping(database).await?;
            ensure_indexes(database.clone()).await?;
            Ok(database.clone())
        };
        timeout(ATTEMPT_TIMEOUT, attempt).await.unwrap_or(Err(Error::Timeout(ATTEMPT_TIMEOUT)))
    })
    .await
}

/// Makes up to `ATTEMPTS` attempts and returns the error of the last one.
pub async fn with_retries<T, F>(attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let delays = ExponentialBuilder::default()
        .with_min_delay(FIRST_DELAY)
        .with_max_delay(LONGEST_DELAY)
        .with_factor(2.0)
        .with_max_times(ATTEMPTS - 1);
    attempt.retry(delays).notify(log_failure).await
}

fn log_failure(error: &Error, delay: Duration) {
    let error = openapi_server::chain(error);
    tracing::warn!(%error, retry_in_s = delay.as_secs(), "database connection failed");
}

/// Configures a client, which connects when it is first used. Fails if the look-up of an SRV record
/// fails.
async fn database(uri: ConnectionString, default_name: &str) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(uri).await.map_err(Error::from_driver)?;
    let name = options.default_database.clone().unwrap_or_else(|| default_name.to_owned());
    set_namespace(&name);
    options.app_name.get_or_insert_with(|| env!("CARGO_PKG_NAME").to_owned());
    options.max_pool_size.get_or_insert(POOL_SIZE);
    options.connect_timeout.get_or_insert(SELECTION_TIMEOUT);
    options.server_selection_timeout.get_or_insert(SELECTION_TIMEOUT);
    options.cmap_event_handler = Some(pool_observer());
    // A write that was answered with 2xx must survive the loss of a server.
    let majority = || WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    options.write_concern.get_or_insert_with(majority);
    Ok(Client::with_options(options).map_err(Error::from_driver)?.database(&name))
}
