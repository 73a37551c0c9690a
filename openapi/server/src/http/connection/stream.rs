//! The socket as hyper sees it. Reads and writes are recorded in the connection's state. hyper's
//! own response to a malformed head is intercepted, so that the server can respond in the error
//! envelope.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use poem::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::state::ConnectionState;

/// Responses up to this length in bytes are copied into one buffer. Most responses are that small,
/// and for the kernel, one `send` is less work than `writev` with head and body.
const SMALL_RESPONSE_BYTES: usize = 2048;

/// A client's socket.
pub(super) struct ClientStream {
    socket: TcpStream,
    state: Arc<ConnectionState>,
    rejection: Option<StatusCode>,
}

impl ClientStream {
    pub fn new(socket: TcpStream, state: Arc<ConnectionState>) -> Self {
        Self { socket, state, rejection: None }
    }

    /// The socket, and the status with which hyper rejected a head.
    pub fn into_parts(self) -> (TcpStream, Option<StatusCode>) {
        (self.socket, self.rejection)
    }

    /// Discards bytes that hyper writes while no response is owed: it then rejects a head and
    /// closes the connection. The status is kept.
    fn intercept(&mut self, bytes: &[u8]) -> bool {
        if self.state.is_responding() {
            return false;
        }
        // The status line is `HTTP/1.1 400 Bad Request`.
        let status = bytes.get(9..12).and_then(|status| StatusCode::from_bytes(status).ok());
        self.rejection = self.rejection.or(status);
        true
    }

    fn record(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.state.write_attempted(written.is_ready());
        written
    }
}

/// The slices in one buffer, if it has room for them.
fn concatenated<'a>(slices: &[IoSlice<'_>], copy: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    for slice in slices {
        copy.get_mut(length..length + slice.len())?.copy_from_slice(slice);
        length += slice.len();
    }
    copy.get(..length)
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.state.received();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.intercept(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.record(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.intercept(slices.first().map_or(&[], |first| first)) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let mut copy = [0; SMALL_RESPONSE_BYTES];
        let written = match concatenated(slices, &mut copy) {
            Some(response) => Pin::new(&mut self.socket).poll_write(cx, response),
            None => Pin::new(&mut self.socket).poll_write_vectored(cx, slices),
        };
        self.record(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        self.state.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
