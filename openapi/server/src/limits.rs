//! Every bound of a generated server, in one place, with its reason.
//!
//! Together they keep a service below 256 MiB of memory and answering, whatever
//! its clients do: half of the 512 MiB that its container may use, so that the
//! other half is left to allocator slack, sockets' buffers in the kernel and
//! the service's own work.

use std::time::Duration;

/// Open connections. One that does nothing costs some 5 KiB here and as much
/// in the kernel. When the limit is reached, the connection that has been
/// idle longest makes room, so a new client is always accepted.
pub const MAX_CONNECTIONS: usize = 4096;

/// The part of all connections that one client address may hold. Clients
/// behind a proxy share an address, so it is half and not less; a trusted
/// proxy has no limit.
pub(crate) const CLIENT_SHARE: usize = 2;

/// File descriptors that are not for connections: the database's pool, calls
/// to other services, logs, the listener, and as many again to spare.
pub(crate) const RESERVED_FILES: u64 = 256;

/// Time to send a request's head, from its first byte. The usual proxies and
/// load balancers send one in a single packet.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Time that a kept connection may stay unused. Longer than the 60 s after
/// which the usual proxies and load balancers close theirs, so that it is
/// not this side that closes while a request is on its way.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// Time to send a request's body.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Time that an answer may wait for the client to read some of it.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Time to read a whole answer. The longest, Swagger UI with 1.6 MB, then
/// needs 14 kB/s.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// The longest request head, in bytes, as in Node.js; beyond, the answer is a
/// 431. hyper's read buffer of each connection grows up to it.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The longest request body, in bytes. The largest that the specs of this
/// project allow is an order of 100 lines, 7 KiB.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Bytes held in memory because clients are slow: bodies that have not
/// arrived whole and answers that have not been read.
pub const MAX_HELD_BYTES: usize = 96 * 1024 * 1024;

/// The part of [`MAX_HELD_BYTES`] that one client address may use: 64 answers
/// of 1 MiB.
pub const MAX_HELD_BYTES_PER_CLIENT: usize = 64 * 1024 * 1024;

/// A connection that has made progress within this time is not slow, and does
/// not have to make room for others.
pub(crate) const STALLED: Duration = Duration::from_millis(250);

/// The kernel's send buffer of each connection, in bytes. Left to itself it
/// grows to 4 MiB for a client that reads slowly.
pub(crate) const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// Requests that are worked on simultaneously. Throughput does not grow beyond
/// 32 of them (measured: `tests/bench`), so the others only wait; eight times
/// as many make that wait a fraction of a second.
pub const MAX_IN_FLIGHT: usize = 256;

/// Time that requests in flight may take once the service is asked to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// Time between the end of accepting and the closing of idle connections: a
/// client that connected in the last moment has sent its request by then.
pub(crate) const DRAIN_GRACE: Duration = Duration::from_millis(100);

/// How often connections are checked against the times above.
pub(crate) const REAP_INTERVAL: Duration = Duration::from_secs(1);

/// How long the rest of a refused request is read and dropped, so that the
/// answer reaches a client that is still sending.
pub(crate) const LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// Bytes that are read and dropped in that time.
pub(crate) const LINGER_BYTES: u64 = 256 * 1024;

/// Accepting failed, which has a cause that does not go away immediately (no
/// memory, no file descriptors).
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The longest path that is logged, in bytes.
pub(crate) const MAX_LOGGED_PATH_BYTES: usize = 1024;

/// Time to write the last log lines when the process ends.
pub(crate) const LOG_FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Violations reported at most; the first few are all that a person reads.
pub(crate) const MAX_REPORTED: usize = 100;

/// Bytes of pointers and messages after which no more violations are reported,
/// so that the answer to 64 KiB of nonsense is shorter than that.
pub(crate) const MAX_REPORTED_BYTES: usize = 16 * 1024;

/// Characters of a client's name (of a property or a query parameter) that an
/// answer repeats: more than any name of a spec has.
pub(crate) const MAX_NAME_CHARS: usize = 100;

/// Characters of a JSON pointer in an answer: a path of a few long names.
pub(crate) const MAX_POINTER_CHARS: usize = 300;

/// Characters of what a violation says; only a long `enum` or `pattern` has more.
pub(crate) const MAX_MESSAGE_CHARS: usize = 500;
