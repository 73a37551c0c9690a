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
