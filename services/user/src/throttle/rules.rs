//! When another attempt may be made.

use std::time::{Duration, SystemTime};

use crate::limits::{FREE_ATTEMPTS, LONGEST_THROTTLE_DELAY, THROTTLE_MEMORY};

/// The delay after [`FREE_ATTEMPTS`] failures; each further failure doubles it.
pub const FIRST_DELAY: Duration = Duration::from_secs(1);

/// Consecutive attempts that have failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    pub failures: i64,
    /// The time of the last one.
    pub at: SystemTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts")]
pub struct TooManyAttempts {
    pub retry_after: Duration,
}

/// Fails if the delay after the last failure is not over.
pub fn check(before: Option<&Attempts>, now: SystemTime) -> Result<(), TooManyAttempts> {
    let Some(Attempts { failures, at }) = remembered(before, now) else { return Ok(()) };
    // The clock of another replica may be ahead.
    let elapsed = now.duration_since(*at).unwrap_or_default();
    match delay(*failures).checked_sub(elapsed) {
        None | Some(Duration::ZERO) => Ok(()),
        Some(retry_after) => Err(TooManyAttempts { retry_after }),
    }
}

/// Adds a failure.
pub fn count(before: Option<&Attempts>, now: SystemTime) -> Attempts {
    let failures = remembered(before, now).map_or(0, |before| before.failures);
    Attempts { failures: failures.saturating_add(1), at: now }
}

/// Leaves out what the database has not yet deleted.
fn remembered(before: Option<&Attempts>, now: SystemTime) -> Option<&Attempts> {
    let age = |attempts: &Attempts| now.duration_since(attempts.at).unwrap_or_default();
    before.filter(|attempts| age(attempts) < THROTTLE_MEMORY)
}

fn delay(failures: i64) -> Duration {
    if failures < FREE_ATTEMPTS {
        return Duration::ZERO;
    }
    let doublings = u32::try_from(failures - FREE_ATTEMPTS).unwrap_or(u32::MAX);
    let factor = 2_u32.saturating_pow(doublings);
    FIRST_DELAY.saturating_mul(factor).min(LONGEST_THROTTLE_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The delay after each of a number of failures, in seconds.
    fn delays(failures: i64) -> Vec<u64> {
        let now = SystemTime::now();
        let delay = |failures| match check(Some(&Attempts { failures, at: now }), now) {
            Ok(()) => 0,
            Err(TooManyAttempts { retry_after }) => retry_after.as_secs(),
        };
        (1..=failures).map(delay).collect()
    }

    #[test]
    fn delay_doubles_after_five_failures_up_to_a_minute() {
        assert_eq!(delays(13), [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        let forever = Attempts { failures: i64::MAX, at: SystemTime::now() };
        assert_eq!(count(Some(&forever), forever.at).failures, i64::MAX);
        assert!(check(Some(&forever), forever.at).is_err());
    }

    #[test]
    fn attempt_is_allowed_once_the_delay_is_over() {
        let attempts = Attempts { failures: 7, at: SystemTime::now() };
        let after = |millis| check(Some(&attempts), attempts.at + Duration::from_millis(millis));
        let retry_after = Duration::from_millis(1);
        assert_eq!(after(3_999), Err(TooManyAttempts { retry_after }));
        assert_eq!(after(4_000), Ok(()));
        assert_eq!(check(None, attempts.at), Ok(()));
    }

    #[test]
    fn failures_are_consecutive_and_forgotten_after_a_while() {
        let start = SystemTime::now();
        let first = count(None, start);
        assert_eq!(first, Attempts { failures: 1, at: start });
        let second = count(Some(&first), start + THROTTLE_MEMORY / 2);
        assert_eq!(second.failures, 2);
        assert_eq!(count(Some(&second), second.at + THROTTLE_MEMORY).failures, 1);
        let many = Attempts { failures: 100, at: start };
        assert_eq!(check(Some(&many), start + THROTTLE_MEMORY), Ok(()));
    }

    #[test]
    fn clock_of_another_replica_may_be_ahead() {
        let now = SystemTime::now();
        let ahead = Attempts { failures: 5, at: now + Duration::from_secs(3600) };
        assert_eq!(check(Some(&ahead), now), Err(TooManyAttempts { retry_after: FIRST_DELAY }));
    }
}
