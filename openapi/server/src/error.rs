//! Errors that clients see.
//!
//! An [`ApiError`] separates what a client may know from what an operator needs. The client gets
//! the *envelope*: a status, a code for programs, a message for people, and details where they
//! help, as in
//!
//! ```json
//! {"error": {"code": "NOT_FOUND", "message": "The order 665f… does not exist",
//!            "details": {"resource": "order", "id": "665f…"}}}
//! ```
//!
//! The operator gets the *source*: the error that caused this one. It is written to the log with
//! its whole chain and never sent, since it may name hosts, queries or file paths. The source
//! travels in the response's extensions to the one place that logs requests.
//!
//! # Where errors come from
//!
//! - This crate makes those that precede a handler: routing, reading, validation, limits, panics.
//! - A service converts its error type into an `ApiError` in one `From` implementation. That
//!   conversion decides what becomes public; everything without a decision is
//!   [`ApiError::internal`] with the error as its source.
//! - An error with a status that the operation does not declare is a bug of the service. It is
//!   replaced by a 500 ([`RequestContext::declared`](crate::RequestContext::declared)), so that
//!   clients can rely on the spec. [`not_implemented`](ApiError::not_implemented) is the exception.
//!
//! # Choosing a constructor
//!
//! There is one constructor for each kind of error, and its name says what went wrong rather than
//! the number: [`invalid`](ApiError::invalid) for a request that violates the spec,
//! [`unprocessable`](ApiError::unprocessable) for a valid request that refers to something
//! unusable, [`conflict`](ApiError::conflict) for one that the state of the resource rules out.
//! [`unavailable`](ApiError::unavailable) invites a retry;
//! [`outcome_unknown`](ApiError::outcome_unknown) does not, since a write may have taken place.
//!
//! Messages say what is wrong, and then what is expected: "Method not allowed; allowed: GET, HEAD".
//! They never repeat a value from the request, which may be a password; ids in paths and names of
//! properties are the exception.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::codes;
use crate::limits::MAX_STREAM_BYTES;
use crate::violation::Violation;

/// The body of every response with a status of 400 or above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The envelope's only member.
    pub error: ErrorDetail,
}

/// The content of an [`ErrorBody`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For programs, such as `NOT_FOUND`.
    pub code: Cow<'static, str>,
    /// For people.
    pub message: String,
    /// For programs too: the violations found, or the resource concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Map<String, Value>>,
}

/// An error to be sent to the client. Boxed inside, so that results stay small.
#[derive(Debug)]
pub struct ApiError(Box<Parts>);

/// The cause of an [`ApiError`], for the log.
#[derive(Clone)]
pub(crate) struct Source(Arc<dyn Error + Send + Sync>);

/// What an [`ApiError`] consists of, for the code that sends it.
#[derive(Debug)]
pub(crate) struct Parts {
    pub status: StatusCode,
    pub body: ErrorBody,
    pub header: Option<(HeaderName, HeaderValue)>,
    pub source: Option<Source>,
}

impl ApiError {
    /// An error with a code for programs and a message for people.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let error = ErrorDetail { code: code.into(), message: message.into(), details: None };
        Self(Box::new(Parts { status, body: ErrorBody { error }, header: None, source: None }))
    }

    /// 400 with every violation that was found. The message quotes the first.
    pub fn invalid(violations: &[Violation]) -> Self {
        let mut message = "Invalid request".to_owned();
        if let Some(first) = violations.first() {
            // The body as a whole has an empty pointer.
            let place = format!("{} {}", first.location, first.pointer);
            message = format!("{message}: {} {}", place.trim_end(), first.message);
        }
        if violations.len() > 1 {
            message = format!("{message}; {} more", violations.len() - 1);
        }
        let fields: Vec<Value> = violations.iter().map(Value::from).collect();
        Self::new(StatusCode::BAD_REQUEST, codes::VALIDATION_ERROR, message)
            .with_detail("fields", fields)
    }

    /// 401: as the error of `authenticate`, it gets the challenges of the operation's security
    /// schemes; elsewhere `Bearer`, for which browsers do not open a password dialog.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, codes::UNAUTHORIZED, message)
    }

    /// 403: the client is known but may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, codes::FORBIDDEN, message)
    }

    /// 404 for a resource that does not exist; the details name it.
    pub fn not_found(resource: &str, id: &str) -> Self {
        let message = format!("The {resource} {id} does not exist");
        Self::new(StatusCode::NOT_FOUND, codes::NOT_FOUND, message)
            .with_detail("resource", resource)
            .with_detail("id", id)
    }

    /// 409: the state of the resource rules the request out.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, codes::CONFLICT, message)
    }

    /// 422: the request is valid but cannot be carried out.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, codes::UNPROCESSABLE, message)
    }

    /// 429 with `Retry-After`: the client has to wait.
    pub fn too_many_requests(message: impl Into<String>, after: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, codes::TOO_MANY_REQUESTS, message)
            .with_retry_after(after)
    }

    /// 413: the body has more than `max_bytes`.
    pub(crate) fn too_large(max_bytes: usize) -> Self {
        let message = format!("The body is too large; expected at most {max_bytes} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, codes::PAYLOAD_TOO_LARGE, message)
    }

    /// 413 or 408 for an error of a [`ByteStream`](crate::ByteStream) of a request.
    pub fn unreadable(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::FileTooLarge {
            return Self::too_large(MAX_STREAM_BYTES as usize);
        }
        let message = "The body is incomplete, or did not arrive in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, codes::REQUEST_TIMEOUT, message).with_source(error)
    }

    /// 500. Give it a source: the client learns nothing else.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, codes::INTERNAL_ERROR, "Internal server error")
    }

    /// 503 with `Retry-After: 1`.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, codes::SERVICE_UNAVAILABLE, message)
            .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 501: the operation has no implementation yet. The only status that is sent whether or not
    /// the operation declares it: a spec describes the finished service.
    pub fn not_implemented(operation: &'static str) -> Self {
        let message = format!("The operation {operation} is not implemented");
        Self::new(StatusCode::NOT_IMPLEMENTED, codes::NOT_IMPLEMENTED, message)
    }

    /// 500 for a response with a status that the spec describes by another response.
    #[must_use]
    pub fn misplaced_status(status: u16) -> Self {
        Self::internal().with_source(format!("the response cannot have the status {status}"))
    }

    /// 503 for a write that may have taken place. Without `Retry-After`, since a second attempt
    /// might repeat the write.
    pub fn outcome_unknown(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, codes::OUTCOME_UNKNOWN, message)
    }

    /// Sets `Retry-After`, rounded up to whole seconds and at least one.
    #[must_use]
    pub fn with_retry_after(self, after: Duration) -> Self {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// Sets `WWW-Authenticate`, which says how to authenticate, in place of the usual challenges.
    #[must_use]
    pub fn with_challenge(self, challenge: &'static str) -> Self {
        self.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// Sets the one header that an error can have besides those of its body.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// Adds one entry to the details.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.body.error.details.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// Sets the cause, which is logged and never sent.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(Source(source.into().into()));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Whether the error sets this header.
    pub(crate) fn has_header(&self, name: &HeaderName) -> bool {
        self.0.header.as_ref().is_some_and(|(known, _)| known == name)
    }

    /// What the client gets.
    pub fn body(&self) -> &ErrorBody {
        &self.0.body
    }

    pub(crate) fn into_parts(self) -> Parts {
        *self.0
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chain(&*self.0))
    }
}

/// An error followed by its sources: `database unreachable: connection refused`. A source that the
/// text so far already ends with is not repeated.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
