//! One id for each request, through every service that it touches.

use poem::Request;
use poem::http::HeaderValue;

use crate::context::RequestContext;

/// The longest id that is taken over from a client, in bytes.
const MAX_LENGTH: usize = 128;

/// The id of a request: the client's `x-request-id` if it is sane, else a
/// random one.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn of(request: &Request) -> Self {
        match request.headers().get("x-request-id") {
            Some(value) if sane(value.as_bytes()) => Self(value.clone()),
            _ => Self::random(),
        }
    }

    /// Only has to be distinct, so a fast generator will do.
    pub(crate) fn random() -> Self {
        let text = format!("{:032x}", fastrand::u128(..));
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("unknown")))
    }

    /// The id of the request that the current task works on, to be passed on
    /// to other services.
    pub fn current() -> Option<Self> {
        RequestContext::with_current(|request| request.id.clone())
    }

    /// For the header `x-request-id`.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

fn sane(id: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(plain)
}
