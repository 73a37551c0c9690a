//! The errors of this service, and how clients see them.

use openapi_server::{ApiError, InvalidValue, StatusCode, Violation};

use crate::api::OrderStatus;
use crate::auth;
use crate::database;
use crate::id::{Id, InvalidId};
use crate::readiness::NotReady;
use crate::rules::lines::MissingProduct;
use crate::rules::total::Inexact;
use crate::upstream;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the order {0} does not exist")]
    NotFound(Id),
    #[error("the status cannot change from {} to {}", from.as_str(), to.as_str())]
    Transition { from: OrderStatus, to: OrderStatus },
    #[error("the cursor is not valid")]
    InvalidCursor,
    #[error("too many orders are in progress")]
    TooManyOrders,
    #[error("the idempotency key was used for another order")]
    KeyReused,
    #[error("another request with the same idempotency key is in progress")]
    KeyInUse,
    /// By the settler, since placing it took too long.
    #[error("the order was abandoned while it was being placed")]
    Abandoned,
    #[error("the principal may not do this: {0}")]
    Forbidden(&'static str),
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error("the service is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Upstream(#[from] upstream::Error),
    #[error(transparent)]
    Inexact(#[from] Inexact),
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// The spec admits only valid ids.
    #[error(transparent)]
    InvalidId(#[from] InvalidId),
    /// What is stored does not satisfy the schema of the response.
    #[error("the spec does not allow a value of the response")]
    InvalidValue(#[from] InvalidValue),
}

impl From<MissingProduct> for Error {
    fn from(MissingProduct(id): MissingProduct) -> Self {
        Self::Upstream(upstream::Error::NotFound { resource: "product", id })
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(id) => Self::not_found("order", &id.to_string()),
            Error::Transition { from, to } => transition(from, to),
            Error::InvalidCursor => Self::invalid(&[Violation::new(
                "query",
                "/cursor".into(),
                "format",
                "must be the nextCursor of a previous page",
            )]),
            Error::TooManyOrders => {
                Self::unavailable("Too many orders are in progress; try again later")
            }
            Error::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "IDEMPOTENCY_KEY_REUSED",
                "The Idempotency-Key was used for another order; expected a new key",
            ),
            Error::KeyInUse => Self::unavailable(
                "Another request with the same Idempotency-Key is in progress; try again later",
            ),
            Error::Abandoned => {
                Self::unavailable("Placing the order took too long; try again later")
            }
            Error::Forbidden(what) => Self::forbidden(what),
            Error::Auth(auth::Error::Invalid(error)) => {
                Self::unauthorized("The credentials are not valid").with_source(error)
            }
            Error::Auth(auth::Error::Unavailable(error)) => {
                Self::unavailable("The keys of the user service are unavailable").with_source(error)
            }
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::Upstream(error) => error.into(),
            Error::Inexact(_) => {
                Self::unprocessable("The total has more digits than a JSON number can represent")
            }
            Error::Database(error) => error.into(),
            Error::NotReady(_) => {
                Self::unavailable("The database does not accept writes").with_source(error)
            }
            Error::InvalidId(_) | Error::InvalidValue(_) => Self::internal().with_source(error),
        }
    }
}

fn transition(from: OrderStatus, to: OrderStatus) -> ApiError {
    let from = from.as_str();
    let to = to.as_str();
    ApiError::conflict(format!("The status cannot change from {from} to {to}"))
        .with_detail("from", from)
        .with_detail("to", to)
}
