//! Request bodies: bounded in size and time, JSON or nothing.

use bytes::{Bytes, BytesMut};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Body, Request};
use serde_json::Value;

use crate::connection::Origin;
use crate::error::{ApiError, codes};
use crate::json;
use crate::limits::{BODY_TIMEOUT, MAX_BODY_BYTES};
use crate::violation::{Path, Report};

/// Reads the body as JSON. `None` if there is none, or if it is no JSON, which
/// is then among the violations.
///
/// # Errors
/// 408, 413 and 415.
pub(crate) async fn read(
    request: &mut Request,
    required: bool,
    report: &mut Report,
) -> Result<Option<Value>, ApiError> {
    if is_encoded(request) {
        return Err(encoded());
    }
    let content_type = content_type(request);
    if content_type == ContentType::Other {
        return Err(unsupported());
    }
    let body = request.take_body();
    let body = receive(body, request.data::<Origin>()).await?;
    if body.is_empty() {
        if required {
            report.required(&Path::BODY);
        }
        return Ok(None);
    }
    if content_type == ContentType::Absent {
        return Err(unsupported());
    }
    match json::parse(&body) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            report.add(&Path::BODY, "json", format!("is not valid JSON: {error}"));
            Ok(None)
        }
    }
}

/// Receives a body. Meanwhile it counts against the client whose it is.
async fn receive(body: Body, origin: Option<&Origin>) -> Result<Bytes, ApiError> {
    if let Some(origin) = origin {
        origin.connection.body_begins();
    }
    let whole = tokio::time::timeout(BODY_TIMEOUT, collect(body, origin)).await;
    if let Some(origin) = origin {
        origin.connection.body_ends();
    }
    whole.unwrap_or_else(|_| Err(cut_off("The body did not arrive in time")))
}

async fn collect(body: Body, origin: Option<&Origin>) -> Result<Bytes, ApiError> {
    let body: BoxBody<Bytes, std::io::Error> = body.into();
    let mut body = Limited::new(body, MAX_BODY_BYTES);
    // Most bodies are one chunk, which is not copied. Of several, each may be
    // a small part of a large buffer, which must not be kept for it.
    let (mut first, mut whole) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(unreadable)?.into_data() else { continue };
        if let Some(origin) = origin {
            origin.connection.hold(chunk.len());
            if !origin.has_room() {
                return Err(ApiError::unavailable("Too many request bodies are arriving"));
            }
        }
        if first.is_empty() {
            first = chunk;
            continue;
        }
        if whole.is_empty() {
            whole.extend_from_slice(&first);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

fn unreadable(error: Box<dyn std::error::Error + Send + Sync>) -> ApiError {
    if error.is::<LengthLimitError>() {
        return ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            codes::PAYLOAD_TOO_LARGE,
            format!("The body is longer than {MAX_BODY_BYTES} bytes"),
        );
    }
    cut_off("The body ended too early").with_source(error)
}

fn cut_off(message: &str) -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, codes::REQUEST_TIMEOUT, message)
}

fn unsupported() -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        codes::UNSUPPORTED_MEDIA_TYPE,
        "The body must have the content type application/json",
    )
}

/// RFC 9110, 15.5.16: the header says which encodings would have been accepted.
fn encoded() -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        codes::UNSUPPORTED_MEDIA_TYPE,
        "The body has a Content-Encoding; expected none",
    )
    .with_header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))
}

/// Whether the body is compressed or otherwise encoded. `identity` is not an
/// encoding, though some clients say it.
fn is_encoded(request: &Request) -> bool {
    let values = request.headers().get_all(header::CONTENT_ENCODING).iter();
    let identity = |value: &HeaderValue| {
        let coding = |coding: &[u8]| {
            let coding = coding.trim_ascii();
            coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
        };
        value.as_bytes().split(|byte| *byte == b',').all(coding)
    };
    !values.into_iter().all(identity)
}

#[derive(PartialEq, Eq)]
enum ContentType {
    Absent,
    Json,
    Other,
}

/// `application/json`, with parameters such as a charset of UTF-8 or none.
fn content_type(request: &Request) -> ContentType {
    let mut values = request.headers().get_all(header::CONTENT_TYPE).iter();
    let Some(value) = values.next() else { return ContentType::Absent };
    let Ok(text) = value.to_str() else { return ContentType::Other };
    let mut parts = text.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(crate::operation::JSON));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
            // `utf8` is no registered name, but what many clients write.
            let charset = charset.trim().trim_matches('"');
            ["utf-8", "utf8"].iter().any(|utf8| charset.eq_ignore_ascii_case(utf8))
        }
        _ => true,
    });
    if json && utf8 && values.next().is_none() { ContentType::Json } else { ContentType::Other }
}
