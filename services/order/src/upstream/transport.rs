//! Sends the requests of the generated clients and reads the responses.
//!
//! The generated clients are made for reqwest, which neither limits the length of a response nor
//! reports whether a failed request used a connection that had been used before. This transport
//! does both with hyper's client, on which reqwest itself is based. The generated code still builds
//! the requests and parses the responses.
//!
//! A request is sent once, with one exception: one with an idempotent method (GET, PUT, DELETE) on
//! a reused connection that was closed before the response began is sent again on a new connection,
//! since the server probably closed the connection while it was idle (RFC 9110 section 9.2.2).
//! Failures of a new connection, timeouts and error responses are final. If hyper finds a
//! connection closed before it has written any of a request, it uses another connection itself.

use std::sync::Arc;

use futures_util::stream;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::http::Extensions;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use openapi_server::trace::ClientSpan;
use reqwest::Body;

use super::connection::{Exchange, TrackingConnector};
use crate::limits::{IDLE_TIMEOUT, MAX_CALLS, MAX_RESPONSE_BYTES};

type HttpClient = Client<TrackingConnector, Body>;

/// Sends requests over kept connections.
#[derive(Clone)]
pub struct Transport(Arc<Clients>);

struct Clients {
    pooled: HttpClient,
    /// Opens a connection for each request, for requests that are sent again.
    fresh: HttpClient,
}

#[derive(Debug, thiserror::Error)]
enum TransportError {
    #[error("the request failed")]
    Exchange(#[from] ClientError),
    #[error("the response is longer than {MAX_RESPONSE_BYTES} bytes")]
    TooLong,
    #[error("the response ended early")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl TransportError {
    /// The error's type, for traces.
    fn kind(&self) -> &'static str {
        match self {
            Self::Exchange(_) => "exchange",
            Self::TooLong => "too_long",
            Self::Body(_) => "body",
        }
    }
}

impl Transport {
    pub fn new() -> Self {
        let connector = TrackingConnector::new();
        let client = |idle_connections| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_TIMEOUT)
                .pool_max_idle_per_host(idle_connections)
                .build(connector.clone())
        };
        Self(Arc::new(Clients { pooled: client(MAX_CALLS), fresh: client(0) }))
    }

    /// Sends a request, with its position in a trace, and reads the whole response.
    ///
    /// A failure is returned as a response whose body cannot be read, since only reqwest can create
    /// a [`reqwest::Error`].
    pub async fn send(self, request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
        let mut request = Request::<Body>::try_from(request)?;
        let mut span = ClientSpan::of_call(request.method(), request.uri());
        span.insert_headers(request.headers_mut());
        Ok(match self.0.exchange(request).await {
            Ok(response) => {
                span.set_status(response.status());
                response
            }
            Err(error) => {
                span.set_error(error.kind());
                let failing = stream::iter([Err::<Vec<u8>, _>(error)]);
                Response::new(Body::wrap_stream(failing)).into()
            }
        })
    }
}

impl Clients {
    async fn exchange(&self, request: Request<Body>) -> Result<reqwest::Response, TransportError> {
        let (parts, body) = request.into_parts();
        let copy = copy_if_repeatable(&parts, &body);
        let sent = self.pooled.request(Request::from_parts(parts, body)).await;
        let response = match (sent, copy) {
            (Err(error), Some(copy)) if was_closed_while_idle(&error) => {
                tracing::debug!("connection closed while idle; sending the request again");
                self.fresh.request(copy).await?
            }
            (sent, _) => sent?,
        };
        read(response).await
    }
}

/// A copy of the request, unless repeating it could do something twice.
fn copy_if_repeatable(parts: &Parts, body: &Body) -> Option<Request<Body>> {
    let body = body.as_bytes().filter(|_| parts.method.is_idempotent())?;
    Some(Request::from_parts(parts.clone(), Body::from(body.to_vec())))
}

fn was_closed_while_idle(error: &ClientError) -> bool {
    let mut extensions = Extensions::new();
    if let Some(connection) = error.connect_info() {
        connection.get_extras(&mut extensions);
    }
    extensions.get().is_some_and(Exchange::is_reused_without_response)
}

/// Reads a response of limited length.
async fn read(response: Response<Incoming>) -> Result<reqwest::Response, TransportError> {
    let (parts, body) = response.into_parts();
    if body.size_hint().lower() > MAX_RESPONSE_BYTES as u64 {
        return Err(TransportError::TooLong);
    }
    match Limited::new(body, MAX_RESPONSE_BYTES).collect().await {
        Ok(body) => Ok(Response::from_parts(parts, body.to_bytes()).into()),
        Err(error) if error.is::<LengthLimitError>() => Err(TransportError::TooLong),
        Err(error) => Err(TransportError::Body(error)),
    }
}
