//! Request bodies of other media types than `application/json` alone.

use poem::Request;
use serde_json::Value;

use crate::body;
use crate::content::{self, Selection};
use crate::error::ApiError;
use crate::form;
use crate::http::connection::Origin;
use crate::limits::{MAX_BODY_BYTES, MAX_MULTIPART_BYTES};
use crate::multipart::{self, Files};
use crate::primitive;
use crate::spec::{BodyFormat, MediaTypeSpec};
use crate::stream::{ByteStream, TypedStream};
use crate::violation::{Path, Report};

/// A body as it was sent.
#[derive(Default)]
pub(crate) struct BodyContent {
    /// The place of the media type in the spec. `None` without a body.
    pub media_type: Option<usize>,
    /// What the validator checks, unless the body is a stream.
    pub value: Option<Value>,
    pub files: Files,
    pub stream: Option<TypedStream>,
    /// How many bytes are in memory.
    pub size: usize,
}

/// Reads the body.
///
/// # Errors
/// 408, 413 and 415; 503 if the client uses up its share of memory.
pub(crate) async fn read(
    request: &mut Request,
    required: bool,
    specs: &[MediaTypeSpec],
    report: &mut Report,
) -> Result<BodyContent, ApiError> {
    if body::is_encoded(request) {
        return Err(body::unsupported_encoding());
    }
    let (index, content_type) = match content::select(request, specs) {
        Selection::Unsupported => return Err(unsupported(specs)),
        Selection::Known(index, content_type) => (index, content_type.to_owned()),
        Selection::Absent => {
            let bytes = receive(request, MAX_BODY_BYTES).await?;
            if !bytes.is_empty() {
                return Err(unsupported(specs));
            }
            if required {
                report.required(&Path::BODY);
            }
            return Ok(BodyContent::default());
        }
    };
    let mut content = BodyContent { media_type: Some(index), ..BodyContent::default() };
    let format = &specs[index].format;
    if let BodyFormat::Stream = format {
        let origin = request.data::<Origin>().cloned();
        let stream = ByteStream::receive(request.take_body(), origin);
        content.stream = Some(TypedStream { content_type, content: stream });
        return Ok(content);
    }
    let is_multipart = matches!(format, BodyFormat::Multipart(_));
    let max_bytes = if is_multipart { MAX_MULTIPART_BYTES } else { MAX_BODY_BYTES };
    let bytes = receive(request, max_bytes).await?;
    content.size = bytes.len();
    // An empty form or text is one without fields or characters. Empty JSON does not exist.
    if bytes.is_empty() && matches!(format, BodyFormat::Json) {
        if required {
            report.required(&Path::BODY);
        }
        return Ok(BodyContent::default());
    }
    content.value = match format {
        BodyFormat::Json | BodyFormat::Stream => body::parse(&bytes, report),
        BodyFormat::Form(fields) => form::parse(&bytes, fields, report),
        BodyFormat::Text(kind) => match std::str::from_utf8(&bytes) {
            Ok(text) => Some(primitive::value(*kind, text)),
            Err(_) => {
                report.add(&Path::BODY, "type", "must be valid UTF-8");
                None
            }
        },
        BodyFormat::Multipart(fields) => {
            let parsed = multipart::parse(bytes, &content_type, fields, report).await;
            parsed.map(|(value, files)| {
                content.files = files;
                value
            })
        }
    };
    Ok(content)
}

async fn receive(request: &mut Request, max_bytes: usize) -> Result<bytes::Bytes, ApiError> {
    let body = request.take_body();
    body::receive(body, request.data::<Origin>(), max_bytes).await
}

fn unsupported(specs: &[MediaTypeSpec]) -> ApiError {
    let ranges: Vec<&str> = specs.iter().map(|spec| spec.range).collect();
    body::unsupported_media_type(&ranges.join(" or "))
}
