//! The limits of a generated server, with their reasons.
//!
//! Together they keep a service responsive and below 256 MiB of memory, whatever its clients do.
//! That is half of the 512 MiB that its container may use; the other half is left to allocator
//! slack, socket buffers in the kernel and the service's own work.

use std::time::Duration;

/// Open connections. An idle one costs some 5 KiB here and as much in the kernel. At the limit, the
/// connection that has been idle longest is closed, so a new client is always accepted.
pub const MAX_CONNECTIONS: usize = 4096;

/// Connections that the kernel keeps until they are accepted, if `net.core.somaxconn` allows it.
/// Beyond it, a client's packet is dropped, and the client tries again after a second, which is as
/// long as probes wait. Rust's default of 128 is exceeded by what connects while this process waits
/// a few milliseconds for a core; with many more than these, the last would wait as long as if it
/// had been dropped.
pub(crate) const ACCEPT_BACKLOG: i32 = 1024;

/// The divisor for the connections that are closed together when there are too many. To find the
/// oldest takes a look at all, which would be most of the work for a new connection.
pub(crate) const EVICTION_SHARE: usize = 64;

/// The divisor for the connections of one client address: it may have half of all. Clients behind a
/// proxy share an address, so it is not less; trusted proxies are not limited.
pub(crate) const CLIENT_SHARE: usize = 2;

/// File descriptors reserved for other purposes than connections: the database's pool, requests to
/// other services, logs and the listener, doubled.
pub(crate) const RESERVED_FILES: u64 = 256;

/// Time for a client to send a request's head, from its first byte. The common proxies and load
/// balancers send it in a single packet.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Time that a persistent connection may be idle. The common proxies and load balancers close
/// theirs after 60 s. A server that closes first can do so while a request is on the way.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// Time for a client to send a request's body.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for a client to read some part of a response.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Time for a client to read a whole response. The longest, Swagger UI with 1.6 MB, requires 14
/// kB/s.
pub const RESPONSE_TIMEOUT: Duration = Duration::from_secs(120);

/// The largest request head in bytes, as in Node.js; a larger one is rejected with 431. The read
/// buffer of each connection grows up to this size.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The largest request body in bytes. The largest that the specs of this project allow is an order
/// of 100 lines, 7 KiB.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// The largest body of `multipart/form-data` in bytes. It is in memory as a whole, so a request
/// takes a permit for each [`MAX_BODY_BYTES`] of it: four of the largest at a time.
pub const MAX_MULTIPART_BYTES: usize = 4 * 1024 * 1024;

/// The largest request body that an implementation reads as a stream, in bytes. It is never in
/// memory as a whole.
pub const MAX_STREAM_BYTES: u64 = 1024 * 1024 * 1024;

/// Time for a client to send such a body. 1 GiB requires 1.8 MB/s.
pub const STREAM_TIMEOUT: Duration = Duration::from_secs(600);

/// Bytes held in memory because clients are slow: incomplete request bodies and unread responses.
pub const MAX_HELD_BYTES: usize = 96 * 1024 * 1024;

/// The part of [`MAX_HELD_BYTES`] that one client address may use: 64 responses of 1 MiB.
pub const MAX_HELD_BYTES_PER_CLIENT: usize = 64 * 1024 * 1024;

/// A connection without progress for this time is stalled, and may be closed to make room for
/// others.
pub(crate) const STALL_THRESHOLD: Duration = Duration::from_millis(250);

/// The kernel's send buffer of each connection, in bytes. By default, it grows to 4 MiB for a
/// client that reads slowly.
pub(crate) const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// Requests processed simultaneously. Throughput does not grow beyond 32 of them (measured by
/// `tests/bench`), so the others only wait; eight times as many keep that wait below a second.
pub const MAX_IN_FLIGHT: usize = 256;

/// Time for requests in flight to finish after a shutdown request.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// Time between the end of accepting and the closing of idle connections: by then, a client that
/// connected at the last moment has sent its request.
pub(crate) const DRAIN_GRACE: Duration = Duration::from_millis(100);

/// How often connections are checked against their deadlines.
pub(crate) const DEADLINE_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How long the rest of a rejected request is read and discarded, so that the response reaches a
/// client that is still sending.
pub(crate) const LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// Bytes that are read and discarded in that time.
pub(crate) const LINGER_BYTES: u64 = 256 * 1024;

/// Pause after a failure to accept, whose cause (out of memory or file descriptors) persists for a
/// while.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The length at which logged paths are truncated, in bytes.
pub(crate) const MAX_LOGGED_PATH_BYTES: usize = 1024;

/// Time to write the last log lines when the process ends.
pub(crate) const LOG_FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Spans that wait for their export, of about 1 KiB each. Beyond it they are dropped: a collector
/// that is slow or down costs no more memory.
pub(crate) const MAX_QUEUED_SPANS: usize = 2048;

/// Time to export the last spans when the process ends.
pub(crate) const TRACE_FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Violations reported for one request; people read the first few.
pub(crate) const MAX_REPORTED: usize = 100;

/// Bytes of pointers and messages after which no more violations are reported, so that the response
/// to an invalid body of 64 KiB is shorter than the body.
pub(crate) const MAX_REPORTED_BYTES: usize = 16 * 1024;

/// The length at which names chosen by clients (of properties and query parameters) are truncated
/// in responses, in characters: more than any name of a spec has.
pub(crate) const MAX_NAME_CHARS: usize = 100;

/// The length at which JSON pointers in responses are truncated, in characters: a few long names.
pub(crate) const MAX_POINTER_CHARS: usize = 300;

/// The length at which the messages of violations are truncated, in characters. Only a long `enum`
/// or `pattern` exceeds it.
pub(crate) const MAX_MESSAGE_CHARS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_can_wait_for_large_responses_but_not_use_all_memory() {
        const RESPONSE: usize = 1024 * 1024;
        assert_eq!(MAX_HELD_BYTES_PER_CLIENT / RESPONSE, 64);
        assert_eq!(MAX_HELD_BYTES / RESPONSE, 96);
    }
}
