//! The bounds of this service, each with its reason.

use std::time::Duration;

/// Requests that may wait for a password hash. Each holds one of the server's permits for
/// concurrent requests, so they leave 32 to everything else: with 32 requests under way the
/// service does as much as it ever does.
pub const MAX_WAITING: usize = openapi_server::limits::MAX_IN_FLIGHT - 32;

/// Attempts of one account from one address that may wait. One at a time is hashed in any case;
/// more than a few together are a program that guesses, fewer would fail people who click twice.
pub const MAX_WAITING_PER_ACCOUNT: usize = 4;

/// The longest that a request waits for its hash. A full queue takes 4 s on one core (224 hashes
/// of 16 ms); beyond twice that, clients have given up.
pub const MAX_WAIT: Duration = Duration::from_secs(10);

/// How long a wrong password puts the next attempt for its account into the lane of retries. One
/// core makes some 3,600 comparisons in that time.
pub const FAILURE_MEMORY: Duration = Duration::from_secs(60);

/// Failed accounts that are remembered, at about 32 bytes each: what four cores fail in
/// [`FAILURE_MEMORY`].
pub const MAX_REMEMBERED_FAILURES: usize = 16_384;

/// The longest that one attempt to connect takes at start.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Delays between attempts to connect: 1, 2, 4 … 30 seconds, ten attempts in all (the design's).
pub const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The longest of them.
pub const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// How many attempts.
pub const ATTEMPTS: usize = 10;

/// The longest that a request waits for the database (the design's five seconds).
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(5);

/// `maxTimeMS`: when the database itself ends an operation. Shorter than
/// [`OPERATION_TIMEOUT`], so that the service learns how it ended.
pub const SERVER_TIMEOUT: Duration = Duration::from_secs(4);

/// How long the driver looks for a server before it says that there is none:
/// shorter than [`OPERATION_TIMEOUT`], so that the service learns that nothing was sent.
pub const SELECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// Connections per process. A connection costs the database about 1 MB, and a
/// request holds one for a fraction of a millisecond.
pub const POOL_SIZE: u32 = 32;

/// How long a read waits for its share of memory. Longer queues are overload:
/// the client hears of it and tries again.
pub const PERMIT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the outcome of a heartbeat is kept, and so how often one is written at most.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);

/// How long the database keeps the last heartbeat of a process: longer than
/// pauses between probes, short enough that restarts leave few behind.
pub const HEARTBEAT_LIFETIME: Duration = Duration::from_secs(60 * 60);
