//! The bounds that this service keeps, and where each number comes from.

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

/// How much of a product's name an order copies, in characters: the longest name that the
/// product service accepts. Names that it stored before there was a limit may be longer.
pub const MAX_PRODUCT_NAME_CHARS: usize = 200;

/// Failures in a row that open a circuit breaker.
pub const BREAKER_FAILURES_IN_A_ROW: u32 = 5;

/// The last outcomes that a circuit breaker looks at; it opens if half of them are failures.
pub const BREAKER_WINDOW: u32 = 20;

/// How long an open circuit breaker refuses calls before it lets one through.
pub const BREAKER_OPEN_TIME: Duration = Duration::from_secs(5);

/// A call that the order's deadline ends counts as a failure of the service only if the service
/// had at least this long. A call that began later says little about it.
pub const BREAKER_LEAST_WAIT: Duration = Duration::from_millis(2_500);
