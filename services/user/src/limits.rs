//! The bounds of this service, in one place, each with its reason.

use std::time::Duration;

/// Requests that may wait for a password hash. Each holds one of the server's permits for
/// concurrent requests, so they leave 32 to everything else: with 32 requests under way the
/// service does as much as it ever does.
pub const MAX_WAITING: usize = openapi_server::limits::MAX_IN_FLIGHT - 32;

/// Attempts of one account from one address that may wait. One at a time is hashed in any case;
/// more than a few at once are a program that guesses, fewer would fail people who click twice.
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
