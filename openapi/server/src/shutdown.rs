//! The request to stop, seen by everything that has to end.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// A switch that goes on once. Clones share it.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Shutdown {
    /// A switch that only [`Shutdown::cancel`] turns on.
    #[expect(clippy::new_without_default, reason = "a switch is made, not defaulted")]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// A switch that a signal turns on: SIGTERM, SIGINT (Ctrl-C), SIGQUIT or
    /// SIGHUP (a closed terminal). A second signal ends the process immediately.
    ///
    /// # Errors
    /// If the signals cannot be listened to.
    pub fn on_signals() -> io::Result<Self> {
        let mut signals = Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hangup: signal(SignalKind::hangup())?,
        };
        let shutdown = Self::new();
        let switch = shutdown.clone();
        tokio::spawn(async move {
            signals.next().await;
            switch.cancel();
            let signal = signals.next().await;
            // As a shell reports a process that a signal ended.
            std::process::exit(128 + signal.as_raw_value());
        });
        Ok(shutdown)
    }

    /// Turns it on.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is on.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is on.
    pub async fn cancelled(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|on| *on).await;
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hangup: Signal,
}

impl Signals {
    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.quit.recv() => SignalKind::quit(),
            _ = self.hangup.recv() => SignalKind::hangup(),
        }
    }
}
