//! Bodies that are not held in memory: the implementation reads a request's as it arrives, and
//! the server sends a response's as the implementation produces it.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use poem::Body;

use crate::error::ApiError;
use crate::http::connection::Origin;
use crate::limits::{BODY_TIMEOUT, MAX_STREAM_BYTES, STREAM_TIMEOUT};

/// The bytes of a body.
///
/// Those of a request end with an error after [`MAX_STREAM_BYTES`], after [`STREAM_TIMEOUT`], and
/// if the client sends nothing for [`BODY_TIMEOUT`]. [`ApiError::unreadable`] is the response.
pub struct ByteStream(BoxStream<'static, io::Result<Bytes>>);

/// A body with its media type, where the spec only has a range such as `image/*`.
#[derive(Debug)]
pub struct TypedStream {
    /// The media type: what the client sent, or what the implementation sends.
    pub content_type: String,
    /// The bytes.
    pub content: ByteStream,
}

impl ByteStream {
    /// A body of the given parts.
    pub fn new(parts: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self(parts.boxed())
    }

    /// All bytes, at most `max_bytes`.
    ///
    /// # Errors
    /// 413 if there are more; 408 if the client does not send them.
    pub async fn collect(mut self, max_bytes: usize) -> Result<Bytes, ApiError> {
        let mut whole = BytesMut::new();
        while let Some(part) = self.0.next().await {
            let part = part.map_err(ApiError::unreadable)?;
            if whole.len() + part.len() > max_bytes {
                return Err(ApiError::too_large(max_bytes));
            }
            whole.extend_from_slice(&part);
        }
        Ok(whole.freeze())
    }

    /// The body of a request.
    pub(crate) fn receive(body: Body, origin: Option<Origin>) -> Self {
        let body: BoxBody<Bytes, io::Error> = body.into();
        let reader = Reader { body, origin, received: 0, started: Instant::now() };
        Self(stream::try_unfold(reader, Reader::next).boxed())
    }

    pub(crate) fn into_body(self) -> Body {
        Body::from_bytes_stream(self)
    }
}

/// A request's body while it is read.
struct Reader {
    body: BoxBody<Bytes, io::Error>,
    origin: Option<Origin>,
    received: u64,
    started: Instant,
}

impl Reader {
    async fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        loop {
            // Between two parts, the connection waits for the implementation.
            self.origin.iter().for_each(|origin| origin.connection.body_begins());
            let frame = tokio::time::timeout(BODY_TIMEOUT, self.body.frame()).await;
            self.origin.iter().for_each(|origin| origin.connection.body_ends());
            let frame = frame.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(part) = frame?.into_data() else { continue };
            self.received += part.len() as u64;
            if self.received > MAX_STREAM_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            if self.is_late() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            return Ok(Some((part, self)));
        }
    }

    fn is_late(&self) -> bool {
        self.started.elapsed() > STREAM_TIMEOUT
    }
}

impl Stream for ByteStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T: Into<Bytes>> From<T> for ByteStream {
    fn from(bytes: T) -> Self {
        let bytes = bytes.into();
        Self(stream::once(async { Ok(bytes) }).boxed())
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [&str; 3] = ["a", "b", "c"];

    fn body() -> Body {
        Body::from_bytes_stream(stream::iter(PARTS.map(|part| io::Result::Ok(Bytes::from(part)))))
    }

    #[tokio::test]
    async fn bodies_are_collected_up_to_a_limit() {
        let collect = async |max_bytes| ByteStream::receive(body(), None).collect(max_bytes).await;
        assert_eq!(collect(3).await.unwrap(), "abc");
        assert_eq!(collect(2).await.unwrap_err().status().as_u16(), 413);
    }

    /// The bytes that are received of a body, and the error that ends it.
    async fn read(received: u64, started: Instant) -> (usize, Option<io::ErrorKind>) {
        let reader = Reader { body: body().into(), origin: None, received, started };
        let parts: Vec<_> = stream::try_unfold(reader, Reader::next).collect().await;
        let error = parts.iter().find_map(|part| part.as_ref().err()).map(io::Error::kind);
        (parts.iter().flatten().map(Bytes::len).sum(), error)
    }

    #[tokio::test]
    async fn streams_end_at_their_limits() {
        let (now, too_large) = (Instant::now(), Some(io::ErrorKind::FileTooLarge));
        assert_eq!(read(0, now).await, (3, None));
        assert_eq!(read(MAX_STREAM_BYTES - 3, now).await, (3, None));
        assert_eq!(read(MAX_STREAM_BYTES - 2, now).await, (2, too_large));
        let late = now.checked_sub(STREAM_TIMEOUT).unwrap();
        assert_eq!(read(0, late).await, (0, Some(io::ErrorKind::TimedOut)));
    }
}
