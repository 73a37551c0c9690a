//! Detects a database server that has ended or accepts no connections. The attacks are about the
//! services, and none of theirs would start without a database.

use std::sync::PoisonError;
use std::time::Duration;

use anyhow::{Context, Result};
use mongodb::Client;
use mongodb::bson::doc;
use mongodb::options::ClientOptions;
use tokio::time::sleep;

use crate::test_bed::TestBed;

/// The pause between checks.
const INTERVAL: Duration = Duration::from_secs(5);

/// The time that the server has to accept a connection and to answer. The attacks and a busy
/// machine slow it down.
const PATIENCE: Duration = Duration::from_secs(10);

/// The failed checks in a row that make a failure.
const MAX_FAILED_CHECKS: u32 = 3;

/// The server has failed.
#[derive(Debug, thiserror::Error)]
#[error("the database failed")]
pub struct DatabaseFailure;

/// Waits until the server fails; returns the reason.
pub async fn failure(bed: &TestBed) -> anyhow::Error {
    let mut failed = 0;
    loop {
        sleep(INTERVAL).await;
        let running = bed.database.lock().unwrap_or_else(PoisonError::into_inner).check_running();
        if let Err(error) = running {
            return error.context(DatabaseFailure);
        }
        match ping(&bed.uri("admin"), PATIENCE).await {
            Ok(()) => failed = 0,
            Err(_) if failed + 1 < MAX_FAILED_CHECKS => failed += 1,
            Err(error) => {
                let database = bed.database.lock().unwrap_or_else(PoisonError::into_inner);
                let output = database.last_output();
                return error
                    .context(format!("its last output: {output}"))
                    .context(DatabaseFailure);
            }
        }
    }
}

/// Sends a ping over a new connection.
async fn ping(uri: &str, patience: Duration) -> Result<()> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout = Some(patience);
    options.connect_timeout = Some(patience);
    let client = Client::with_options(options)?;
    let database = client.database("admin");
    let ping = tokio::time::timeout(2 * patience, database.run_command(doc! { "ping": 1 }));
    let answer = ping.await.context("no answer to a ping");
    client.shutdown().immediate(true).await;
    answer??;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ping_of_a_server_that_never_answers_fails() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let uri = format!("mongodb://{address}/?directConnection=true");
        assert!(ping(&uri, Duration::from_millis(50)).await.is_err());
    }
}
