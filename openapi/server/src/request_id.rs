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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(client: &str) -> String {
        let request = Request::builder().header(X_REQUEST_ID, client).finish();
        RequestId::of(&request).as_str().to_owned()
    }

    #[test]
    fn well_formed_ids_of_clients_are_kept() {
        for id in ["a", "Az09-_.", &"x".repeat(MAX_LENGTH)] {
            assert_eq!(of(id), id);
        }
    }

    #[test]
    fn malformed_ids_are_replaced_by_random_ones() {
        for id in ["", "a b", "a/b", "é", "a\"", &"x".repeat(MAX_LENGTH + 1)] {
            let random = of(id);
            assert_eq!(random.len(), 32, "{id}");
            assert!(random.bytes().all(|byte| byte.is_ascii_hexdigit()), "{random}");
            assert_ne!(random, of(id));
        }
    }
}
