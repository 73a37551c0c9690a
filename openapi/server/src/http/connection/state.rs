//! The state machine of a connection.
//!
//! ```text
//!         first byte        head complete             body complete
//!  Idle ────────────► Head ───────────────► Serving ◄──────────────► Receiving
//!   ▲                                          │      body expected
//!   └──────────── Writing ◄────────────────────┘
//!   response flushed      response complete
//! ```
//!
//! A client can stop at any point and expect the server to wait. How long the server does depends
//! on the phase, and so does the way in which it gives up:
//!
//! | phase | who is waited for | deadline | then |
//! |---|---|---|---|
//! | Idle | the client | `IDLE_TIMEOUT` | close |
//! | Head | the client | `HEAD_TIMEOUT` | respond 408, close |
//! | Serving | this service | the handler's own timeouts | |
//! | Receiving | the client | `BODY_TIMEOUT`, where the body is read | respond 408 |
//! | Writing | the client | `RESPONSE_TIMEOUT` | close |
//!
//! In addition, a socket that accepts no bytes for `WRITE_TIMEOUT` is closed, in any phase.
//!
//! # Making room
//!
//! Connections and memory are limited. A connection that waits for its client can be closed to make
//! room for another; one that is served cannot. If a request arrives at a connection that has been
//! chosen, it is served, and the connection is closed after its response. A client that sends a byte now and then remains
//! in its phase, so it is waited for since the phase began, and does not appear active. *Held*
//! bytes are those kept in memory until the client sends or reads more: a body while it is
//! received, and a response until it is flushed. They are counted for the connection, for its
//! client and in total.
//!
//! # Concurrency
//!
//! One task drives the connection and changes its phase. The table and the deadline check read it
//! from other tasks and send [`Command`]s, which the driving task carries out. All fields are
//! relaxed atomics: readers tolerate a value that is a moment old, since the driving task checks
//! whether the reason for a command still exists, and a deadline that is missed is checked again a
//! second later.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::client::{Client, HeldBytes};
use crate::limits::{HEAD_TIMEOUT, IDLE_TIMEOUT, RESPONSE_TIMEOUT, STALL_THRESHOLD, WRITE_TIMEOUT};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Waiting for a request.
    Idle,
    /// Receiving a request's head.
    Head,
    /// Processing a request, up to the end of the response's body.
    Serving,
    /// Receiving a request's body.
    Receiving,
    /// Writing the rest of a complete response.
    Writing,
}

/// A request to the task that drives a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Command {
    /// The initial value.
    None,
    /// Close if a deadline is exceeded.
    Expire,
    /// Close to make room if the client is waited for, otherwise after the current response.
    Evict,
    /// Close after the current response, immediately if there is none.
    Drain,
}

/// An open connection.
pub(crate) struct ConnectionState {
    pub(super) client: Client,
    phase: AtomicU8,
    /// When the phase began.
    since: AtomicU64,
    /// When the socket stopped accepting bytes; 0 while it accepts some.
    blocked_since: AtomicU64,
    /// Whether the last request has a body, which its handler may leave unread.
    has_body: AtomicBool,
    held: AtomicUsize,
    total_held: HeldBytes,
    command: AtomicU8,
    wake: Notify,
}

/// Milliseconds since the first call in this process, and at least 1.
fn now() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    millis(START.elapsed()) + 1
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis() as u64
}

/// Transitions.
impl ConnectionState {
    pub(super) fn new(client: Client, total_held: HeldBytes) -> Self {
        Self {
            client,
            phase: AtomicU8::new(Phase::Idle as u8),
            since: AtomicU64::new(now()),
            blocked_since: AtomicU64::new(0),
            has_body: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            total_held,
            command: AtomicU8::new(Command::None as u8),
            wake: Notify::new(),
        }
    }

    fn enter(&self, phase: Phase) {
        self.since.store(now(), Relaxed);
        self.phase.store(phase as u8, Relaxed);
    }

