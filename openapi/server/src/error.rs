//! The one way in which anything goes wrong in public.
//!
//! A [`ApiError`] is what a client may know: a status, a code for programs, a
//! message for people, details where they help. What caused it goes to the
//! log and never into the response. Services convert their own error type
//! into a `ApiError` in one place; everything in front of a handler (routing,
//! reading, validating, panics) makes its failures in this crate.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::operation::json_response;
use crate::violation::Violation;

/// The codes of errors that the run time itself makes. A spec whose schema
/// `Error` lists the codes has these among them, and adds those of its service.
pub mod codes {
    /// 400: the request is not as the spec says.
    pub const VALIDATION_ERROR: &str = "VALIDATION_ERROR";
    /// 401: credentials are missing or wrong.
    pub const UNAUTHORIZED: &str = "UNAUTHORIZED";
    /// 404: there is no such path or resource.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// 405: the path does not have this method.
    pub const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
    /// 408: the body did not arrive in time or not at all.
    pub const REQUEST_TIMEOUT: &str = "REQUEST_TIMEOUT";
    /// 409: the state of a resource does not allow the request.
    pub const CONFLICT: &str = "CONFLICT";
    /// 413: the body is too long.
    pub const PAYLOAD_TOO_LARGE: &str = "PAYLOAD_TOO_LARGE";
    /// 415: the body is in another media type or encoding.
    pub const UNSUPPORTED_MEDIA_TYPE: &str = "UNSUPPORTED_MEDIA_TYPE";
    /// 422: the request is valid but cannot be carried out.
    pub const UNPROCESSABLE: &str = "UNPROCESSABLE";
    /// 500.
    pub const INTERNAL_ERROR: &str = "INTERNAL_ERROR";
    /// 503: overloaded, or something that the service needs does not answer.
    pub const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";

    /// 400: the head of a request is not HTTP.
    pub const BAD_REQUEST: &str = "BAD_REQUEST";
    /// 414: the target of a request is too long.
    pub const URI_TOO_LONG: &str = "URI_TOO_LONG";
    /// 431: the head of a request is too long.
    pub const HEADERS_TOO_LARGE: &str = "HEADERS_TOO_LARGE";

    /// The codes of requests whose head cannot be read. They belong to no
    /// operation, so no spec lists them.
    pub const UNREADABLE: [&str; 3] = [BAD_REQUEST, URI_TOO_LONG, HEADERS_TOO_LARGE];

    /// Every code that the run time answers with before or instead of the
    /// implementation of an operation; an implementation can only add to these.
    pub const RUN_TIME: [&str; 9] = [
        VALIDATION_ERROR,
        UNAUTHORIZED,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        REQUEST_TIMEOUT,
        PAYLOAD_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INTERNAL_ERROR,
        SERVICE_UNAVAILABLE,
    ];
}

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
pub struct ApiError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    body: ErrorBody,
    header: Option<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

/// What the log says of a failure; travels in the response's extensions.
#[derive(Clone)]
pub(crate) struct Cause(pub Arc<dyn Error + Send + Sync>);

impl ApiError {
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
        Self::new(StatusCode::BAD_REQUEST, codes::VALIDATION_ERROR, message)
            .with_detail("fields", violations)
    }

    /// A 401 with the challenge `Bearer`, at which browsers do not ask for a password.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, codes::UNAUTHORIZED, message)
    }

    /// 404 for a resource that does not exist; the details name it.
    pub fn not_found(resource: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, codes::NOT_FOUND, format!("There is no {resource} {id}"))
            .with_detail("resource", resource)
            .with_detail("id", id)
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, codes::CONFLICT, message)
    }

    /// 422.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, codes::UNPROCESSABLE, message)
    }

    /// 500. What happened is nobody's business but the log's.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, codes::INTERNAL_ERROR, "Internal server error")
    }

    /// 503, to be tried again after a second.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, codes::SERVICE_UNAVAILABLE, message)
            .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// Says when the client may try again, in whole seconds and at least one.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        let seconds = after.as_millis().div_ceil(1_000).max(1);
        let value = HeaderValue::try_from(seconds.to_string()).ok();
        self.0.header = value.map(|value| (header::RETRY_AFTER, value));
        self
    }

    /// 503 for a write that may have been made. Not to be tried again before that is known.
    pub fn outcome_unknown(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "OUTCOME_UNKNOWN", message)
    }

    /// 405 with the methods that the path has.
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        let message = format!("This path has the methods {allow}");
        let mut failure =
            Self::new(StatusCode::METHOD_NOT_ALLOWED, codes::METHOD_NOT_ALLOWED, message);
        failure.0.header = HeaderValue::try_from(allow).ok().map(|allow| (header::ALLOW, allow));
        failure
    }

    /// Says how to authenticate: the value of `WWW-Authenticate`.
    #[must_use]
    pub fn with_challenge(self, challenge: &'static str) -> Self {
        self.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// Sets the one header that a failure can have beside its body.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
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
    pub fn with_source(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
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

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Inner { status, body, header: extra, cause } = *self.0;
        let mut response = json_response(status.as_u16(), &body);
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
