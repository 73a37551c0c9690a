//! One HTTP connection that is kept, and requests that are ready to be sent.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use system::{Result, Stop};
use tokio::net::TcpStream;

/// A request.
#[derive(Debug, Clone)]
pub struct Ask {
    method: Method,
    path: String,
    body: Bytes,
}

impl Ask {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: Bytes::new() }
    }

    /// A POST of JSON.
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: body.to_string().into() }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A connection. It sends one request at a time.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let failed = || Stop::because(format!("cannot connect to {address}"));
        let stream = TcpStream::connect(address).await.map_err(failed())?;
        stream.set_nodelay(true).map_err(failed())?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(Stop::because(format!("cannot connect to {address}")))?;
        // It ends with the sender; an error shows at the request.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// If the connection breaks.
    pub async fn send(&mut self, ask: &Ask) -> hyper::Result<Answer> {
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        // Both were made here and are valid; what is not would answer 400 and count as error.
        *request.uri_mut() = ask.path.parse().unwrap_or_default();
        let headers = request.headers_mut();
        if let Ok(host) = self.host.parse() {
            headers.insert(HOST, host);
        }
        if !ask.body.is_empty() {
            headers
                .insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
        }
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// Sends a request that must succeed.
    ///
    /// # Errors
    /// What it was answered instead.
    pub async fn expect(&mut self, ask: &Ask) -> Result<Value> {
        let what = format!("{} {}", ask.method, ask.path);
        let answer = self.send(ask).await.map_err(Stop::because(&what))?;
        if !answer.status.is_success() {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(Stop(format!("{what} was answered with {}: {text}", answer.status)));
        }
        serde_json::from_slice(&answer.body).map_err(Stop::because(what))
    }
}
