//! Graceful shutdown: a token that the first signal cancels, observed by everything that has to
//! end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A [`CancellationToken`] that signals can cancel. Clones share their state.
#[derive(Debug, Clone)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// A token that only [`Shutdown::cancel`] cancels.
    #[expect(clippy::new_without_default, reason = "a default would not say what cancels it")]
    pub fn new() -> Self {
        Self(CancellationToken::new())
    }

    /// A token that is cancelled by SIGTERM, SIGINT (Ctrl-C), SIGQUIT or SIGHUP (a closed
    /// terminal). A second signal ends the process immediately.
    ///
    /// # Errors
    /// If the signal handlers cannot be installed.
    pub fn on_signals() -> io::Result<Self> {
        let mut signals = Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hangup: signal(SignalKind::hangup())?,
        };
        let shutdown = Self::new();
        let token = shutdown.clone();
        tokio::spawn(async move {
            signals.next().await;
            token.cancel();
            let signal = signals.next().await;
            // The exit status that shells use for a process ended by a signal.
            std::process::exit(128 + signal.as_raw_value());
        });
        Ok(shutdown)
    }

    /// Requests the shutdown.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether the shutdown has been requested.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the shutdown is requested.
    pub async fn cancelled(&self) {
        self.0.cancelled().await;
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