    /// Bytes have been received.
    pub(super) fn received(&self) {
        if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// A request's head is complete.
    pub(super) fn request_begins(&self, has_body: bool) {
        self.has_body.store(has_body, Relaxed);
        self.serve();
    }

    /// Does not record the time, which no deadline of this phase needs.
    fn serve(&self) {
        self.phase.store(Phase::Serving as u8, Relaxed);
    }

    /// The handler begins to read the request's body.
    pub fn body_begins(&self) {
        self.enter(Phase::Receiving);
    }

    /// The body is complete, or no longer waited for.
    pub fn body_ends(&self) {
        self.release();
        self.serve();
    }

    /// The response is complete and remains to be written.
    pub(super) fn response_complete(&self) {
        self.enter(Phase::Writing);
    }

    /// A write to the socket accepted some bytes (`progress`), or none.
    pub(super) fn write_attempted(&self, progress: bool) {
        let blocked = self.blocked_since.load(Relaxed) > 0;
        if progress && blocked {
            self.blocked_since.store(0, Relaxed);
        } else if !progress && !blocked {
            self.blocked_since.store(now(), Relaxed);
        }
    }

    /// Everything written so far has been passed to the kernel.
    pub(super) fn flushed(&self) {
        if self.phase() == Phase::Writing {
            self.release();
            self.enter(Phase::Idle);
        }
    }
}

/// Held bytes.
impl ConnectionState {
    /// Counts bytes that are kept in memory until the client sends or reads more.
    pub fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Relaxed);
        self.client.held.fetch_add(bytes, Relaxed);
        self.total_held.fetch_add(bytes, Relaxed);
    }

    /// Returns the number of bytes that were held.
    pub(super) fn release(&self) -> usize {
        let bytes = self.held.swap(0, Relaxed);
        if bytes > 0 {
            self.client.held.fetch_sub(bytes, Relaxed);
            self.total_held.fetch_sub(bytes, Relaxed);
        }
        bytes
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Relaxed)
    }
}

/// Queries, also from other tasks.
impl ConnectionState {
    pub(super) fn phase(&self) -> Phase {
        const PHASES: [Phase; 5] =
            [Phase::Idle, Phase::Head, Phase::Serving, Phase::Receiving, Phase::Writing];
        PHASES[usize::from(self.phase.load(Relaxed))]
    }

    pub(super) fn last_request_has_body(&self) -> bool {
        self.has_body.load(Relaxed)
    }

    /// Whether a response is owed or being written.
    pub(super) fn is_responding(&self) -> bool {
        !matches!(self.phase(), Phase::Idle | Phase::Head)
    }

    /// Since when the connection has waited for its client. `None` if it does not.
    pub(super) fn waiting_for_client_since(&self) -> Option<u64> {
        let blocked = self.blocked_since.load(Relaxed);
        match self.phase() {
            Phase::Idle | Phase::Head | Phase::Receiving => Some(self.since.load(Relaxed)),
            Phase::Serving | Phase::Writing => (blocked > 0).then_some(blocked),
        }
    }

    /// Whether bytes are held for a client that makes no progress.
    pub(super) fn is_stalled(&self) -> bool {
        let threshold = millis(STALL_THRESHOLD);
        let is_over = |since| now().saturating_sub(since) >= threshold;
        self.held() > 0 && self.waiting_for_client_since().is_some_and(is_over)
    }
}

/// Commands, from other tasks.
impl ConnectionState {
    /// Ends the connection if it has exceeded a deadline.
    pub(super) fn check_deadline(&self) {
        if self.exceeds_deadline() {
            let expire = Command::Expire as u8;
            // Any other command ends the connection as well.
            let _ = self.command.compare_exchange(Command::None as u8, expire, Relaxed, Relaxed);
            self.wake.notify_one();
        }
    }

    pub(super) fn exceeds_deadline(&self) -> bool {
        let since = self.since.load(Relaxed);
        let deadline = match self.phase() {
            Phase::Idle => since + millis(IDLE_TIMEOUT),
            Phase::Head => since + millis(HEAD_TIMEOUT),
            Phase::Writing => since + millis(RESPONSE_TIMEOUT),
            Phase::Serving | Phase::Receiving => u64::MAX,
        };
        let write_deadline = match self.blocked_since.load(Relaxed) {
            0 => u64::MAX,
            since => since + millis(WRITE_TIMEOUT),
        };
        now() >= deadline.min(write_deadline)
    }

    /// Sends a command to the driving task.
    pub(super) fn send(&self, command: Command) {
        self.command.store(command as u8, Relaxed);
        self.wake.notify_one();
    }

    /// Waits for a command.
    pub(super) async fn command(&self) -> Command {
        const COMMANDS: [Command; 4] =
            [Command::None, Command::Expire, Command::Evict, Command::Drain];
        self.wake.notified().await;
        COMMANDS[usize::from(self.command.swap(Command::None as u8, Relaxed))]
    }
}

impl Drop for ConnectionState {
    fn drop(&mut self) {
        self.release();
    }
}
