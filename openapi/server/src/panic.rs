//! Panics of handlers. They are caught, logged and answered with a 500, so that a bug in one
//! request does not end the connection, or the process.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

/// A handler panicked. The message is for the log only.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
pub(crate) struct Panicked(String);

/// Runs `work` to its end or its first panic.
pub(crate) fn catch<F: Future>(work: F) -> impl Future<Output = Result<F::Output, Panicked>> {
    // The future is not polled again, so nothing observes the state that it was left in.
    let outcome = AssertUnwindSafe(work).catch_unwind();
    outcome.map(|outcome| outcome.map_err(|payload| Panicked(message(&*payload))))
}

/// The text given to `panic!`.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    #[tokio::test]
    async fn the_message_of_a_panic_is_kept() {
        let caught = async |work: fn()| catch(async move { work() }).await.unwrap_err().to_string();
        assert_eq!(caught(|| panic!("text")).await, "panicked: text");
        assert_eq!(caught(|| panic!("number {}", 1)).await, "panicked: number 1");
        assert_eq!(caught(|| panic_any(1)).await, "panicked: no message");
        assert_eq!(catch(async { 1 }).await.unwrap(), 1);
    }
}
