//! Responses: JSON, text, bytes or empty, their headers, and errors.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::content;
use crate::error::{ApiError, Parts};
use crate::stream::{ByteStream, TypedStream};

/// The media type of most bodies.
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

/// A response with a JSON body of another media type, such as `application/problem+json`.
pub fn json_response_as(
    status: StatusCode,
    content_type: &'static str,
    body: &impl Serialize,
) -> Response {
    let mut response = json_response(status, body);
    if response.status() == status {
        insert_content_type(&mut response, HeaderValue::from_static(content_type));
    }
    response
}

/// A response with a string, number or boolean as text.
pub fn text_response(
    status: StatusCode,
    content_type: &'static str,
    body: &impl Serialize,
) -> Response {
    match serde_json::to_value(body) {
        Ok(value) => {
            let mut response = empty_response(status);
            insert_content_type(&mut response, HeaderValue::from_static(content_type));
            response.set_body(plain_text(value));
            response
        }
        Err(error) => ApiError::internal().with_source(error).into_response(),
    }
}

/// A response with bytes.
pub fn stream_response(
    status: StatusCode,
    content_type: &'static str,
    body: ByteStream,
) -> Response {
    let mut response = empty_response(status);
    insert_content_type(&mut response, HeaderValue::from_static(content_type));
    response.set_body(body.into_body());
    response
}

/// A response with bytes of a media type within the `range` of the spec. Another one is a bug of
/// the implementation, and the response a 500.
pub fn typed_stream_response(
    status: StatusCode,
    range: &'static str,
    body: TypedStream,
) -> Response {
    let TypedStream { content_type, content } = body;
    match HeaderValue::try_from(&content_type) {
        Ok(value) if content::is_within(range, &content_type) => {
            let mut response = empty_response(status);
            insert_content_type(&mut response, value);
            response.set_body(content.into_body());
            response
        }
        _ => {
            let source = format!("the media type {content_type:?} is not within {range}");
            ApiError::internal().with_source(source).into_response()
        }
    }
}

fn insert_content_type(response: &mut Response, value: HeaderValue) {
    response.headers_mut().insert(header::CONTENT_TYPE, value);
}

pub(crate) fn plain_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
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
    pub fn into_json(self, content_type: &'static str, body: &impl Serialize) -> Response {
        let response = json_response_as(self.status(), content_type, body);
        self.complete(response)
    }

    /// With another body, as text.
    pub fn into_text(self, content_type: &'static str, body: &impl Serialize) -> Response {
        let response = text_response(self.status(), content_type, body);
        self.complete(response)
    }

    /// With the message as the body.
    pub fn into_message(self, content_type: &'static str) -> Response {
        let response = text_response(self.status(), content_type, &self.body().error.message);
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
