//! What can go wrong in this service, and the one place that turns it into HTTP.

use openapi_server::{ApiError, Violation};

use crate::api::OrderStatus;
use crate::readiness::NotReady;
use crate::{database, money, upstream};

/// What can go wrong in this service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such order.
    #[error("there is no order {0}")]
    NotFound(String),
    /// An order that is in `from` cannot become `to`.
    #[error("an order that is {} cannot become {}", from.as_str(), to.as_str())]
    Transition {
        /// What it is.
        from: OrderStatus,
        /// What it should become.
        to: OrderStatus,
    },
    /// The cursor did not come from this service.
    #[error("this is no cursor")]
    Cursor,
    /// As many orders are being placed as may be, or as this client may place.
    #[error("too many orders are being placed")]
    TooManyOrders,
    /// The service has been told to stop.
    #[error("the service is shutting down")]
    ShuttingDown,
    /// The user or the product service.
    #[error(transparent)]
    Upstream(#[from] upstream::Error),
    /// Adding up.
    #[error(transparent)]
    Money(#[from] money::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// The database does not take writes.
    #[error(transparent)]
    NotReady(#[from] NotReady),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let error = match error {
            Error::Database(error) => return error.into(),
            error => error,
        };
        match &error {
            Error::NotFound(id) => Self::not_found("order", id),
            Error::Transition { from, to } => Self::conflict(error.to_string())
                .with_detail("from", from.as_str())
                .with_detail("to", to.as_str()),
            Error::Cursor => Self::invalid(&[Violation::new(
                "query",
                "/cursor".into(),
                "format",
                "must come from a page before",
            )]),
            Error::TooManyOrders => {
                Self::unavailable("Too many orders are being placed; try again later")
            }
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::Upstream(upstream::Error::Unknown { resource, id }) => {
                Self::not_found(resource, id)
            }
            Error::Upstream(upstream::Error::Failed { service, .. }) => {
                Self::unavailable(format!("The {service} service is unavailable"))
                    .with_source(error)
            }
            Error::Upstream(upstream::Error::Open { service, retry_after }) => {
                Self::unavailable(format!("The {service} service is unavailable"))
                    .with_retry_after(*retry_after)
                    .with_source(error)
            }
            Error::Money(money::Error::NotExact) => Self::unprocessable(error.to_string()),
            Error::NotReady(_) => {
                Self::unavailable("The database does not take writes").with_source(error)
            }
            Error::Money(money::Error::NotAmount(_)) | Error::Database(_) => {
                Self::internal().with_source(error)
            }
        }
    }
}
