//! An answer on its way to the client, and a handler that outlives its client.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use super::state::ConnectionState;

/// An answer's body. While the client has not read it, its bytes count
/// against the client.
pub(super) struct AnswerBody {
    body: BoxBody<Bytes, io::Error>,
    state: Arc<ConnectionState>,
}

impl AnswerBody {
    pub fn new(body: BoxBody<Bytes, io::Error>, state: Arc<ConnectionState>) -> Self {
        // Of a body of unknown length, only what hyper has buffered is in memory.
        state.hold(body.size_hint().exact().map_or(0, |bytes| bytes as usize));
        Self { body, state }
    }
}

impl Body for AnswerBody {
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

impl Drop for AnswerBody {
    /// hyper drops a body when it has taken all of it.
    fn drop(&mut self) {
        self.state.answer_complete();
    }
}

/// A handler that runs to its end even if the client hangs up: what it has
/// begun, such as an order, is completed and logged.
pub(super) struct RunToEnd<T: Send + 'static> {
    handler: Option<Handler<T>>,
    tasks: TaskTracker,
}

type Handler<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<T: Send + 'static> RunToEnd<T> {
    /// Makes the handler where it stays: it is some kilobytes long, and moving it
    /// twice was a tenth of the instructions of a small request.
    #[inline(always)]
    pub fn new<F>(handler: impl FnOnce() -> F, tasks: TaskTracker) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        let place = Box::<F>::new_uninit();
        let handler: Box<F> = Box::write(place, handler());
        Self { handler: Some(Box::into_pin(handler)), tasks }
    }
}

impl<T: Send + 'static> Future for RunToEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(handler) = &mut self.handler else { return Poll::Pending };
        let output = ready!(handler.as_mut().poll(cx));
        self.handler = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for RunToEnd<T> {
    fn drop(&mut self) {
        // Without a runtime the process is ending.
        if let (Some(handler), Ok(runtime)) = (self.handler.take(), Handle::try_current()) {
            self.tasks.spawn_on(handler, &runtime);
        }
    }
}
