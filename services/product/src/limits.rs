//! The bounds of this service, each with its reason.

use std::time::Duration;

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

/// The longest page, in bytes of JSON: some thousand usual products, and a size
/// that a client can hold. It bounds the memory of 64 clients that read pages
/// simultaneously to some 100 MB.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// Documents in one batch of the database. With the largest product, 64 KiB (the
/// longest body that this service reads), a batch has 8 MiB; with usual ones,
/// reading a thousand takes eight round trips.
pub const BATCH_SIZE: u32 = 128;

/// Documents of all batches that are being received. The driver holds a reply
/// twice while it parses it, so with the largest products that is 100 MiB, which
/// with [`MAX_PAGE_BYTES`] keeps the process below 256 MB. 38 pages of 20 fit,
/// more than [`POOL_SIZE`]: only larger pages ever wait.
pub const MAX_DOCUMENTS_IN_FLIGHT: usize = 800;

/// Documents of one page that the log names as unreadable; the others it counts.
pub const MAX_NAMED_UNREADABLE: usize = 10;
