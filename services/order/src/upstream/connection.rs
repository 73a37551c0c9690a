//! Connections that track whether a failed request may be repeated.
//!
//! A server may close an idle connection at any time, even while a request is in transit. A client
//! can distinguish that from a server that fails because of the request by two conditions: the
//! connection has carried a response before, and no byte of the response to this request has
//! arrived (RFC 9112 section 9.3.1). Neither reqwest nor hyper reports both, so the connection
//! tracks them itself.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower_service::Service;

/// No response has begun on this connection.
const FRESH: u8 = 0;
/// The response to the last request has begun.
const RESPONDED: u8 = 1;
/// After a response, another request was written, whose response has not begun.
const REUSED: u8 = 2;

/// The progress of the exchange on a connection. With HTTP/1.1 without pipelining, a request is
/// written only after the previous response was read.
#[derive(Debug, Clone)]
pub struct Exchange(Arc<AtomicU8>);

impl Exchange {
    fn new() -> Self {
        Self(Arc::new(AtomicU8::new(FRESH)))
    }

    /// Whether the connection has carried a response before, but none to the last request.
    pub fn is_reused_without_response(&self) -> bool {
        self.0.load(Ordering::Relaxed) == REUSED
    }

    fn on_write(&self) {
        if self.0.load(Ordering::Relaxed) == RESPONDED {
            self.0.store(REUSED, Ordering::Relaxed);
        }
    }

    fn on_read(&self) {
        self.0.store(RESPONDED, Ordering::Relaxed);
    }
}

/// A TCP connection that tracks its [`Exchange`], which hyper's client exposes with errors.
pub struct TrackedStream {
    stream: TcpStream,
    exchange: Exchange,
}

impl Connection for TrackedStream {
    fn connected(&self) -> Connected {
        Connected::new().extra(self.exchange.clone())
    }
}

impl AsyncRead for TrackedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.exchange.on_read();
        }
        polled
    }
}

impl AsyncWrite for TrackedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.exchange.on_write();
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.exchange.on_write();
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Opens [`TrackedStream`]s.
#[derive(Clone)]
pub struct TrackingConnector(HttpConnector);

impl TrackingConnector {
    pub fn new() -> Self {
        let mut http = HttpConnector::new();
        // Requests are written as a whole; waiting to fill packets would only delay them.
        http.set_nodelay(true);
        Self(http)
    }
}

type ConnectFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl Service<Uri> for TrackingConnector {
    type Response = TokioIo<TrackedStream>;
    type Error = <HttpConnector as Service<Uri>>::Error;
    type Future = ConnectFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async move {
            let stream = connecting.await?.into_inner();
            Ok(TokioIo::new(TrackedStream { stream, exchange: Exchange::new() }))
        })
    }
}
