//! Which credentials of a request are passed to the implementation, and what clients without valid
//! ones get.

use poem::Request;
use poem::http::StatusCode;

use super::challenge::challenge;
use super::reader::CredentialReader;
use crate::declared::declared;
use crate::error::ApiError;
use crate::spec::{OperationSpec, SecurityScheme};

/// Reads the credentials of one alternative of an operation's `security`, if it is complete. It
/// reads all of them in any case, so that the reader knows what is wrong with any.
pub type Alternative<C> = fn(&CredentialReader<'_>) -> Option<C>;

/// The credentials of a request: of each alternative that is complete, in the order of the spec.
pub struct Authentication<C> {
    spec: &'static OperationSpec,
    credentials: Vec<C>,
    has_bearer: bool,
}

impl<C> Authentication<C> {
    /// The principal for the first credentials that the implementation accepts.
    ///
    /// # Errors
    /// 401 if it refuses all of them, with its error for the first. Any other error is final, and
    /// becomes a 500 unless the operation declares its status.
    pub async fn principal<P, E, F>(self, authenticate: impl Fn(C) -> F) -> Result<P, ApiError>
    where
        E: Into<ApiError>,
        F: Future<Output = Result<P, E>>,
    {
        let mut refused = None;
        for credentials in self.credentials {
            let error = match authenticate(credentials).await {
                Ok(principal) => return Ok(principal),
                Err(error) => error.into(),
            };
            if error.status() != StatusCode::UNAUTHORIZED {
                return Err(declared(self.spec, error));
            }
            refused.get_or_insert(error);
        }
        let error = refused.unwrap_or_else(|| missing(self.spec.security));
        Err(challenge(error, self.spec.security, self.has_bearer))
    }
}

/// Reads the credentials of an operation that requires them.
pub(crate) fn authentication<C>(
    request: &Request,
    spec: &'static OperationSpec,
    alternatives: &[Alternative<C>],
) -> Result<Authentication<C>, ApiError> {
    optional_authentication(request, spec, alternatives)?
        .ok_or_else(|| challenge(missing(spec.security), spec.security, false))
}

/// Reads the credentials of an operation that may be called without. `None` for a request that has
/// none: whoever sends an incomplete or unknown credential expects to be recognized by it.
pub(crate) fn optional_authentication<C>(
    request: &Request,
    spec: &'static OperationSpec,
    alternatives: &[Alternative<C>],
) -> Result<Option<Authentication<C>>, ApiError> {
    let reader = CredentialReader::new(request);
    let credentials: Vec<C> =
        alternatives.iter().filter_map(|alternative| alternative(&reader)).collect();
    let (has_found, has_bearer) = (reader.has_found(), reader.has_found_bearer());
    if let Some(message) = reader.into_malformed() {
        return Err(challenge(ApiError::unauthorized(message), spec.security, has_bearer));
    }
    if credentials.is_empty() && has_found {
        return Err(challenge(missing(spec.security), spec.security, false));
    }
    Ok((!credentials.is_empty()).then_some(Authentication { spec, credentials, has_bearer }))
}

/// 401 that lists what is accepted.
fn missing(schemes: &[SecurityScheme]) -> ApiError {
    let accepted: Vec<String> = schemes.iter().map(SecurityScheme::credential).collect();
    let message = match accepted.as_slice() {
        [only] => format!("Credentials are required: {only}"),
        _ => format!("Credentials are required; accepted: {}", accepted.join(", ")),
    };
    ApiError::unauthorized(message)
}
