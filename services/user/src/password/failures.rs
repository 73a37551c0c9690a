//! Remembers accounts whose last log-in failed. Their next attempts wait in a separate lane, so
//! that guessing does not delay people who know their passwords.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// A bounded number of recent failures.
#[derive(Debug)]
pub struct Failures {
    memory: Duration,
    capacity: usize,
    latest: HashMap<u64, Instant>,
    /// The entries of `latest` and older failures of the same accounts, oldest first.
    in_order: VecDeque<(Instant, u64)>,
}

impl Failures {
    /// Remembers up to `capacity` failures for `memory`.
    pub fn new(memory: Duration, capacity: usize) -> Self {
        Self { memory, capacity, latest: HashMap::new(), in_order: VecDeque::new() }
    }

    /// Whether the account's last attempt failed recently.
    pub fn contains(&self, account: u64, now: Instant) -> bool {
        self.latest.get(&account).is_some_and(|then| now.duration_since(*then) < self.memory)
    }

    pub fn insert(&mut self, account: u64, now: Instant) {
        self.latest.insert(account, now);
        self.in_order.push_back((now, account));
        while let Some((then, account)) = self.in_order.front().copied() {
            if self.in_order.len() <= self.capacity && now.duration_since(then) < self.memory {
                return;
            }
            self.in_order.pop_front();
            if self.latest.get(&account) == Some(&then) {
                self.latest.remove(&account);
            }
        }
    }

    pub fn remove(&mut self, account: u64) {
        self.latest.remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Duration = Duration::from_secs(60);

    #[test]
    fn remembers_a_failure_for_a_limited_time() {
        let mut failures = Failures::new(MEMORY, 10);
        let start = Instant::now();
        failures.insert(1, start);
        assert!(failures.contains(1, start + MEMORY / 2));
        assert!(!failures.contains(2, start));
        assert!(!failures.contains(1, start + MEMORY));
        failures.insert(1, start + MEMORY / 2);
        assert!(failures.contains(1, start + MEMORY));
    }

    #[test]
    fn forgets_failures_after_success() {
        let mut failures = Failures::new(MEMORY, 10);
        let start = Instant::now();
        failures.insert(1, start);
        failures.remove(1);
        assert!(!failures.contains(1, start));
    }

    #[test]
    fn forgets_the_oldest_failures_beyond_its_capacity() {
        let mut failures = Failures::new(MEMORY, 10);
        let start = Instant::now();
        for account in 0..1000 {
            failures.insert(account, start);
        }
        assert!(failures.latest.len() == 10 && failures.in_order.len() == 10);
        assert!(failures.contains(999, start) && !failures.contains(989, start));
    }
}
