//! Request bodies: bounded in size and time, JSON or nothing.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use poem::http::{StatusCode, header};
use poem::{Body, Request};
use serde_json::Value;

use crate::error::Failure;
use crate::json;
use crate::violation::Violation;

/// The longest body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// How long a client may take to send its body.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads the body as JSON. `None` if there is none, or if it is no JSON, which
/// is then among the violations.
///
/// # Errors
/// 408, 413 and 415.
pub(crate) async fn read(
    request: &mut Request,
    required: bool,
    violations: &mut Vec<Violation>,
) -> Result<Option<Value>, Failure> {
    let content_type = content_type(request);
    if content_type == ContentType::Other {
        return Err(unsupported());
    }
    let body = bytes(request.take_body()).await?;
    if body.is_empty() {
        if required {
            violations.push(Violation::new("body", String::new(), "required", "is required"));
        }
        return Ok(None);
    }
    if content_type == ContentType::Absent {
        return Err(unsupported());
    }
    match json::parse(&body) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            violations.push(Violation::new(
                "body",
                String::new(),
                "json",
                format!("is not valid JSON: {error}"),
            ));
            Ok(None)
        }
    }
}

async fn bytes(body: Body) -> Result<Bytes, Failure> {
    let body: BoxBody<Bytes, std::io::Error> = body.into();
    let whole = Limited::new(body, MAX_BODY_BYTES).collect();
    match tokio::time::timeout(BODY_TIMEOUT, whole).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            format!("The body is longer than {MAX_BODY_BYTES} bytes"),
        )),
        Ok(Err(error)) => Err(cut_off("The body ended too early").caused_by(error)),
        Err(_) => Err(cut_off("The body did not arrive in time")),
    }
}

fn cut_off(message: &str) -> Failure {
    Failure::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", message)
}

fn unsupported() -> Failure {
    Failure::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "The body must have the content type application/json",
    )
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
            charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if json && utf8 && values.next().is_none() { ContentType::Json } else { ContentType::Other }
}
