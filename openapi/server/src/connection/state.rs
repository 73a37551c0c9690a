//! What a connection is doing, seen by everything that bounds connections:
//! the table that makes room, the timer that closes, the drain at shutdown.
//!
//! ```text
//!         first byte        head complete             body complete
//!  Idle ────────────► Head ───────────────► Serving ◄──────────────► Receiving
//!   ▲                                          │
//!   └──────────── Writing ◄────────────────────┘
//!     answer flushed        answer complete
//! ```
//!
//! All of it is plain atomics: one task drives the connection, others only
//! look, and a look that is a moment old does no harm.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::table::{Client, Held};
use crate::limits::{
    ANSWER_TIMEOUT, HEAD_TIMEOUT, IDLE_TIMEOUT, MAX_HELD_BYTES_PER_CLIENT, STALLED, WRITE_TIMEOUT,
};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Waiting for a request.
    Idle,
    /// A request's head has begun to arrive.
    Head,
    /// A request is worked on, or its answer is being made.
    Serving,
    /// A request's body is arriving.
    Receiving,
    /// The whole answer waits to be read by the client.
    Writing,
}

/// What others ask of the task that drives a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Command {
    /// Nothing yet.
    None,
    /// Close after the answer that is under way, immediately if there is none.
    Drain,
    /// Close because the client took too long over a request's head.
    Expire,
    /// Close now.
    Close,
}

/// One open connection.
pub(crate) struct ConnectionState {
    pub client: Client,
    phase: AtomicU8,
    /// When the phase began.
    since: AtomicU64,
    /// Since when the socket takes no more bytes; 0 while it does.
    blocked_since: AtomicU64,
    held: AtomicUsize,
    total_held: Held,
    command: AtomicU8,
    wake: Notify,
}

/// Milliseconds since this process first asked, never 0.
fn now() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_millis() as u64 + 1
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis() as u64
}

impl ConnectionState {
    pub fn new(client: Client, total_held: Held) -> Self {
        Self {
            client,
            phase: AtomicU8::new(Phase::Idle as u8),
            since: AtomicU64::new(now()),
            blocked_since: AtomicU64::new(0),
            held: AtomicUsize::new(0),
            total_held,
            command: AtomicU8::new(Command::None as u8),
            wake: Notify::new(),
        }
    }

    pub fn phase(&self) -> Phase {
        const PHASES: [Phase; 5] =
            [Phase::Idle, Phase::Head, Phase::Serving, Phase::Receiving, Phase::Writing];
        PHASES[usize::from(self.phase.load(Relaxed))]
    }

    fn enter(&self, phase: Phase) {
        self.since.store(now(), Relaxed);
        self.phase.store(phase as u8, Relaxed);
    }

    /// Bytes came in.
    pub fn received(&self) {
        if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// The head is complete, and its request begins.
    pub fn request_begins(&self) {
        self.serve();
    }

    /// Nothing asks how long a request is worked on.
    fn serve(&self) {
        self.phase.store(Phase::Serving as u8, Relaxed);
    }

    /// Waiting for the request's body.
    pub fn body_begins(&self) {
        self.enter(Phase::Receiving);
    }

    /// The body is here, or will not be waited for.
    pub fn body_ends(&self) {
        self.release();
        self.serve();
    }

    /// The answer is complete, and only has to be written.
    pub fn answer_complete(&self) {
        self.enter(Phase::Writing);
    }

    /// The socket has taken some bytes, or takes none now.
    pub fn write_progress(&self, progress: bool) {
        match (progress, self.blocked_since.load(Relaxed)) {
            (true, 0) => {}
            (true, _) => self.blocked_since.store(0, Relaxed),
            (false, 0) => self.blocked_since.store(now(), Relaxed),
            (false, _) => {}
        }
    }

    /// Everything that was to be written is written.
    pub fn flushed(&self) {
        if self.phase() == Phase::Writing {
            self.release();
            self.enter(Phase::Idle);
        }
    }

    /// Whether an answer is due or under way.
    pub fn is_answering(&self) -> bool {
        !matches!(self.phase(), Phase::Idle | Phase::Head)
    }

    /// Counts bytes that are kept in memory until the client sends or reads more.
    pub fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Relaxed);
        self.client.held.fetch_add(bytes, Relaxed);
        self.total_held.fetch_add(bytes, Relaxed);
    }

    pub fn release(&self) {
        let bytes = self.held.swap(0, Relaxed);
        if bytes > 0 {
            self.client.held.fetch_sub(bytes, Relaxed);
            self.total_held.fetch_sub(bytes, Relaxed);
        }
    }

    pub fn held(&self) -> usize {
        self.held.load(Relaxed)
    }

    /// Whether more is held for this client than its part.
    pub fn client_over_limit(&self) -> bool {
        self.client.held.load(Relaxed) > MAX_HELD_BYTES_PER_CLIENT
    }

    /// For how long the client has been waited for, in milliseconds, if it is.
    /// Such a connection can make room. A client that drips bytes is waited
    /// for from the beginning.
    pub fn waiting_for_client(&self) -> Option<u64> {
        let blocked = self.blocked_since.load(Relaxed);
        let since = match self.phase() {
            Phase::Idle | Phase::Head | Phase::Receiving => self.since.load(Relaxed),
            Phase::Serving | Phase::Writing if blocked > 0 => blocked,
            Phase::Serving | Phase::Writing => return None,
        };
        Some(now().saturating_sub(since))
    }

    /// Whether bytes are held for a client that does not move.
    pub fn is_stalled(&self) -> bool {
        self.held() > 0 && self.waiting_for_client().is_some_and(|time| time >= millis(STALLED))
    }

    /// Closes the connection if its client has used up its time.
    pub fn check_deadline(&self) {
        let now = now();
        let since = self.since.load(Relaxed);
        let deadline = match self.phase() {
            Phase::Idle => since + millis(IDLE_TIMEOUT),
            Phase::Head => since + millis(HEAD_TIMEOUT),
            Phase::Writing => since + millis(ANSWER_TIMEOUT),
            // Bodies have a timeout where they are read, handlers where they wait.
            Phase::Serving | Phase::Receiving => u64::MAX,
        };
        let blocked = match self.blocked_since.load(Relaxed) {
            0 => u64::MAX,
            since => since + millis(WRITE_TIMEOUT),
        };
        if now >= deadline.min(blocked) {
            let in_head = self.phase() == Phase::Head;
            self.send(if in_head { Command::Expire } else { Command::Close });
        }
    }

    /// Asks the task that drives the connection to do something.
    pub fn send(&self, command: Command) {
        self.command.store(command as u8, Relaxed);
        self.wake.notify_one();
    }

    /// Waits for a command.
    pub async fn command(&self) -> Command {
        self.wake.notified().await;
        const COMMANDS: [Command; 4] =
            [Command::None, Command::Drain, Command::Expire, Command::Close];
        COMMANDS[usize::from(self.command.load(Relaxed))]
    }
}

impl Drop for ConnectionState {
    fn drop(&mut self) {
        self.release();
    }
}
