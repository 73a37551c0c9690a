//! The bounds of this service, each with its reason.

use std::time::Duration;

/// How long an order may wait for the user and the product service, all calls together: the
/// design's five seconds for a request to another service.
pub const UPSTREAM_TIMEOUT: Duration = Duration::from_secs(5);

/// How long placing an order may take. An order ends within 5.5 s whatever other services and
/// the database do; the last 100 ms are for reading the request and writing the answer. The
/// insert has what the calls before it have left, 400 ms at least: a database that answers
/// takes a few milliseconds.
pub const ORDER_TIMEOUT: Duration = Duration::from_millis(5_400);

/// Orders that are being placed simultaneously. Half of the requests that a service works on
/// (256, see `openapi-server`), so that however long other services make orders wait, reads
/// find a permit. 64 calls are under way at most, so more orders would only wait.
pub const MAX_ORDERS_IN_PROGRESS: usize = 128;

/// An order is admitted while its client has fewer orders in progress than this many times the
/// permits that are left (the dynamic thresholds of switch buffers, Choudhury and Hahne 1998).
/// One client alone gets 96 of 128, two get 54 each, and a newcomer always finds a permit.
pub const CLIENT_SHARE: usize = 3;

/// Calls that one order makes simultaneously.
pub const CALLS_PER_ORDER: usize = 16;

/// Calls under way simultaneously, of all orders together. Enough to keep the other services
/// busy, and few enough to keep their queues short. Each has a connection, which is kept.
pub const MAX_CALLS: usize = 64;

/// The longest answer of another service that is read, in bytes. A product is a few kilobytes;
/// 64 calls of this length are what the service's memory has room for.
pub const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// How long a connection to another service is kept without being used. Shorter than the
/// services keep an idle connection, so that it is rarely closed while it is being used.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Failures in a row that open a circuit breaker.
pub const BREAKER_FAILURES_IN_A_ROW: u32 = 5;

/// The last outcomes that a circuit breaker looks at; it opens if half of them are failures.
pub const BREAKER_WINDOW: u32 = 20;

/// How long an open circuit breaker refuses calls before it lets one through.
pub const BREAKER_OPEN_TIME: Duration = Duration::from_secs(5);

/// A call that the order's deadline ends counts as a failure of the service only if the service
/// had at least this long. A call that began later says little about it.
pub const BREAKER_LEAST_WAIT: Duration = Duration::from_millis(2_500);

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

/// The longest page, in bytes of JSON: some hundred usual orders, and a size that
/// a client can hold. It bounds the memory of 64 clients that read pages
/// simultaneously to some 100 MB.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// Documents in one batch of the database. MongoDB ends a batch at 16 MB whatever
/// its documents are; with usual ones, reading a thousand takes eight round trips.
pub const BATCH_SIZE: u32 = 128;

/// Product names in orders are cut after so many characters, the longest that the
/// product service takes. Names had no bound once, and an order has 100 lines.
pub const MAX_PRODUCT_NAME_CHARS: usize = 200;

/// What all reads that are in flight may hold, in units of the largest order that
/// was ever stored: 100 lines with names of 64 KiB, 6.4 MB. So 16 are 102 MB,
/// which with [`MAX_PAGE_BYTES`] keeps the process below 256 MB. As many reads are
/// enough: each takes a round trip of a fraction of a millisecond.
pub const MAX_READ_UNITS: usize = 16;
/// An order by its id: the driver holds a reply twice while it parses it.
pub const ORDER_UNITS: u32 = 2;
/// A page: one batch, 16 MB, twice.
pub const PAGE_UNITS: u32 = 5;
/// An order that an update returns, which the driver copies twice more.
pub const UPDATE_UNITS: u32 = 4;

/// Documents of one page that the log names as unreadable; the others it counts.
pub const MAX_NAMED_UNREADABLE: usize = 10;
