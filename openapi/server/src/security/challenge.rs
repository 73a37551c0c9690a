//! The value of `WWW-Authenticate`: how to authenticate (RFC 9110, 11.6.1).

use poem::http::{HeaderValue, header};

use crate::error::ApiError;
use crate::spec::SecurityScheme;

/// Adds the challenges of the schemes to a 401, unless it has one.
pub(super) fn challenge(error: ApiError, schemes: &[SecurityScheme], invalid: bool) -> ApiError {
    if error.has_header(&header::WWW_AUTHENTICATE) {
        return error;
    }
    let mut challenges: Vec<String> = Vec::new();
    for challenge in schemes.iter().map(|scheme| scheme.challenge(invalid)) {
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    let value = HeaderValue::try_from(challenges.join(", "));
    let value = value.unwrap_or(HeaderValue::from_static("Bearer"));
    error.with_header(header::WWW_AUTHENTICATE, value)
}

impl SecurityScheme {
    /// `invalid_token` tells clients to get another token (RFC 6750, 3.1).
    fn challenge(&self, has_invalid_token: bool) -> String {
        match self {
            Self::Bearer if has_invalid_token => r#"Bearer error="invalid_token""#.to_owned(),
            Self::Bearer => "Bearer".to_owned(),
            Self::Basic { realm } => format!(r#"Basic realm="{realm}", charset="UTF-8""#),
            Self::Http { name } => (*name).to_owned(),
            // API keys have no registered scheme.
            Self::ApiKey { .. } => "ApiKey".to_owned(),
        }
    }

    /// The scheme in the message for a client without credentials.
    pub(super) fn credential(&self) -> String {
        match self {
            Self::Bearer => "a bearer token".to_owned(),
            Self::Basic { .. } => "user name and password".to_owned(),
            Self::Http { name } => format!("{name} credentials"),
            Self::ApiKey { name, .. } => format!("the API key {name}"),
        }
    }
}
