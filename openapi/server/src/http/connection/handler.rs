//! Request handlers that outlive their client.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// A handler that runs to completion even if the client disconnects, in which case hyper drops it:
/// an order that has been begun is completed and logged. The rest of it becomes a task.
pub(super) struct RunToCompletion<T: Send + 'static> {
    handler: Option<Handler<T>>,
    tasks: TaskTracker,
}

type Handler<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<T: Send + 'static> RunToCompletion<T> {
    /// Constructs the handler in place. It is some kilobytes long, and moving it twice accounted
    /// for a tenth of the instructions of a small request.
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

impl<T: Send + 'static> Future for RunToCompletion<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(handler) = &mut self.handler else { return Poll::Pending };
        let output = ready!(handler.as_mut().poll(cx));
        self.handler = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for RunToCompletion<T> {
    fn drop(&mut self) {
        // Without a runtime, the process is ending.
        if let (Some(handler), Ok(runtime)) = (self.handler.take(), Handle::try_current()) {
            self.tasks.spawn_on(handler, &runtime);
        }
    }
}
