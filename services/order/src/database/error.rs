//! Errors of the database: classified by what is known about the operation's effect, and mapped to
//! responses.

use std::time::Duration;

use mongodb::error::{
    Error as DriverError, ErrorKind, NO_WRITES_PERFORMED, SYSTEM_OVERLOADED_ERROR, WriteFailure,
};
use openapi_server::ApiError;

use crate::document::InvalidDocument;
use crate::id::Id;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operation had no effect, and may succeed later.
    #[error("the database is unavailable")]
    Unavailable(#[source] DriverError),
    #[error("the database did not respond within {0:?}")]
    Timeout(Duration),
    /// The reads in flight use all the memory that reads may use.
    #[error("too many large reads of the database are in progress")]
    Busy,
    /// A write was sent, and no response says whether it was applied.
    #[error("the database did not confirm a write: {write}")]
    OutcomeUnknown {
        write: WriteInfo,
        /// `None` after a timeout.
        #[source]
        source: Option<Box<DriverError>>,
    },
    /// A stored document does not have the expected form. The message contains none of its values.
    #[error("cannot read a document of the database: {collection} {id}")]
    Unreadable {
        collection: Box<str>,
        id: Box<str>,
        #[source]
        source: Box<InvalidDocument>,
    },
    /// The database rejected the operation, or failed.
    #[error("the database operation failed")]
    Failed(#[source] DriverError),
}

/// A write of one document, described for the case that its outcome remains unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteInfo {
    /// `order`; the resource's path is `/orders/{id}`.
    pub resource: &'static str,
    /// A past participle, such as `stored`.
    pub effect: &'static str,
    pub id: Id,
}

impl std::fmt::Display for WriteInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} may have been {}", self.resource, self.id, self.effect)
    }
}

/// MaxTimeMSExpired. After a write of one document it means that the write was not applied: once
/// a write is committed, only its write concern can time out, which is reported differently.
const MAX_TIME_EXPIRED: i32 = 50;

/// Server codes for conditions that pass: interrupted, shutting down, stepping down, no primary,
/// network failure (the driver's retryable codes).
const TRANSIENT_ERROR_CODES: [i32; 14] =
    [6, 7, 89, 91, 134, 189, 262, 9_001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436];

impl Error {
    /// Classifies the failure of an operation that is safe to repeat.
    pub(super) fn from_driver(error: DriverError) -> Self {
        let transient = match error.kind.as_ref() {
            ErrorKind::ServerSelection { .. }
            | ErrorKind::Io(_)
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::ConnectionPoolCleared { .. } => true,
            ErrorKind::Command(command) => is_transient(command.code),
            ErrorKind::Write(WriteFailure::WriteError(write)) => is_transient(write.code),
            // Applied, but not yet by a majority: an operation that is repeated waits again.
            ErrorKind::Write(WriteFailure::WriteConcernError(_)) => true,
            _ => false,
        };
        if transient { Self::Unavailable(error) } else { Self::Failed(error) }
    }

    /// Whether a unique index rejected a write.
    pub fn is_duplicate_key(&self) -> bool {
        matches!(self, Self::Failed(error) if is_duplicate_key(error))
    }

    /// Classifies the failure of a write. In case of doubt it may have been applied: the error of
    /// the second attempt says nothing about the first.
    pub(super) fn from_write(error: DriverError, write: WriteInfo) -> Self {
        match effect_of(&error) {
            Effect::None => Self::Unavailable(error),
            Effect::Unknown => Self::OutcomeUnknown { write, source: Some(Box::new(error)) },
            Effect::Rejected => Self::Failed(error),
        }
    }
}

fn is_transient(code: i32) -> bool {
    code == MAX_TIME_EXPIRED || TRANSIENT_ERROR_CODES.contains(&code)
}

/// The server reports duplicate keys in different forms for writes and for commands.
fn is_duplicate_key(error: &DriverError) -> bool {
    const DUPLICATE_KEY: i32 = 11_000;
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.code == DUPLICATE_KEY,
        ErrorKind::Command(command) => command.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// Whether a write is worth another attempt: its connection failed, or a condition that passes.
pub(super) fn is_retryable(error: &DriverError) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => true,
        ErrorKind::Write(WriteFailure::WriteError(write)) => {
            TRANSIENT_ERROR_CODES.contains(&write.code)
        }
        ErrorKind::Command(command) => TRANSIENT_ERROR_CODES.contains(&command.code),
        _ => false,
    }
}

/// Whether it is certain that a write was not applied, although it may be later.
pub(super) fn has_no_effect(error: &DriverError) -> bool {
    effect_of(error) == Effect::None
}

/// The effect of a write that failed.
#[derive(Debug, PartialEq, Eq)]
enum Effect {
    /// It was not applied, and may succeed later.
    None,
    /// It may have been applied.
    Unknown,
    /// The server rejected it.
    Rejected,
}

fn effect_of(error: &DriverError) -> Effect {
    match error.kind.as_ref() {
        // The driver returns these only if no attempt was sent.
        ErrorKind::ServerSelection { .. } | ErrorKind::DnsResolve { .. } => Effect::None,
        // The driver adds this label to network errors while it connects, and returns such an
        // error only if no attempt was sent.
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. }
            if error.contains_label(SYSTEM_OVERLOADED_ERROR) =>
        {
            Effect::None
        }
        ErrorKind::Io(_)
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::InvalidResponse { .. }
        | ErrorKind::Write(WriteFailure::WriteConcernError(_)) => Effect::Unknown,
        ErrorKind::Write(WriteFailure::WriteError(write)) => effect_of_code(error, write.code),
        ErrorKind::Command(command) => effect_of_code(error, command.code),
        _ => Effect::Rejected,
    }
}

fn effect_of_code(error: &DriverError, code: i32) -> Effect {
    if code == MAX_TIME_EXPIRED {
        Effect::None
    } else if !TRANSIENT_ERROR_CODES.contains(&code) {
        Effect::Rejected
    } else if error.contains_label(NO_WRITES_PERFORMED) {
        Effect::None
    } else {
        Effect::Unknown
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) | Error::Timeout(_) => {
                Self::unavailable("The database is unavailable").with_source(error)
            }
            Error::Busy => {
                Self::unavailable("Too many large reads are in progress; try again later")
                    .with_source(error)
            }
            Error::OutcomeUnknown { write, .. } => outcome_unknown(write).with_source(error),
            Error::Unreadable { .. } | Error::Failed(_) => Self::internal().with_source(error),
        }
    }
}

/// 503 without `Retry-After`, since repeating the request might apply the write twice.
fn outcome_unknown(write: WriteInfo) -> ApiError {
    let WriteInfo { resource, effect, id } = write;
    let message = format!(
        "The outcome is unknown: the {resource} may have been {effect}; \
         read /{resource}s/{id} before trying again"
    );
    ApiError::outcome_unknown(message)
        .with_detail("resource", resource)
        .with_detail("id", id.to_string())
}
