//! The errors of this service, and how clients see them.

use openapi_server::{ApiError, Violation};

use crate::database;
use crate::id::{Id, InvalidId};
use crate::money::InvalidAmount;
use crate::readiness::NotReady;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the product {0} does not exist")]
    NotFound(Id),
    #[error("the cursor is not valid")]
    InvalidCursor,
    #[error("the service is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// The spec admits only valid ids.
    #[error(transparent)]
    InvalidId(#[from] InvalidId),
    /// The spec admits only valid prices.
    #[error(transparent)]
    InvalidAmount(#[from] InvalidAmount),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(id) => Self::not_found("product", &id.to_string()),
            Error::InvalidCursor => Self::invalid(&[Violation::new(
                "query",
                "/cursor".into(),
                "format",
                "must be the nextCursor of a previous page",
            )]),
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::Database(error) => error.into(),
            Error::NotReady(_) => {
                Self::unavailable("The database does not accept writes").with_source(error)
            }
            Error::InvalidId(_) | Error::InvalidAmount(_) => Self::internal().with_source(error),
        }
    }
}
