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

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::HeaderMap;
use reqwest::{Request, Response};

#[allow(clippy::all, clippy::unwrap_used, missing_docs, unused, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

pub use generated::*;

/// The answer to a request, or why there is none.
pub type ResponseFuture = Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send>>;

/// What the owner of a client adds to each call: headers, and another way to send it. Nothing
/// by default.
#[derive(Clone, Default)]
pub struct Hooks {
    headers: Option<Arc<dyn Fn() -> HeaderMap + Send + Sync>>,
    transport: Option<Arc<dyn Fn(Request) -> ResponseFuture + Send + Sync>>,
}

impl Hooks {
    /// Calls `source` before each call and sends the headers that it returns: the id of the
    /// request that the call is part of, say.
    #[must_use]
    pub fn with_headers(self, source: impl Fn() -> HeaderMap + Send + Sync + 'static) -> Self {
        Self { headers: Some(Arc::new(source)), ..self }
    }

    /// Sends each call through `transport` instead of the [`reqwest::Client`].
    #[must_use]
    pub fn with_transport(
        self,
        transport: impl Fn(Request) -> ResponseFuture + Send + Sync + 'static,
    ) -> Self {
        Self { transport: Some(Arc::new(transport)), ..self }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

async fn add_headers(hooks: &Hooks, request: &mut Request) -> Result<(), Infallible> {
    if let Some(source) = &hooks.headers {
        request.headers_mut().extend(source());
    }
    Ok(())
}

impl ClientHooks<Hooks> for Client {
    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        match &self.inner().transport {
            Some(transport) => transport(request).await,
            None => self.client().execute(request).await,
        }
    }
}
