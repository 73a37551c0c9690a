//! The errors of this service, and how clients see them.

use openapi_server::{ApiError, InvalidValue, Violation};

use crate::auth;
use crate::database;
use crate::id::{Id, InvalidId};
use crate::password;
use crate::readiness::NotReady;
use crate::throttle::{self, TooManyAttempts};
use crate::token;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the user {0} does not exist")]
    NotFound(Id),
    #[error("the cursor is not valid")]
    InvalidCursor,
    #[error("the e-mail address is already registered")]
    EmailTaken,
    #[error("the e-mail address or password is wrong")]
    InvalidCredentials,
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error("the principal may not do this: {0}")]
    Forbidden(&'static str),
    #[error("the user of the token is no longer an administrator")]
    NoLongerAdmin,
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error("the service is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error(transparent)]
    NotReady(#[from] NotReady),
    #[error(transparent)]
    Password(#[from] password::Error),
    #[error(transparent)]
    Token(#[from] token::Error),
    /// The spec admits only valid ids.
    #[error(transparent)]
    InvalidId(#[from] InvalidId),
    /// What is stored does not satisfy the schema of the response.
    #[error("the spec does not allow a value of the response")]
    InvalidValue(#[from] InvalidValue),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(id) => Self::not_found("user", &id.to_string()),
            Error::InvalidCursor => {
                let message = "must be the nextCursor of a previous page";
                Self::invalid(&[Violation::new("query", "/cursor".into(), "format", message)])
            }
            Error::EmailTaken => {
                Self::conflict("The e-mail address is already registered; it must be unique")
            }
            Error::InvalidCredentials => {
                Self::unauthorized("The e-mail address or password is wrong")
            }
            Error::TooManyAttempts(TooManyAttempts { retry_after }) => {
                Self::too_many_requests("Too many failed attempts; try again later", retry_after)
            }
            Error::Forbidden(what) => Self::forbidden(what),
            Error::Auth(auth::Error::Invalid(error)) => {
                Self::unauthorized("The credentials are not valid").with_source(error)
            }
            Error::NoLongerAdmin => {
                Self::unauthorized("The credentials are not valid").with_source(error)
            }
            Error::Auth(auth::Error::Unavailable(never)) => match never {},
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::Database(error) => error.into(),
            Error::NotReady(_) => {
                Self::unavailable("The database does not accept writes").with_source(error)
            }
            Error::Password(password::Error::Busy(_)) => {
                Self::unavailable("Too many password checks are in progress; try again later")
                    .with_source(error)
            }
            Error::Password(_) | Error::Token(_) | Error::InvalidId(_) | Error::InvalidValue(_) => {
                Self::internal().with_source(error)
            }
        }
    }
}

impl From<throttle::Error> for Error {
    fn from(error: throttle::Error) -> Self {
        match error {
            throttle::Error::TooManyAttempts(error) => error.into(),
            throttle::Error::Database(error) => error.into(),
        }
    }
}
