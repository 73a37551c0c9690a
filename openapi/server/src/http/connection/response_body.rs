//! A response body while it is sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};

use super::state::ConnectionState;

/// A response's body. Its bytes count against the client until the client has read them.
pub(super) struct ResponseBody {
    body: BoxBody<Bytes, io::Error>,
    state: Arc<ConnectionState>,
}

impl ResponseBody {
    pub fn new(body: BoxBody<Bytes, io::Error>, state: Arc<ConnectionState>) -> Self {
        // Of a body of unknown length, only the part that hyper has buffered is in memory.
        state.hold(body.size_hint().exact().map_or(0, |bytes| bytes as usize));
        Self { body, state }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ResponseBody {
    /// hyper drops a body when it has read all of it.
    fn drop(&mut self) {
        self.state.response_complete();
    }
}
