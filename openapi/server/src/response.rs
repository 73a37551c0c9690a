//! Responses: JSON or empty, their headers, and errors in the envelope.

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::error::{ApiError, Parts};

/// The media type of every body.
pub const JSON: &str = "application/json";

/// A response with a JSON body. A body that cannot be serialized makes it a 500.
pub fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => {
            let mut response = empty_response(status);
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
            response.set_body(text);
            response
        }
        Err(error) => ApiError::internal().with_source(error).into_response(),
    }
}

/// A response without a body.
pub fn empty_response(status: StatusCode) -> Response {
    let mut response = Response::default();
    response.set_status(status);
    if status == StatusCode::UNAUTHORIZED {
        // Required for every 401 (RFC 9110, 15.5.2). Browsers open no password dialog for this
        // challenge; operations that declare another one replace it.
        let challenge = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Sets a header whose value is a string, number or boolean. A string that HTTP does not allow in
/// a header is logged and left out: a line break would begin another header.
pub fn insert_header(response: &mut Response, name: &'static str, value: &impl Serialize) {
    let text = serde_json::to_value(value).map(|value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    });
    let value = text.map(HeaderValue::try_from);
    match value {
        Ok(Ok(value)) => {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(Err(error)) => tracing::error!(header = name, %error, "invalid header value dropped"),
        Err(error) => tracing::error!(header = name, %error, "invalid header value dropped"),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.into_envelope()
    }
}

/// The responses to an error. They have its status and header, and its source for the log.
impl ApiError {
    /// With the envelope.
    pub fn into_envelope(self) -> Response {
        let response = json_response(self.status(), self.body());
        self.complete(response)
    }

    /// With another body, as JSON.
    pub fn into_response_with(self, body: &impl Serialize) -> Response {
        let response = json_response(self.status(), body);
        self.complete(response)
    }

    /// Without a body.
    pub fn into_empty_response(self) -> Response {
        let response = empty_response(self.status());
        self.complete(response)
    }

    fn complete(self, mut response: Response) -> Response {
        let Parts { status, header, source, .. } = self.into_parts();
        if status == StatusCode::UNAUTHORIZED {
            // The response depends on one client's credentials, so caches must not keep it.
            let no_store = HeaderValue::from_static("no-store");
            response.headers_mut().insert(header::CACHE_CONTROL, no_store);
        }
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        if let Some(source) = source {
            response.extensions_mut().insert(source);
        }
        response
    }
}
