//! What can go wrong in this service, and the one place that turns it into HTTP.

use openapi_server::{ApiError, Violation};

use crate::readiness::NotReady;
use crate::{database, money};

/// What can go wrong in this service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such product.
    #[error("there is no product {0}")]
    NotFound(String),
    /// The cursor did not come from this service.
    #[error("this is no cursor")]
    Cursor,
    /// The service has been told to stop.
    #[error("the service is shutting down")]
    ShuttingDown,
    /// The database.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// The database does not take writes.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// A price that passed the spec and is none.
    #[error(transparent)]
    Price(#[from] money::NotAmount),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let error = match error {
            Error::Database(error) => return error.into(),
            error => error,
        };
        match &error {
            Error::NotFound(id) => Self::not_found("product", id),
            Error::Cursor => Self::invalid(&[Violation::new(
                "query",
                "/cursor".into(),
                "format",
                "must come from a page before",
            )]),
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::NotReady(_) => {
                Self::unavailable("The database does not take writes").with_source(error)
            }
            Error::Database(_) | Error::Price(_) => Self::internal().with_source(error),
        }
    }
}
