//! The order in which passwords are hashed.
//!
//! A hash takes some 16 ms of a core by design, so a client that sends passwords faster than that
//! creates a queue. This one is fair on three levels, so that a client which floods the service
//! delays only itself:
//!
//! 1. **Lanes** each have a share of the turns: log-ins, log-ins after a failed one, registrations
//!    and password changes. None can starve another ([`Lane::weight`]).
//! 2. **Addresses** take turns within a lane. A client at one address gets as many turns as any
//!    other, however many accounts it tries.
//! 3. **Accounts** take turns within an address. Clients that share an address (behind a proxy
//!    whose `X-Forwarded-For` is not trusted) still get a turn after one attempt for each other
//!    account.
//!
//! Up to [`MAX_WAITING_PER_ACCOUNT`](crate::limits::MAX_WAITING_PER_ACCOUNT) log-ins and changes
//! for one account wait per address; further ones are rejected. The limit is per address so that a
//! flood of wrong passwords for an account does not lock out its owner, who has another address. If
//! both have the same address, they cannot be distinguished before the hash, and the owner gets
//! turns in proportion to the attempts of both.
//!
//! When the queue is full, the address with most attempts in the longest lane loses one to a new
//! attempt. So an address without waiting attempts is admitted unless every other address in its
//! lane waits for only one.
//!
//! This module contains only the data structure: no clock, no tasks, no passwords.

mod lane;
mod levels;

use std::collections::VecDeque;

pub use lane::Lane;
pub use levels::QueueKey;
use levels::{AddressQueue, LaneQueue, Numbered};

/// Identifies a waiting attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    key: QueueKey,
    number: u64,
}

/// An attempt that was added to the queue.
#[derive(Debug)]
pub struct Queued<T> {
    pub ticket: Ticket,
    /// The attempt that lost its place, if the queue was full.
    pub evicted: Option<T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the queue is full")]
pub struct Full;

/// Waiting attempts, in the order described above.
#[derive(Debug)]
pub struct FairQueue<T> {
    lanes: [LaneQueue<T>; Lane::ALL.len()],
    waiting: usize,
    capacity: usize,
    next_number: u64,
}

impl<T> FairQueue<T> {
    pub fn new(capacity: usize) -> Self {
        let lanes = Lane::ALL.map(|_| LaneQueue::new());
        Self { lanes, waiting: 0, capacity, next_number: 0 }
    }

    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether an attempt would be admitted now.
    pub fn admits(&self, key: QueueKey) -> bool {
        self.admission(key).is_ok()
    }

    /// Adds an attempt behind those of the same account. Fails if the account has too many waiting
    /// attempts, or if the queue is full and no address has more attempts than this one.
    pub fn push(&mut self, key: QueueKey, attempt: T) -> Result<Queued<T>, Full> {
        let victim = self.admission(key)?;
        let evicted = victim.and_then(|victim| self.take(victim, VecDeque::pop_back));
        let number = self.next_number;
        self.next_number += 1;
        self.lanes[key.lane as usize].push(key, (number, attempt));
        self.waiting += 1;
        Ok(Queued { ticket: Ticket { key, number }, evicted })
    }

    /// Removes the attempt whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let lane = self.next_lane()?;
        let attempt = self.lanes[lane as usize].pop()?;
        self.waiting -= 1;
        Some(attempt)
    }

    /// Removes an attempt before its turn, if it is still waiting.
    pub fn remove(&mut self, ticket: Ticket) -> Option<T> {
        self.take(ticket.key, |attempts| {
            let index = attempts.iter().position(|(number, _)| *number == ticket.number)?;
            attempts.remove(index)
        })
    }

    /// Smooth weighted round robin: every lane with work earns its weight, and the lane with most
    /// credit gets the turn and pays the sum. The turns of a lane are spread evenly, one in every
    /// `total / weight`.
    fn next_lane(&mut self) -> Option<Lane> {
        let mut total = 0;
        for lane in Lane::ALL {
            let queue = &mut self.lanes[lane as usize];
            if queue.waiting > 0 {
                queue.credit += lane.weight();
                total += lane.weight();
            } else {
                queue.credit = 0;
            }
        }
        let busy = Lane::ALL.into_iter().filter(|lane| self.lanes[*lane as usize].waiting > 0);
        let next = busy.max_by_key(|lane| self.lanes[*lane as usize].credit)?;
        self.lanes[next as usize].credit -= total;
        Some(next)
    }

    /// Decides whether an attempt is admitted, and whose last attempt is evicted for it if the
    /// queue is full.
    fn admission(&self, key: QueueKey) -> Result<Option<QueueKey>, Full> {
        let address = self.lanes[key.lane as usize].address(key.address);
        if address.map_or(0, |address| address.backlog(key.account)) >= key.lane.max_backlog() {
            return Err(Full);
        }
        if self.waiting < self.capacity {
            return Ok(None);
        }
        self.victim(key).map(Some).ok_or(Full)
    }

    /// The account with most attempts, of the address with most attempts, in the longest lane. The
    /// new attempt counts as if it were queued; among equals, waiting attempts keep their places.
    fn victim(&self, newcomer: QueueKey) -> Option<QueueKey> {
        let lane = self.longest_lane(newcomer.lane);
        let queue = &self.lanes[lane as usize];
        let largest = queue.addresses.iter().max_by_key(|address| address.waiting)?;
        let victim = |address: &AddressQueue<T>| {
            let (account, _) = address.longest_backlog()?;
            Some(QueueKey { lane, address: address.address, account })
        };
        if lane != newcomer.lane {
            return victim(largest);
        }
        let own = queue.address(newcomer.address);
        if own.map_or(0, |own| own.waiting) + 1 < largest.waiting {
            return victim(largest);
        }
        let own = own?;
        let (_, longest) = own.longest_backlog()?;
        if own.backlog(newcomer.account) + 1 < longest { victim(own) } else { None }
    }

    /// The lane with most attempts including the new one; among equals, the new one's.
    fn longest_lane(&self, newcomer: Lane) -> Lane {
        let own = self.lanes[newcomer as usize].waiting + 1;
        let other = Lane::ALL.into_iter().max_by_key(|lane| self.lanes[*lane as usize].waiting);
        other.filter(|lane| self.lanes[*lane as usize].waiting > own).unwrap_or(newcomer)
    }

    fn take(
        &mut self,
        key: QueueKey,
        from: impl FnOnce(&mut VecDeque<Numbered<T>>) -> Option<Numbered<T>>,
    ) -> Option<T> {
        let attempt = self.lanes[key.lane as usize].take(key, from)?;
        self.waiting -= 1;
        Some(attempt)
    }
}

#[cfg(test)]
mod tests;
