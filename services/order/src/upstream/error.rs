//! Errors of calls to other services, and how clients see them.

use std::error::Error as StdError;
use std::time::Duration;

use openapi_server::ApiError;

use crate::id::Id;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service reported that the resource does not exist.
    #[error("the {resource} {id} does not exist")]
    NotFound { resource: &'static str, id: Id },
    /// The service did not respond in time, responded with another error, or returned an invalid
    /// response.
    #[error("the {service} service failed")]
    Failed {
        service: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The service has failed before, and calls to it are paused.
    #[error("the circuit breaker of the {service} service is open")]
    CircuitOpen { service: &'static str, retry_after: Duration },
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { resource, id } => Self::not_found(resource, &id.to_string()),
            Error::Failed { service, .. } => unavailable(service).with_source(error),
            Error::CircuitOpen { service, retry_after } => {
                unavailable(service).with_retry_after(retry_after).with_source(error)
            }
        }
    }
}

fn unavailable(service: &str) -> ApiError {
    ApiError::unavailable(format!("The {service} service is unavailable"))
}
