//! An HTTP client with one persistent connection, and requests that are prepared beforehand.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Method, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than any timeout of the services, except for the drain at shutdown.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

/// A request that can be sent many times.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    method: Method,
    path: String,
    body: Bytes,
    headers: HeaderMap,
}

impl RequestTemplate {
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into(), Bytes::new())
    }

    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::new(Method::POST, path.into(), body.to_string())
    }

    /// A request with any method and body.
    pub fn new(method: Method, path: String, body: impl Into<Bytes>) -> Self {
        Self { method, path, body: body.into(), headers: HeaderMap::new() }
    }

    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// The request with a bearer token.
    pub fn with_token(mut self, token: &str) -> Result<Self> {
        self.headers.insert(AUTHORIZATION, format!("Bearer {token}").parse()?);
        Ok(self)
    }

    fn build(&self, host: &str) -> Result<hyper::Request<Full<Bytes>>> {
        let mut request = hyper::Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.path.parse::<Uri>().context("invalid path")?;
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(HOST, host.parse()?);
        if !self.body.is_empty() {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().entry(CONTENT_TYPE).or_insert(json);
        }
        Ok(request)
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Response {
    /// The body of a successful response.
    pub fn json(&self) -> Result<Value> {
        if !self.status.is_success() {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// A string field of a successful response.
    pub fn text(&self, name: &str) -> Result<String> {
        let value = self.json()?;
        let text = value[name].as_str().with_context(|| format!("the response has no {name}"))?;
        Ok(text.to_owned())
    }

    /// Whether the server closes the connection.
    pub fn closes(&self) -> bool {
        self.headers
            .get(CONNECTION)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
    }
}

/// A connection, which sends one request at a time.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = timeout(RESPONSE_TIMEOUT, TcpStream::connect(address))
            .await
            .context("timed out while connecting")??;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // The task ends with the sender; an error appears when a request is sent.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&mut self, request: &RequestTemplate) -> Result<Response> {
        let request = request.build(&self.host)?;
        let exchange = async {
            self.sender.ready().await?;
            let (head, body) = self.sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            anyhow::Ok(Response { status: head.status, headers: head.headers, body })
        };
        timeout(RESPONSE_TIMEOUT, exchange).await.context("timed out")?
    }
}

/// Sends a request on a new connection.
pub async fn send(address: SocketAddr, request: &RequestTemplate) -> Result<Response> {
    Connection::open(address).await?.send(request).await
}
