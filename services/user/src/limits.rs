//! The limits of this service, each with its reason.

use std::time::Duration;

/// Requests that may wait for a password hash. Each holds one of the server's permits for
/// concurrent requests, so 32 permits remain for everything else: throughput does not grow beyond
/// 32 concurrent requests.
pub const MAX_WAITING: usize = openapi_server::limits::MAX_IN_FLIGHT - 32;

/// Passwords that are hashed simultaneously, however many cores there are: at 19 MiB each, 114 MiB
/// of the 256 that the process may take.
pub const MAX_HASHES: usize = 6;

/// How long the memory of a hash is kept for the next one: as long as tokio keeps the thread.
pub const HASH_MEMORY_KEPT: Duration = Duration::from_secs(10);

/// More waiting requests than this get all cores instead of half of them. They take a second on one
/// core.
pub const LONG_QUEUE: usize = 50;

/// Attempts for one account from one address that may wait. More than a few simultaneous attempts
/// come from a program that guesses; fewer would reject people who click twice.
pub const MAX_WAITING_PER_ACCOUNT: usize = 4;

/// Limits how long a request waits for its hash. A full queue takes 4 s on one core (224 hashes of
/// 16 ms); after twice that, clients have given up.
pub const MAX_WAIT: Duration = Duration::from_secs(10);

/// How long after a wrong password the next attempt for the account counts as a retry. One core
/// verifies some 3,600 passwords in that time.
pub const FAILURE_MEMORY: Duration = Duration::from_secs(60);

/// Failed accounts that are remembered, at about 32 bytes each: as many as four cores verify in
/// [`FAILURE_MEMORY`].
pub const MAX_REMEMBERED_FAILURES: usize = 16_384;

/// Consecutive failures of an account that have no effect: people mistype.
pub const FREE_ATTEMPTS: i64 = 5;

/// The delay between further attempts doubles up to this. It limits guessing to 1,440 passwords a
/// day, and a person who remembers the password waits no longer.
pub const LONGEST_THROTTLE_DELAY: Duration = Duration::from_secs(60);

/// How long the database keeps the failures of an account after the last one.
pub const THROTTLE_MEMORY: Duration = Duration::from_secs(15 * 60);

/// Updates of the failures of an account that are tried while others update them.
pub const MAX_THROTTLE_ROUNDS: usize = 5;

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

/// The longest page, in bytes of JSON: several thousand typical users.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// Documents per batch. Reading a thousand users takes eight round trips.
pub const BATCH_SIZE: u32 = 128;

/// Documents of all batches in flight: two large pages, since only administrators read them. The
/// driver holds two copies of a reply while it parses it, so that the longest names that were ever
/// allowed (64 KiB) take 32 MiB, beside the 19 MiB of each password hash.
pub const MAX_DOCUMENTS_IN_FLIGHT: usize = 256;

/// Unreadable documents of one page that are logged individually; the others are only counted.
pub const MAX_NAMED_UNREADABLE: usize = 10;

/// How far the clocks of services may differ.
pub const CLOCK_LEEWAY: Duration = Duration::from_secs(30);

/// Verified tokens that are remembered, at about 100 bytes each: verifying a token takes as long as
/// the rest of a small request.
pub const MAX_VERIFIED_TOKENS: usize = 20_000;
