//! Applies the limits on calls to another service: permits, the deadline and the circuit breaker.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use progenitor_client::Error as ClientError;
use reqwest::StatusCode;
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::breaker::{Breaker, CallGuard, Outcome, Phase};
use super::error::Error;
use super::metrics::CallMetrics;
use crate::id::Id;
use crate::limits::BREAKER_MIN_WAIT;

/// The failures of a call that the generated client does not report.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("the response is about another resource, or its values are invalid")]
    InvalidResponse,
    #[error("no response before the order's deadline")]
    Timeout,
    #[error("a value of the request does not fit the spec")]
    InvalidRequest,
    #[error("no permit for the call before the order's deadline")]
    NoPermit,
}

/// A response that the spec does not allow, or that reports a failure. The log gets neither its
/// headers nor its body, which may contain personal data and be a mebibyte long.
#[derive(Debug, thiserror::Error)]
enum ResponseError {
    #[error("the response has the status {0}")]
    Status(StatusCode),
    #[error("the response does not have the form of the spec: line {line}, column {column}")]
    Form { line: usize, column: usize },
}

/// What all calls to one service share.
pub struct CallPolicy {
    /// The name of the service and of the resource that it manages.
    service: &'static str,
    breaker: Option<Breaker>,
    metrics: CallMetrics,
}

impl CallPolicy {
    pub fn new(service: &'static str, with_breaker: bool, metrics: CallMetrics) -> Self {
        let breaker = with_breaker.then(|| Breaker::new(service));
        metrics.set_breaker(service, false);
        Self { service, breaker, metrics }
    }

    /// Whether the next call is the probe of a half-open breaker. Fails if the breaker is open.
    pub fn is_probe_next(&self) -> Result<bool, Error> {
        match self.breaker.as_ref().map(Breaker::phase) {
            None | Some(Phase::Closed) => Ok(false),
            Some(Phase::HalfOpen) => Ok(true),
            Some(Phase::Open(retry_after)) => Err(self.circuit_open(retry_after)),
        }
    }

    /// Makes a call once a permit is available, and measures it. `call` is not polled before.
    pub async fn call<T>(
        &self,
        permits: &Semaphore,
        deadline: Instant,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let start = Instant::now();
        let result = match self.admit(permits, deadline).await {
            Ok((_permit, guard)) => {
                let start = Instant::now();
                let result = timeout_at(deadline, call).await;
                record(guard, &result, start);
                result.unwrap_or_else(|_| Err(self.failed(CallError::Timeout)))
            }
            Err(error) => Err(error),
        };
        self.metrics.observe(self.service, outcome(&result), start.elapsed());
        if let Some(breaker) = &self.breaker {
            self.metrics.set_breaker(self.service, breaker.phase() != Phase::Closed);
        }
        result
    }

    /// Waits for a permit, and asks the breaker.
    async fn admit<'a>(
        &'a self,
        permits: &'a Semaphore,
        deadline: Instant,
    ) -> Result<(SemaphorePermit<'a>, Option<CallGuard<'a>>), Error> {
        let permit = timeout_at(deadline, permits.acquire()).await;
        let permit = permit.map_err(|_| self.failed(CallError::NoPermit))?;
        let permit = permit.map_err(|error| self.failed(error))?;
        let guard = self.breaker.as_ref().map(Breaker::admit).transpose();
        let guard = guard.map_err(|retry_after| self.circuit_open(retry_after))?;
        if Instant::now() >= deadline {
            // The permit became available when the same deadline ended another call.
            return Err(self.failed(CallError::NoPermit));
        }
        Ok((permit, guard))
    }

    pub fn failed(&self, source: impl StdError + Send + Sync + 'static) -> Error {
        Error::Failed { service: self.service, source: Box::new(source) }
    }

    /// Maps an error of the generated client. Only the service's own 404 about this resource means
    /// that the resource does not exist; that of a proxy, or about the path, does not.
    pub fn map_client_error<E>(&self, id: Id, error: ClientError<E>) -> Error
    where
        E: Serialize + Debug + Send + Sync + 'static,
    {
        match &error {
            ClientError::ErrorResponse(response)
                if response.status() == 404 && is_about(&**response, self.service, id) =>
            {
                Error::NotFound { resource: self.service, id }
            }
            _ => self.call_failed(error),
        }
    }

    /// Maps an error of the generated client which is not about the resource.
    pub fn call_failed<E>(&self, error: ClientError<E>) -> Error
    where
        E: Debug + Send + Sync + 'static,
    {
        match error {
            ClientError::ErrorResponse(response) => {
                self.failed(ResponseError::Status(response.status()))
            }
            ClientError::UnexpectedResponse(response) => {
                self.failed(ResponseError::Status(response.status()))
            }
            ClientError::InvalidResponsePayload(_, error) => {
                let (line, column) = (error.line(), error.column());
                self.failed(ResponseError::Form { line, column })
            }
            error => self.failed(error),
        }
    }

    fn circuit_open(&self, retry_after: Duration) -> Error {
        Error::CircuitOpen { service: self.service, retry_after }
    }
}

/// The outcome of a call, for metrics.
fn outcome<T>(result: &Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "success",
        Err(error) if error.is_refusal() => "refusal",
        Err(Error::CircuitOpen { .. }) => "circuit_open",
        Err(_) => "failure",
    }
}

/// Tells the breaker what the result of a call says about the service.
fn record<T>(
    guard: Option<CallGuard<'_>>,
    result: &Result<Result<T, Error>, Elapsed>,
    start: Instant,
) {
    let outcome = match result {
        Ok(Ok(_)) => Some(Outcome::Success),
        Ok(Err(error)) if error.is_refusal() => Some(Outcome::Success),
        Ok(Err(_)) => Some(Outcome::Failure),
        Err(_) => (start.elapsed() >= BREAKER_MIN_WAIT).then_some(Outcome::Failure),
    };
    if let (Some(guard), Some(outcome)) = (guard, outcome) {
        guard.record(outcome);
    }
}

/// Whether the details of an error envelope name this resource.
fn is_about(envelope: &impl Serialize, resource: &str, id: Id) -> bool {
    let envelope = serde_json::to_value(envelope).unwrap_or_default();
    let details = &envelope["error"]["details"];
    details["resource"] == resource
        && details["id"].as_str().is_some_and(|text| text.parse() == Ok(id))
}

#[cfg(test)]
mod tests {
    use openapi_server::chain;
    use user_client::types;

    use super::*;

    #[test]
    fn errors_do_not_contain_the_response() {
        let policy = CallPolicy::new("user", false, CallMetrics::new());
        let id = Id::generate();
        for body in [
            r#"{"id":"ada@example.com"}"#.to_owned(),
            format!(r#"{{"email":"{}""#, "ada@example.com".repeat(10_000)),
        ] {
            let form = serde_json::from_str::<types::User>(&body).unwrap_err();
            let error = ClientError::<types::Error>::InvalidResponsePayload(body.into(), form);
            let message = chain(&policy.map_client_error(id, error));
            assert!(!message.contains("ada") && message.len() < 200, "{message}");
        }
    }
}
