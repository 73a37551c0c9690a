//! The one way in which anything goes wrong in public.
//!
//! A [`Failure`] is what a client may know: a status, a code for programs, a
//! message for people, details where they help. What caused it goes to the
//! log and never into the response. Services convert their own error type
//! into a `Failure` in one place; everything in front of a handler (routing,
//! reading, validating, panics) makes its failures in this crate.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::operation::reply;
use crate::violation::Violation;

/// The body of every response from 400 up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For programs: `NOT_FOUND`.
    pub code: Cow<'static, str>,
    /// For people.
    pub message: String,
    /// What is wrong with each field, or which resource is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Map<String, Value>>,
}

/// An error on its way to the client. Boxed inside, so that results stay small.
#[derive(Debug)]
pub struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    body: ErrorBody,
    header: Option<(header::HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

/// What the log says of a failure; travels in the response's extensions.
#[derive(Clone)]
pub(crate) struct Cause(pub Arc<dyn Error + Send + Sync>);

impl Failure {
    /// A failure with a code for programs and a message for people.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let error = ErrorDetail { code: code.into(), message: message.into(), details: None };
        Self(Box::new(Inner { status, body: ErrorBody { error }, header: None, cause: None }))
    }

    /// 400 with everything that is wrong with the request.
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
        Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
            .with_detail("fields", violations)
    }

    /// 401.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    /// 404 for a resource that does not exist; the details name it.
    pub fn not_found(resource: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("There is no {resource} {id}"))
            .with_detail("resource", resource)
            .with_detail("id", id)
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "CONFLICT", message)
    }

    /// 422.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "UNPROCESSABLE", message)
    }

    /// 500. What happened is nobody's business but the log's.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Internal server error")
    }

    /// 503, to be tried again after a second.
    pub fn unavailable(message: impl Into<String>) -> Self {
        let mut failure =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", message);
        failure.0.header = Some((header::RETRY_AFTER, HeaderValue::from_static("1")));
        failure
    }

    /// 405 with the methods that the path has.
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        let message = format!("This path has the methods {allow}");
        let mut failure = Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message);
        failure.0.header = HeaderValue::try_from(allow).ok().map(|allow| (header::ALLOW, allow));
        failure
    }

    /// Adds one entry to the details. A value that is no JSON is left out.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.body.error.details.get_or_insert_default().insert(name.to_owned(), value);
        }
        self
    }

    /// Notes the cause for the log. It is never sent.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(Cause(cause.into().into()));
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The body.
    pub fn body(&self) -> &ErrorBody {
        &self.0.body
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Inner { status, body, header: extra, cause } = *self.0;
        let mut response = reply(status.as_u16(), &body);
        if status == StatusCode::UNAUTHORIZED {
            // It answers to one client's credentials: no cache may keep it.
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if let Some((name, value)) = extra {
            response.headers_mut().insert(name, value);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chain(&*self.0))
    }
}

/// An error with all its causes: `the database cannot be reached: connection
/// refused`. A cause whose words stand there already is not repeated.
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
