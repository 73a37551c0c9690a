//! A client of the user service, generated from `openapi/user-service.yaml`: a
//! function for each operation, a type for each schema.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(5)).build()?;
//! let client = user_client::Client::new_with_client("http://localhost:3001", http, Default::default());
//! let health = client.check_health().await?.into_inner();
//! # Ok(())
//! # }
//! ```
//!
//! An answer that the spec declares as an error comes as
//! [`Error::ErrorResponse`] with the service's envelope inside; a service that
//! cannot be reached as [`Error::CommunicationError`]. Nothing is tried twice.

use std::sync::Arc;

use reqwest::header::HeaderMap;

#[allow(clippy::all, clippy::unwrap_used, missing_docs, unused, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

pub use generated::*;

/// Headers that each call carries, asked for when it is made: the id of the
/// request it is part of, say. None by default.
#[derive(Clone)]
pub struct Headers(Arc<dyn Fn() -> HeaderMap + Send + Sync>);

impl Headers {
    /// Asks `source` before each call.
    pub fn from_fn(source: impl Fn() -> HeaderMap + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }
}

impl Default for Headers {
    fn default() -> Self {
        Self::from_fn(HeaderMap::new)
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Headers(…)")
    }
}

async fn add_headers(
    headers: &Headers,
    request: &mut reqwest::Request,
) -> Result<(), std::convert::Infallible> {
    request.headers_mut().extend((headers.0)());
    Ok(())
}
