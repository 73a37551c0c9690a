//! Authentication: from the credentials of a request to the principal that the operation's
//! function gets.
//!
//! It precedes everything else: parameters and body are neither read nor checked for a client that
//! is not authenticated, which therefore does not learn what else is wrong with its request.
//!
//! 1. The generated endpoint lists the *alternatives* of the operation's `security`, each of which
//!    reads its credentials from the request by a [`CredentialReader`].
//! 2. [`RequestContext`](crate::RequestContext) tries all of them. It answers 401 if none is
//!    complete, or if a credential is malformed or repeated.
//! 3. [`Authentication`] passes the complete ones to the implementation, in the order of the spec,
//!    until one is accepted. A refused credential is a 401, too.
//!
//! Each 401 carries the challenges of the operation's schemes in `WWW-Authenticate`.

mod authentication;
mod challenge;
mod cookie;
mod credential;
mod reader;

pub use authentication::{Alternative, Authentication};
pub(crate) use authentication::{authentication, optional_authentication};
pub use credential::{ApiKey, BasicCredentials, BearerToken, HttpCredentials};
pub use reader::CredentialReader;

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
