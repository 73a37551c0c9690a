//! Sends the requests of the generated clients, and reads the answers.
//!
//! reqwest, which the clients are made for, neither bounds an answer nor tells whether a
//! failed request went over a connection that had been used before. This transport does both on
//! hyper's client, the one that reqwest itself is made of: the generated code makes the request
//! and reads the answer as before.
//!
//! A request is sent once. The one exception is a GET on a reused connection that was closed
//! before a byte of the answer came: most likely the server closed it while it was idle, so the
//! request is sent once more on a new connection (RFC 9110 section 9.2.2). A new connection
//! that is dropped, a time-out and an answer that says "error" are final. Requests that hyper
//! has not begun to write when it finds their connection closed have not been sent, and go over
//! another one.

use futures_util::stream;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::http::Extensions;
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use reqwest::Body;

use super::connection::{Exchange, TrackingConnector};
use crate::limits::{IDLE_TIMEOUT, MAX_ANSWER_BYTES, MAX_CALLS};

type HttpClient = Client<TrackingConnector, Body>;

/// Sends requests over kept connections.
#[derive(Clone)]
pub struct Transport {
    pooled: HttpClient,
    /// Makes a connection for each request, for those that are sent once more.
    fresh: HttpClient,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum TransportError {
    #[error("the request could not be sent or was not answered")]
    Exchange(#[from] ClientError),
    #[error("the answer is longer than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
    #[error("the answer ended early")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Transport {
    /// A transport without connections.
    pub fn new() -> Self {
        let connector = TrackingConnector::new();
        let client = |idle_connections| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_TIMEOUT)
                .pool_max_idle_per_host(idle_connections)
                .build(connector.clone())
        };
        Self { pooled: client(MAX_CALLS), fresh: client(0) }
    }

    /// Sends a request and reads the answer whole.
    ///
    /// # Errors
    /// If the request cannot be made. Later errors come as an answer whose body cannot be read,
    /// which is the one way to make a [`reqwest::Error`] outside of reqwest.
    pub async fn send(self, request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
        let request = Request::<Body>::try_from(request)?;
        Ok(match self.exchange(request).await {
            Ok(answer) => answer,
            Err(error) => {
                let failing = stream::iter([Err::<Vec<u8>, _>(error)]);
                Response::new(Body::wrap_stream(failing)).into()
            }
        })
    }

    async fn exchange(&self, request: Request<Body>) -> Result<reqwest::Response, TransportError> {
        let (parts, body) = request.into_parts();
        let copy = (parts.method == Method::GET).then(|| parts.clone());
        let sent = self.pooled.request(Request::from_parts(parts, body)).await;
        let answer = match (sent, copy) {
            (Err(error), Some(copy)) if was_closed_while_idle(&error) => {
                tracing::debug!("connection closed while idle; sending the request once more");
                self.fresh.request(Request::from_parts(copy, Body::default())).await?
            }
            (sent, _) => sent?,
        };
        read(answer).await
    }
}

/// Whether the request may be sent once more on another connection.
fn was_closed_while_idle(error: &ClientError) -> bool {
    let mut extensions = Extensions::new();
    if let Some(connection) = error.connect_info() {
        connection.get_extras(&mut extensions);
    }
    extensions.get().is_some_and(Exchange::is_reused_and_unanswered)
}

/// Reads an answer of bounded length.
async fn read(answer: Response<Incoming>) -> Result<reqwest::Response, TransportError> {
    let (parts, body) = answer.into_parts();
    if body.size_hint().lower() > MAX_ANSWER_BYTES as u64 {
        return Err(TransportError::TooLong);
    }
    match Limited::new(body, MAX_ANSWER_BYTES).collect().await {
        Ok(body) => Ok(Response::from_parts(parts, body.to_bytes()).into()),
        Err(error) if error.is::<LengthLimitError>() => Err(TransportError::TooLong),
        Err(error) => Err(TransportError::Body(error)),
    }
}
