//! Accounts whose last log-in did not succeed. Their next attempts wait in a lane apart, so that
//! guessing does not delay people who know their password.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Failed accounts of the recent past, a bounded number of them.
#[derive(Debug)]
pub struct Failures {
    memory: Duration,
    capacity: usize,
    latest: HashMap<u64, Instant>,
    /// Every entry of `latest` and older failures of the same accounts, oldest first.
    in_order: VecDeque<(Instant, u64)>,
}

impl Failures {
    /// Remembers `capacity` failures for the time of `memory`.
    pub fn new(memory: Duration, capacity: usize) -> Self {
        Self { memory, capacity, latest: HashMap::new(), in_order: VecDeque::new() }
    }

    /// Whether the account's last attempt failed not long before `now`.
    pub fn contains(&self, account: u64, now: Instant) -> bool {
        self.latest.get(&account).is_some_and(|then| now.duration_since(*then) < self.memory)
    }

    /// Remembers a failure.
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

    /// Forgets the failures of an account that has logged in.
    pub fn remove(&mut self, account: u64) {
        self.latest.remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Duration = Duration::from_secs(60);

    #[test]
    fn a_failure_is_remembered_for_a_while() {
        let (mut failures, start) = (Failures::new(MEMORY, 10), Instant::now());
        failures.insert(1, start);
        assert!(failures.contains(1, start + MEMORY / 2));
        assert!(!failures.contains(2, start));
        assert!(!failures.contains(1, start + MEMORY));
        failures.insert(1, start + MEMORY / 2);
        assert!(failures.contains(1, start + MEMORY));
    }

    #[test]
    fn a_success_ends_it() {
        let (mut failures, start) = (Failures::new(MEMORY, 10), Instant::now());
        failures.insert(1, start);
        failures.remove(1);
        assert!(!failures.contains(1, start));
    }

    #[test]
    fn the_oldest_failures_are_forgotten_beyond_the_capacity() {
        let (mut failures, start) = (Failures::new(MEMORY, 10), Instant::now());
        for account in 0..1000 {
            failures.insert(account, start);
        }
        assert!(failures.latest.len() == 10 && failures.in_order.len() == 10);
        assert!(failures.contains(999, start) && !failures.contains(989, start));
    }
}
