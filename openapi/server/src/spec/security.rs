//! Security schemes.

/// A security scheme, as far as requests and challenges depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityScheme {
    /// `Authorization: Bearer …`, also of OAuth 2 and OpenID Connect.
    Bearer,
    /// `Authorization: Basic …`.
    Basic {
        /// What the credentials are for, in the challenge.
        realm: &'static str,
    },
    /// Another scheme of `Authorization`.
    Http {
        /// The scheme's name.
        name: &'static str,
    },
    /// A secret in a header, query parameter or cookie.
    ApiKey {
        /// Where requests carry it.
        location: KeyLocation,
        /// The name of the header, parameter or cookie.
        name: &'static str,
    },
}

/// Where a request carries an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyLocation {
    /// A header.
    Header,
    /// The query string.
    Query,
    /// A cookie.
    Cookie,
}

impl SecurityScheme {
    /// The name of the query parameter that carries the credential.
    pub(crate) fn query_key(&self) -> Option<&'static str> {
        match self {
            Self::ApiKey { location: KeyLocation::Query, name } => Some(name),
            _ => None,
        }
    }
}
