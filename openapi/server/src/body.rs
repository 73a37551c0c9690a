//! Request bodies: JSON, bounded in size and time.

use std::error::Error;
use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Body, Request};
use serde_json::Value;

use crate::codes;
use crate::current::CurrentRequest;
use crate::error::ApiError;
use crate::http::connection::Origin;
use crate::json;
use crate::limits::{BODY_TIMEOUT, MAX_BODY_BYTES};
use crate::metrics::ShedReason;
use crate::response::JSON;
use crate::violation::{Path, Report};

/// Reads the body as JSON. `None` if it is empty, or if it is not JSON, which is then reported.
///
/// # Errors
/// 408, 413 and 415; 503 if the client uses up its share of memory.
pub(crate) async fn read(
    request: &mut Request,
    required: bool,
    report: &mut Report,
) -> Result<Option<Value>, ApiError> {
    if is_encoded(request) {
        return Err(unsupported_encoding());
    }
    let content_type = content_type(request);
    if content_type == ContentType::Other {
        return Err(unsupported_media_type(JSON));
    }
    let body = request.take_body();
    let body = receive(body, request.data::<Origin>(), MAX_BODY_BYTES).await?;
    match content_type {
        _ if body.is_empty() => {
            if required {
                report.required(&Path::BODY);
            }
            Ok(None)
        }
        ContentType::Json => Ok(parse(&body, report)),
        ContentType::Absent | ContentType::Other => Err(unsupported_media_type(JSON)),
    }
}

pub(crate) fn parse(body: &[u8], report: &mut Report) -> Option<Value> {
    let value = json::parse(body);
    let report_error = |error: &serde_json::Error| {
        report.add(&Path::BODY, "json", format!("is not valid JSON: {error}"));
    };
    value.inspect_err(report_error).ok()
}

/// Receives a body, which counts against the client's share of memory meanwhile.
pub(crate) async fn receive(
    body: Body,
    origin: Option<&Origin>,
    max_bytes: usize,
) -> Result<Bytes, ApiError> {
    if let Some(origin) = origin {
        origin.connection.body_begins();
    }
    let whole = tokio::time::timeout(BODY_TIMEOUT, collect(body, origin, max_bytes)).await;
    if let Some(origin) = origin {
        origin.connection.body_ends();
    }
    whole.unwrap_or_else(|_| Err(incomplete("The body did not arrive in time")))
}

async fn collect(body: Body, origin: Option<&Origin>, max_bytes: usize) -> Result<Bytes, ApiError> {
    let body: BoxBody<Bytes, std::io::Error> = body.into();
    let mut body = Limited::new(body, max_bytes);
    // Most bodies are one chunk, which is not copied. Several chunks are: each could be a small
    // part of a large buffer, which it would keep alive.
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| unreadable(error, max_bytes))?;
        let Ok(chunk) = frame.into_data() else { continue };
        if let Some(origin) = origin {
            origin.connection.hold(chunk.len());
            if !origin.has_room() {
                CurrentRequest::count_shed(ShedReason::Memory);
                return Err(ApiError::unavailable("Too many request bodies are being received"));
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

fn unreadable(error: Box<dyn std::error::Error + Send + Sync>, max_bytes: usize) -> ApiError {
    if error.is::<LengthLimitError>() {
        return ApiError::too_large(max_bytes);
    }
    if is_malformed(&*error) {
        let message = "The chunks of the body are malformed";
        let malformed = ApiError::new(StatusCode::BAD_REQUEST, codes::BAD_REQUEST, message);
        return malformed.with_source(error);
    }
    incomplete("The body is incomplete").with_source(error)
}

/// Whether the chunks of a body cannot be decoded, as opposed to missing.
fn is_malformed(error: &(dyn Error + 'static)) -> bool {
    let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(io, Some(ErrorKind::InvalidData | ErrorKind::InvalidInput))
        || error.source().is_some_and(is_malformed)
}

fn incomplete(message: &str) -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, codes::REQUEST_TIMEOUT, message)
}

pub(crate) fn unsupported_media_type(expected: &str) -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        codes::UNSUPPORTED_MEDIA_TYPE,
        format!("Unsupported Content-Type; expected {expected}"),
    )
}

/// With the header that lists the encodings accepted (RFC 9110, 15.5.16).
pub(crate) fn unsupported_encoding() -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        codes::UNSUPPORTED_MEDIA_TYPE,
        "Unsupported Content-Encoding; expected none",
    )
    .with_header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))
}

/// Whether the body is compressed or otherwise encoded. Some clients send `identity`, which is not
/// an encoding.
pub(crate) fn is_encoded(request: &Request) -> bool {
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

/// Parameters are ignored, except for a charset other than UTF-8.
fn content_type(request: &Request) -> ContentType {
    let mut values = request.headers().get_all(header::CONTENT_TYPE).iter();
    let Some(value) = values.next() else { return ContentType::Absent };
    let Ok(text) = value.to_str() else { return ContentType::Other };
    let mut parts = text.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(JSON));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
            // `utf8` is not a registered name, but many clients send it.
            let charset = charset.trim().trim_matches('"');
            ["utf-8", "utf8"].iter().any(|utf8| charset.eq_ignore_ascii_case(utf8))
        }
        _ => true,
    });
    if json && utf8 && values.next().is_none() { ContentType::Json } else { ContentType::Other }
}
