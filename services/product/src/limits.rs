//! The limits of this service, each with its reason.

use std::time::Duration;

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

/// The longest page, in bytes of JSON: several thousand typical products. Bounds the memory of 64
/// clients that read pages simultaneously to some 100 MB.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// Documents per batch. A batch of the largest products (64 KiB, the longest body that this service
/// accepts) has 8 MiB; reading a thousand typical ones takes eight round trips.
pub const BATCH_SIZE: u32 = 128;

/// Documents of all batches in flight. The driver holds two copies of a reply while it parses it,
/// so the largest products take 100 MiB, which with [`MAX_PAGE_BYTES`] keeps the process below 256
/// MB. 38 pages of 20 fit, more than [`POOL_SIZE`]: only larger pages ever wait.
pub const MAX_DOCUMENTS_IN_FLIGHT: usize = 800;

/// Unreadable documents of one page that are logged individually; the others are only counted.
pub const MAX_NAMED_UNREADABLE: usize = 10;

/// Holds of a product. Every update rewrites its document, which takes the longer the more holds it
/// has; 50,000 make some 5 MB, a third of the longest document of the database.
pub const MAX_HOLDS: usize = 50_000;

/// Holds that the response for one order can have. An order has at most 100 items; more are held
/// only if a client that is not the order service reserves several times for the same order.
pub const MAX_HELD_ITEMS: u32 = 1_000;

/// How often a conditional update is tried whose condition failed although it would have held in
/// the read before or after it.
pub const MAX_ROUNDS: usize = 4;

/// The greatest stock that clients can set: 2^53 - 1, the greatest integer that every JSON parser
/// represents exactly.
pub const MAX_STOCK: i64 = (1 << 53) - 1;

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
