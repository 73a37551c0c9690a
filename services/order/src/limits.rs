//! The limits of this service, each with its reason.

use std::time::Duration;

/// Limits how long an order waits for the user and the product service, all calls together: the
/// design's five seconds for a request to another service.
pub const UPSTREAM_TIMEOUT: Duration = Duration::from_secs(5);

/// Limits how long placing an order takes. Whatever other services and the database do, the client
/// has a response within 5.5 s, of which 100 ms are for reading the request and writing the
/// response. The calls leave the insert at least 400 ms; a healthy database takes a few
/// milliseconds.
pub const ORDER_TIMEOUT: Duration = Duration::from_millis(5_400);

/// Orders in progress simultaneously: half of the requests that a service processes (256, see
/// `openapi-server`), so that reads are served however long other services delay orders. With at
/// most 64 calls in flight, more orders would only wait.
pub const MAX_ORDERS_IN_PROGRESS: usize = 128;

/// An order is admitted while its client has fewer orders in progress than this many times the
/// available permits (dynamic thresholds, as in switch buffers: Choudhury and Hahne 1998). One
/// client alone gets 96 of 128, two get 54 each, and a new client always gets a permit.
pub const CLIENT_SHARE: usize = 3;

/// Simultaneous calls of one order.
pub const CALLS_PER_ORDER: usize = 16;

/// Simultaneous calls of all orders together: enough to keep the other services busy, and few
/// enough to keep their queues short. Each has a connection, which is kept.
pub const MAX_CALLS: usize = 64;

/// The longest response accepted from another service, in bytes. A product is a few kilobytes; the
/// service's memory has room for [`MAX_CALLS`] responses of this length.
pub const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

/// How long an idle connection to another service is kept. Shorter than the services keep theirs,
/// so that a connection is rarely closed while a request is being sent.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Failures in a row that open a circuit breaker.
pub const BREAKER_FAILURES_IN_A_ROW: u32 = 5;

/// The number of recent outcomes that a circuit breaker considers; it opens if half are failures.
pub const BREAKER_WINDOW: u32 = 20;

/// How long an open circuit breaker rejects calls before it allows a probe.
pub const BREAKER_OPEN_TIME: Duration = Duration::from_secs(5);

/// A call that times out counts as a failure of the service only if it had at least this long. A
/// call that started later, close to the order's deadline, says little about the service.
pub const BREAKER_MIN_WAIT: Duration = Duration::from_millis(2_500);

/// Limits one attempt to connect at start.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Delays between attempts to connect: 1, 2, 4 … 30 seconds, as the design specifies.
pub const FIRST_DELAY: Duration = Duration::from_secs(1);
pub const LONGEST_DELAY: Duration = Duration::from_secs(30);
pub const ATTEMPTS: usize = 10;

/// Limits how long a request waits for the database: five seconds, as the design specifies.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(5);

/// `maxTimeMS`: the database itself ends an operation after this time. Shorter than
/// [`OPERATION_TIMEOUT`], so that the service learns the outcome.
pub const SERVER_TIMEOUT: Duration = Duration::from_secs(4);

/// Limits how long the driver looks for a server. Shorter than [`OPERATION_TIMEOUT`], so that the
/// service learns that nothing was sent.
pub const SELECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// Connections per process. A connection costs the database about 1 MB, and a request holds one
/// for a fraction of a millisecond.
pub const POOL_SIZE: u32 = 32;

/// Limits how long a read waits for its share of memory. A longer wait means overload, and the
/// client is asked to try again.
pub const PERMIT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the result of a heartbeat is kept, which limits how often one is written.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);

/// How long the database keeps the last heartbeat of a process: longer than pauses between probes,
/// short enough that restarts leave few behind.
pub const HEARTBEAT_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The longest page, in bytes of JSON: several hundred typical orders. Bounds the memory of 64
/// clients that read pages simultaneously to some 100 MB.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// Documents per batch. MongoDB ends a batch at 16 MB in any case; reading a thousand typical
/// orders takes eight round trips.
pub const BATCH_SIZE: u32 = 128;

/// Product names in orders are truncated to this length, the maximum of the product service. Older
/// products may have longer names, and an order has up to 100 lines.
pub const MAX_PRODUCT_NAME_CHARS: usize = 200;

