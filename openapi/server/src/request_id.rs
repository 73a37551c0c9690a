//! Request ids: one for each request, passed on to every service that takes part in it.

use const_hex::{Buffer as Hex, const_encode};
use poem::Request;
use poem::http::{HeaderName, HeaderValue};

/// The header that carries the id.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id accepted from a client, in bytes.
const MAX_LENGTH: usize = 128;

/// The id of a request: the client's `x-request-id` if it is well-formed, else a random one.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn of(request: &Request) -> Self {
        match request.headers().get(X_REQUEST_ID) {
            Some(value) if is_well_formed(value.as_bytes()) => Self(value.clone()),
            _ => Self::random(),
        }
    }

    /// Ids have to be distinct, not unpredictable, so a fast generator suffices.
    pub(crate) fn random() -> Self {
        let id: Hex<16> = const_encode(&fastrand::u128(..).to_be_bytes());
        Self(HeaderValue::from_str(id.as_str()).expect("hexadecimal digits are valid in a header"))
    }

    /// The value of the header `x-request-id`.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("ids consist of ASCII letters, digits and punctuation")
    }
}

fn is_well_formed(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(allowed)
}
