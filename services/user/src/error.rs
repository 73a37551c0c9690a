//! What can go wrong in this service, and the one place that turns it into HTTP.

use openapi_server::ApiError;

use crate::readiness::NotReady;
use crate::{database, password, token};

/// What can go wrong in this service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such user.
    #[error("there is no user {0}")]
    NotFound(String),
    /// Another user has this e-mail address.
    #[error("this e-mail address is registered already")]
    EmailTaken,
    /// No user has this e-mail address and password.
    #[error("wrong e-mail address or password")]
    WrongCredentials,
    /// The service has been told to stop.
    #[error("the service is shutting down")]
    ShuttingDown,
    /// The database.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// The database does not take writes.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// Hashing a password.
    #[error(transparent)]
    Password(#[from] password::Error),
    /// Making a token.
    #[error(transparent)]
    Token(#[from] token::Error),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let error = match error {
            Error::Database(error) => return error.into(),
            error => error,
        };
        match &error {
            Error::NotFound(id) => Self::not_found("user", id),
            Error::EmailTaken => Self::conflict("This e-mail address is registered already"),
            Error::WrongCredentials => Self::unauthorized("Wrong e-mail address or password"),
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::NotReady(_) => {
                Self::unavailable("The database does not take writes").with_source(error)
            }
            Error::Password(password::Error::Busy(_)) => {
                Self::unavailable("Too many requests with passwords are waiting").with_source(error)
            }
            Error::Database(_) | Error::Password(_) | Error::Token(_) => {
                Self::internal().with_source(error)
            }
        }
    }
}
