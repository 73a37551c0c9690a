//! The wish to stop, known everywhere at once.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

/// A switch that goes on once. Clones share it.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Shutdown {
    /// A switch that only [`Shutdown::trigger`] turns on.
    #[expect(clippy::new_without_default, reason = "a switch is made, not defaulted")]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// A switch that SIGTERM or Ctrl-C turns on.
    ///
    /// # Errors
    /// If the signals cannot be listened to.
    pub fn on_signals() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let shutdown = Self::new();
        let switch = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            switch.trigger();
        });
        Ok(shutdown)
    }

    /// Turns it on.
    pub fn trigger(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is on.
    pub fn is_triggered(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is on.
    pub async fn triggered(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|on| *on).await;
    }
}