/// The memory of all reads in flight, in units of the largest order that may be stored: 100 lines
/// with names of 64 KiB, 6.4 MB. 16 units are 102 MB, which with [`MAX_PAGE_BYTES`] keeps the
/// process below 256 MB. That is enough: a read takes a round trip of a fraction of a millisecond.
pub const MAX_READ_UNITS: usize = 16;
/// One order: the driver holds two copies of a reply while it parses it.
pub const ORDER_UNITS: u32 = 2;
/// A page: two copies of a batch of 16 MB.
pub const PAGE_UNITS: u32 = 5;
/// An order returned by an update, of which the driver makes two more copies.
pub const UPDATE_UNITS: u32 = 4;

/// Unreadable documents of one page that are logged individually; the others are only counted.
pub const MAX_NAMED_UNREADABLE: usize = 10;

/// How long an order may be placing before the settler abandons it: longer than placing an order
/// takes, including a pause of the process.
pub const PLACING_PATIENCE: Duration = Duration::from_secs(30);

/// How long whoever has abandoned, cancelled or completed an order has for the reservation, before
/// the settler takes over.
pub const SETTLE_PATIENCE: Duration = Duration::from_secs(10);

/// Limits how long a change of the status waits for the product service. The change itself has
/// taken place by then; if the time does not suffice, the settler does the rest.
pub const SETTLE_TIMEOUT: Duration = Duration::from_secs(2);

/// How often the settler looks for due orders, on average: the time varies by half of it at random,
/// so that replicas do not all look at the same time.
pub const SETTLE_INTERVAL: Duration = Duration::from_secs(2);

/// Due orders that the settler reads at a time.
pub const SETTLE_BATCH: u32 = 100;

/// Orders that the settler works on simultaneously. Each makes one call to the product service at a
/// time, so clients keep most of the [`MAX_CALLS`].
pub const SETTLE_CONCURRENCY: usize = 8;

/// Delays between the settler's attempts for one order: 1, 2, 4 … seconds, at most five minutes.
pub const FIRST_SETTLE_DELAY: Duration = Duration::from_secs(1);
pub const LONGEST_SETTLE_DELAY: Duration = Duration::from_secs(5 * 60);

/// How often the audit compares reservations with orders, on average.
pub const AUDIT_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// The audit leaves younger orders to those who work on them, and older ones were audited before.
pub const AUDIT_MIN_AGE: Duration = Duration::from_secs(10 * 60);
pub const AUDIT_MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Reservations that the audit reads at a time.
pub const AUDIT_PAGE: u32 = 500;

/// An audit ends after this many orders that it cannot release: the product service is probably
/// down, each attempt may take 5 seconds, and due orders wait for the end of the audit.
pub const MAX_AUDIT_FAILURES: usize = 10;

/// How often an order with a key is begun again because an abandoned order had the key.
pub const KEY_ATTEMPTS: usize = 3;

/// How far the clocks of services may differ.
pub const CLOCK_LEEWAY: Duration = Duration::from_secs(30);

/// Verified tokens that are remembered, at about 100 bytes each: verifying a token takes as long as
/// the rest of a small request.
pub const MAX_VERIFIED_TOKENS: usize = 20_000;

/// Limits how long a request waits for the keys of the user service.
pub const FETCH_TIMEOUT: Duration = Duration::from_secs(2);

/// Requests that may wait for the keys: as many as are processed simultaneously, which does not
/// limit those that are not authenticated yet. While the user service is frozen, anyone could make
/// more wait by inventing tokens, and connections that are served are not closed for others.
pub const MAX_WAITING_FOR_KEYS: usize = openapi_server::limits::MAX_IN_FLIGHT;

/// A key set has a few hundred bytes.
pub const MAX_KEY_SET_BYTES: usize = 64 * 1024;

/// How old a key set may be: a key that is no longer published is accepted for at most this long.
pub const KEY_SET_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The key set is fetched because of unknown keys at most this often: anyone can invent such a
/// token.
pub const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// The same while there is no key set yet.
pub const RETRY_INTERVAL: Duration = Duration::from_secs(1);
