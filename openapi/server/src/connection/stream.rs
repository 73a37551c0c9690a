//! The socket as hyper sees it: every read and write is noted in the
//! connection's state, and what hyper itself says to a malformed head is kept
//! back, so that the server can say it in the form of all its errors.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::state::ConnectionState;

/// Answers up to this length are copied into one piece, in bytes: for the kernel
/// one `send` is less work than `writev` with head and body, and most answers are small.
const SMALL_ANSWER_BYTES: usize = 2048;

/// A client's socket.
pub(super) struct ClientStream {
    socket: TcpStream,
    state: Arc<ConnectionState>,
    refusal: Option<u16>,
}

impl ClientStream {
    pub fn new(socket: TcpStream, state: Arc<ConnectionState>) -> Self {
        Self { socket, state, refusal: None }
    }

    /// The socket, and the status with which hyper refused a head.
    pub fn into_parts(self) -> (TcpStream, Option<u16>) {
        (self.socket, self.refusal)
    }

    /// hyper writes without being asked only if it cannot read a head; then it
    /// closes the connection.
    fn keep_back(&mut self, bytes: &[u8]) -> bool {
        if self.state.is_answering() {
            return false;
        }
        let status = bytes.get(9..12).and_then(|status| str::from_utf8(status).ok());
        self.refusal = self.refusal.or_else(|| status?.parse().ok());
        true
    }

    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.state.write_progress(written.is_ready());
        written
    }
}

/// The slices in one piece, if there is room for them.
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
        if self.keep_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.keep_back(slices.first().map_or(&[], |first| first)) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let mut copy = [0; SMALL_ANSWER_BYTES];
        let written = match concatenated(slices, &mut copy) {
            Some(answer) => Pin::new(&mut self.socket).poll_write(cx, answer),
            None => Pin::new(&mut self.socket).poll_write_vectored(cx, slices),
        };
        self.note(written)
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
