//! One call to another service: when it may be made, how long it may take, and what its outcome
//! says about the service.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use progenitor_client::Error as ClientError;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::Error;
use super::breaker::{Breaker, Outcome, Phase};
use crate::limits::BREAKER_LEAST_WAIT;

/// Why a call failed without an error of the client.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The answer parses but is about something else.
    #[error("the answer is not about what was asked for")]
    InvalidResponse,
    /// The order's time was over before the answer came.
    #[error("no answer before the order's deadline")]
    Timeout,
    /// The order's time was over before the call could be made.
    #[error("no permit for the call before the order's deadline")]
    NoPermit,
}

/// What all calls to one service share: its name, which is also that of the resource that it
/// has, and its circuit breaker if there is one.
pub struct CallPolicy {
    service: &'static str,
    breaker: Option<Breaker>,
}

impl CallPolicy {
    /// The policy for calls to `service`.
    pub fn new(service: &'static str, with_breaker: bool) -> Self {
        Self { service, breaker: with_breaker.then(|| Breaker::new(service)) }
    }

    /// Whether the next call is the one that finds out whether the service is back.
    ///
    /// # Errors
    /// [`Error::Open`] if calls are refused.
    pub fn is_probe_next(&self) -> Result<bool, Error> {
        match self.breaker.as_ref().map(Breaker::phase) {
            None | Some(Phase::Closed) => Ok(false),
            Some(Phase::HalfOpen) => Ok(true),
            Some(Phase::Open(retry_after)) => Err(self.open(retry_after)),
        }
    }

    /// Makes a call once there is a permit for it. `call` is not polled before.
    ///
    /// # Errors
    /// Those of the call; [`Error::Open`] if it is not made; [`Error::Failed`] if the deadline
    /// passes.
    pub async fn call<T>(
        &self,
        permits: &Semaphore,
        deadline: Instant,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let permit = timeout_at(deadline, permits.acquire()).await;
        let permit = permit.map_err(|_| self.failed(CallError::NoPermit))?;
        let _permit = permit.map_err(|error| self.failed(error))?;
        let admitted = self.breaker.as_ref().map(Breaker::admit).transpose();
        let admitted = admitted.map_err(|retry_after| self.open(retry_after))?;
        let started = Instant::now();
        if started >= deadline {
            // The permit came from a call that the same deadline ended.
            return Err(self.failed(CallError::NoPermit));
        }
        let result = timeout_at(deadline, call).await;
        let outcome = match &result {
            Ok(Ok(_) | Err(Error::Unknown { .. })) => Some(Outcome::Success),
            Ok(Err(_)) => Some(Outcome::Failure),
            Err(_) => (started.elapsed() >= BREAKER_LEAST_WAIT).then_some(Outcome::Failure),
        };
        if let (Some(admitted), Some(outcome)) = (admitted, outcome) {
            admitted.record(outcome);
        }
        result.unwrap_or_else(|_| Err(self.failed(CallError::Timeout)))
    }

    /// The service did not answer as it should.
    pub fn failed(&self, source: impl StdError + Send + Sync + 'static) -> Error {
        Error::Failed { service: self.service, source: Box::new(source) }
    }

    /// What an error of the generated client means. The service's own 404 about this very
    /// resource means that there is none. Any other 404, of a proxy or of a path that does not
    /// exist, says nothing about it.
    pub fn map_client_error<E>(&self, id: &str, error: ClientError<E>) -> Error
    where
        E: Serialize + Debug + Send + Sync + 'static,
    {
        match &error {
            ClientError::ErrorResponse(answer)
                if answer.status() == 404 && names(&**answer, self.service, id) =>
            {
                Error::Unknown { resource: self.service, id: id.to_owned() }
            }
            _ => self.failed(error),
        }
    }

    fn open(&self, retry_after: Duration) -> Error {
        Error::Open { service: self.service, retry_after }
    }
}

/// Whether the details of an error envelope are about this resource.
fn names(envelope: &impl Serialize, resource: &str, id: &str) -> bool {
    let envelope = serde_json::to_value(envelope).unwrap_or_default();
    let details = &envelope["error"]["details"];
    details["resource"] == resource
        && details["id"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(id))
}
