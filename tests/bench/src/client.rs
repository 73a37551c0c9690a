//! An HTTP client with one persistent connection, and requests that are prepared beforehand.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A request that can be sent many times.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    method: Method,
    path: String,
    body: Bytes,
    authorization: Option<HeaderValue>,
}

impl RequestTemplate {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: Bytes::new(), authorization: None }
    }

    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self { method: Method::POST, body: body.to_string().into(), ..Self::get(path) }
    }

    pub fn put(path: impl Into<String>, body: &Value) -> Self {
        Self { method: Method::PUT, ..Self::post(path, body) }
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    /// The request with a bearer token.
    pub fn with_token(self, token: &str) -> Result<Self> {
        let value = HeaderValue::try_from(format!("Bearer {token}")).context("a token")?;
        Ok(Self { authorization: Some(value), ..self })
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A connection, which sends one request at a time.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let failed = || format!("cannot connect to {address}");
        let stream = TcpStream::connect(address).await.with_context(failed)?;
        stream.set_nodelay(true).with_context(failed)?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.with_context(failed)?;
        // The task ends with the sender; an error appears when a request is sent.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&mut self, request: &RequestTemplate) -> hyper::Result<Response> {
        let mut message = Request::new(Full::new(request.body.clone()));
        *message.method_mut() = request.method.clone();
        // Path and host are valid; a request with defaults would get 400 and count as an error.
        *message.uri_mut() = request.path.parse().unwrap_or_default();
        let headers = message.headers_mut();
        if let Ok(host) = self.host.parse() {
            headers.insert(HOST, host);
        }
        if !request.body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.extend(request.authorization.clone().map(|value| (AUTHORIZATION, value)));
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(message).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Response { status: head.status, headers: head.headers, body })
    }

    /// Sends a request that must succeed, and returns the JSON body.
    pub async fn send_ok(&mut self, request: &RequestTemplate) -> Result<Value> {
        let what = format!("{} {}", request.method, request.path);
        let response = self.send(request).await.with_context(|| what.clone())?;
        if !response.status.is_success() {
            let text = String::from_utf8_lossy(&response.body);
            bail!("{what}: {}: {text}", response.status);
        }
        serde_json::from_slice(&response.body).context(what)
    }
}
