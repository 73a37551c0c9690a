//! When the settler tries again.

use std::time::Duration;

use crate::limits::{FIRST_SETTLE_DELAY, LONGEST_SETTLE_DELAY};

/// The delay after the given number of attempts: it doubles, from `FIRST_SETTLE_DELAY` to
/// `LONGEST_SETTLE_DELAY`.
pub fn delay(attempts: u32) -> Duration {
    let factor = 1_u32.checked_shl(attempts).unwrap_or(u32::MAX);
    FIRST_SETTLE_DELAY.saturating_mul(factor).min(LONGEST_SETTLE_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        let seconds = |attempts| delay(attempts).as_secs();
        assert_eq!([0, 1, 2, 3, 8].map(seconds), [1, 2, 4, 8, 256]);
        for attempts in [9, 31, 32, 1000, u32::MAX] {
            assert_eq!(delay(attempts), LONGEST_SETTLE_DELAY, "{attempts}");
        }
    }
}
