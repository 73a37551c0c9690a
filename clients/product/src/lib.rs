//! A client of the product service, generated from `openapi/product-service.yaml`: a method of
//! [`Client`] for each operation, and a type for each schema.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(5)).build()?;
//! let client = product_client::Client::new_with_client("http://localhost:3002", http, Default::default());
//! let limit = "20".parse()?;
//! let page = client.list_products(None, Some(&limit)).await?.into_inner();
//! # Ok(())
//! # }
//! ```
//!
//! The parameters of an operation become arguments by reference: first those of the path in the
//! order of the path, then the optional ones of the query as `Option` and in alphabetical order,
//! and last the body.
//!
//! Where authorization is required, calls carry the token of [`Hooks::with_token`], which
//! `Client::login` of the user service returns.
//!
//! An error that the spec declares is returned as [`Error::ErrorResponse`] with the service's error
//! envelope; a failure to connect as [`Error::CommunicationError`]. Requests are not retried.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, InvalidHeaderValue};
use reqwest::{Request, Response};

#[allow(clippy::all, clippy::unwrap_used, unused, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

pub use generated::*;

pub type ResponseFuture = Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send>>;

/// Customizes the calls of a client with a token, additional headers or another transport.
#[derive(Clone, Default)]
pub struct Hooks {
    token: Option<Arc<dyn Fn() -> Option<String> + Send + Sync>>,
    headers: Option<Arc<dyn Fn() -> HeaderMap + Send + Sync>>,
    transport: Option<Arc<dyn Fn(Request) -> ResponseFuture + Send + Sync>>,
}

impl Hooks {
    /// Adds the bearer token that `source` returns to each call: that of a session, which may begin
    /// or be renewed later, or that of the caller on whose behalf the call is made.
    #[must_use]
    pub fn with_token(self, source: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self { token: Some(Arc::new(source)), ..self }
    }

    /// Adds the headers that `source` returns to each call, such as the id of the current request.
    #[must_use]
    pub fn with_headers(self, source: impl Fn() -> HeaderMap + Send + Sync + 'static) -> Self {
        Self { headers: Some(Arc::new(source)), ..self }
    }

    /// Sends requests with `transport` instead of the [`reqwest::Client`].
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

async fn add_headers(hooks: &Hooks, request: &mut Request) -> Result<(), InvalidHeaderValue> {
    let headers = request.headers_mut();
    if let Some(source) = &hooks.headers {
        headers.extend(source());
    }
    if let Some(token) = hooks.token.as_ref().and_then(|source| source()) {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
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
