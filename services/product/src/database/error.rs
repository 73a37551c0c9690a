//! What the database did, and what that means for a client.

use std::time::Duration;

use mongodb::bson::oid::ObjectId;
use mongodb::error::{
    Error as DriverError, ErrorKind, NO_WRITES_PERFORMED, SYSTEM_OVERLOADED_ERROR, WriteFailure,
};
use openapi_server::ApiError;

use crate::document::Invalid;

/// What the database did.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached now, or did nothing; it may be able to later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] DriverError),
    /// It did not answer in time.
    #[error("the database did not answer within {0:?}")]
    Late(Duration),
    /// As many reads as memory allows are in flight.
    #[error("too many reads of the database are in flight")]
    Busy,
    /// A write was sent, and no answer says whether it was made.
    #[error("the database did not confirm a write: {write}")]
    OutcomeUnknown {
        /// What was written.
        write: Write,
        /// None if the answer took too long.
        #[source]
        source: Option<Box<DriverError>>,
    },
    /// A document is not of the form that this service writes. Says nothing of its values.
    #[error("the database holds a document that cannot be read: {collection} {id}")]
    Unreadable {
        /// Where it is.
        collection: Box<str>,
        /// Its id.
        id: Box<str>,
        /// What is wrong with it.
        #[source]
        source: Box<Invalid>,
    },
    /// It refused or failed.
    #[error("the database failed")]
    Failed(#[source] DriverError),
}

/// A write of one document, for the message if its outcome stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// `order`; the resource's path is `/orders/{id}`.
    pub resource: &'static str,
    /// `stored`.
    pub done: &'static str,
    /// The document's id.
    pub id: ObjectId,
}

impl std::fmt::Display for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} may have been {}", self.resource, self.id, self.done)
    }
}

/// MaxTimeMSExpired. On a write of one document it means that nothing was
/// written: once that is committed, only the write concern can be late, which is
/// reported as such.
const MAX_TIME_EXPIRED: i32 = 50;

/// Server codes that mean "not now": interrupted, shutting down, stepping down,
/// no primary, its network failed (the driver's retryable codes).
const TRANSIENT_ERROR_CODES: [i32; 14] =
    [6, 7, 89, 91, 134, 189, 262, 9_001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436];

impl Error {
    /// The failure of an operation that can be repeated.
    pub(super) fn from_read(error: DriverError) -> Self {
        let transient = match error.kind.as_ref() {
            ErrorKind::ServerSelection { .. }
            | ErrorKind::Io(_)
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::ConnectionPoolCleared { .. } => true,
            ErrorKind::Command(command) => {
                command.code == MAX_TIME_EXPIRED || TRANSIENT_ERROR_CODES.contains(&command.code)
            }
            _ => false,
        };
        if transient { Self::Unavailable(error) } else { Self::Failed(error) }
    }

    /// The failure of a write. In doubt it may have been made: an error of the
    /// second attempt says nothing of the first.
    pub(super) fn from_write(error: DriverError, write: Write) -> Self {
        match made(&error) {
            Made::No => Self::Unavailable(error),
            Made::Perhaps => Self::OutcomeUnknown { write, source: Some(Box::new(error)) },
            Made::Refused => Self::Failed(error),
        }
    }
}

/// Whether a write that failed was made.
#[derive(Debug, PartialEq, Eq)]
enum Made {
    /// Certainly not; it may work later.
    No,
    /// It may have been.
    Perhaps,
    /// The server refused it.
    Refused,
}

fn made(error: &DriverError) -> Made {
    match error.kind.as_ref() {
        // The driver returns this only if no attempt was sent.
        ErrorKind::ServerSelection { .. } | ErrorKind::DnsResolve { .. } => Made::No,
        // The driver labels network errors so while it makes a connection, and returns such
        // an error only if no attempt was sent.
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => {
            if error.contains_label(SYSTEM_OVERLOADED_ERROR) { Made::No } else { Made::Perhaps }
        }
        ErrorKind::InvalidResponse { .. } => Made::Perhaps,
        ErrorKind::Write(WriteFailure::WriteConcernError(_)) => Made::Perhaps,
        ErrorKind::Write(WriteFailure::WriteError(write)) => made_despite(error, write.code),
        ErrorKind::Command(command) => made_despite(error, command.code),
        _ => Made::Refused,
    }
}

fn made_despite(error: &DriverError, code: i32) -> Made {
    if code == MAX_TIME_EXPIRED {
        Made::No
    } else if !TRANSIENT_ERROR_CODES.contains(&code) {
        Made::Refused
    } else if error.contains_label(NO_WRITES_PERFORMED) {
        Made::No
    } else {
        Made::Perhaps
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) | Error::Late(_) => {
                Self::unavailable("The database does not answer").with_source(error)
            }
            Error::Busy => {
                Self::unavailable("Too many large answers are being read").with_source(error)
            }
            Error::OutcomeUnknown { write, .. } => outcome_unknown(write).with_source(error),
            Error::Unreadable { .. } | Error::Failed(_) => Self::internal().with_source(error),
        }
    }
}

/// 503 without `Retry-After`: whoever sends the request again might make it twice.
fn outcome_unknown(write: Write) -> ApiError {
    let Write { resource, done, id } = write;
    let message = format!(
        "The outcome is unknown: the {resource} may have been {done}; \
         read /{resource}s/{id} before trying again"
    );
    ApiError::outcome_unknown(message)
        .with_detail("resource", resource)
        .with_detail("id", id.to_hex())
}
