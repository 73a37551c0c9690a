//! The order in which password work is done.
//!
//! Hashing a password takes some 16 ms of a core by design, so whoever sends passwords faster than
//! that makes a queue. This one is fair on three levels, so that a client which floods the service
//! delays itself:
//!
//! 1. **Lanes** have a share of the turns each: log-ins, log-ins after a failed one, registrations and
//!    password changes. None can starve another ([`Lane::weight`]).
//! 2. **Addresses** take turns within a lane. A client at one address gets as much as any other,
//!    however many accounts it tries.
//! 3. **Accounts** take turns within an address. Clients that share an address (behind a proxy that
//!    is not trusted to name them) still get their turn after one attempt for each other account.
//!
//! Log-ins and changes for one account from one address wait in a line of
//! [`MAX_WAITING_PER_ACCOUNT`]; a further one is refused. The line is per address so that a flood of
//! wrong passwords for somebody's account does not fill the line of its owner, who comes from
//! another address. Where both have the same address they cannot be told apart before the hash, and
//! the owner gets a place in proportion to the attempts of both.
//!
//! When all places are taken, the address with the most attempts in the longest lane gives one up
//! for a newcomer. So an address that waits for nothing yet gets in unless all others in its lane
//! wait for one attempt each.
//!
//! This is the data structure alone: no clock, no tasks, no passwords.

use std::collections::VecDeque;
use std::net::IpAddr;

use crate::limits::MAX_WAITING_PER_ACCOUNT;

/// A kind of password work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A log-in for an account without a recent failure.
    Login,
    /// A log-in for an account whose last attempt did not succeed.
    LoginRetry,
    /// A registration.
    Registration,
    /// A password change.
    PasswordChange,
}

impl Lane {
    /// All lanes, by index.
    pub const ALL: [Self; 4] =
        [Self::Login, Self::LoginRetry, Self::Registration, Self::PasswordChange];

    /// Turns among those of the other lanes that have work. Most go to log-ins that are probably
    /// right; guessing, whose every attempt but the first is a retry, gets half as many.
    fn weight(self) -> i32 {
        match self {
            Self::Login => 4,
            Self::LoginRetry | Self::Registration | Self::PasswordChange => 2,
        }
    }

    /// How many attempts of one account and address may wait. Registrations of one e-mail address
    /// all may: the first one wins, and the others are to be answered that it is taken.
    fn max_line(self) -> usize {
        match self {
            Self::Registration => usize::MAX,
            Self::Login | Self::LoginRetry | Self::PasswordChange => MAX_WAITING_PER_ACCOUNT,
        }
    }
}

/// Where an attempt waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What it is for.
    pub lane: Lane,
    /// The client's address, if it is known.
    pub address: Option<IpAddr>,
    /// The account's number; two accounts may share one, which costs them a turn.
    pub account: u64,
}

/// Identifies a waiting attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    place: Place,
    number: u64,
}

/// An attempt that waits now.
#[derive(Debug)]
pub struct Admitted<T> {
    /// Its ticket.
    pub ticket: Ticket,
    /// The attempt that had to give up its place, if one had to.
    pub evicted: Option<T>,
}

/// There is no place for the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no place in the queue")]
pub struct Full;

/// Attempts that wait, in the order described above.
#[derive(Debug)]
pub struct FairQueue<T> {
    lanes: [LaneQueue<T>; Lane::ALL.len()],
    waiting: usize,
    capacity: usize,
    next_number: u64,
}

/// The front address has the next turn.
#[derive(Debug)]
struct LaneQueue<T> {
    addresses: VecDeque<AddressQueue<T>>,
    waiting: usize,
    /// Turns that the lane is owed, in units of the other lanes' weights.
    credit: i32,
}

/// The front account has the next turn.
#[derive(Debug)]
struct AddressQueue<T> {
    address: Option<IpAddr>,
    accounts: VecDeque<AccountQueue<T>>,
    waiting: usize,
}

/// First come, first served.
#[derive(Debug)]
struct AccountQueue<T> {
    account: u64,
    attempts: VecDeque<(u64, T)>,
}

impl<T> FairQueue<T> {
    /// An empty queue of `capacity` places.
    pub fn new(capacity: usize) -> Self {
        let lanes =
            Lane::ALL.map(|_| LaneQueue { addresses: VecDeque::new(), waiting: 0, credit: 0 });
        Self { lanes, waiting: 0, capacity, next_number: 0 }
    }

    /// Whether an attempt would be admitted now.
    pub fn admits(&self, place: Place) -> bool {
        self.admission(place).is_ok()
    }

    /// Puts an attempt at the end of its account's line.
    ///
    /// # Errors
    /// If the line is full, or the queue is and no address has more attempts than this one.
    pub fn push(&mut self, place: Place, attempt: T) -> Result<Admitted<T>, Full> {
        let victim = self.admission(place)?;
        let evicted = victim.and_then(|victim| self.take(victim, VecDeque::pop_back));
        let number = self.next_number;
        self.next_number += 1;
        self.lanes[place.lane as usize].push(place, (number, attempt));
        self.waiting += 1;
        Ok(Admitted { ticket: Ticket { place, number }, evicted })
    }

    /// Takes the attempt whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let lane = self.next_lane()?;
        let attempt = self.lanes[lane as usize].pop()?;
        self.waiting -= 1;
        Some(attempt)
    }

    /// Takes out an attempt before its turn. `None` if it no longer waits.
    pub fn remove(&mut self, ticket: Ticket) -> Option<T> {
        self.take(ticket.place, |attempts| {
            let index = attempts.iter().position(|(number, _)| *number == ticket.number)?;
            attempts.remove(index)
        })
    }

    /// Smooth weighted round robin: each lane with work earns its weight, the richest one pays for
    /// all. Turns of a lane are spread evenly, and it gets one in every `total / weight`.
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

    /// Whose last attempt must give up its place for this one, if one must.
    fn admission(&self, place: Place) -> Result<Option<Place>, Full> {
        let line = self.lanes[place.lane as usize].address(place.address);
        if line.map_or(0, |address| address.line(place.account)) >= place.lane.max_line() {
            return Err(Full);
        }
        if self.waiting < self.capacity {
            return Ok(None);
        }
        self.victim(place).map(Some).ok_or(Full)
    }

    /// The longest line of the address that waits for most in the longest lane. In its own lane the
    /// newcomer counts as if it were in; of equals, those who wait keep their places.
    fn victim(&self, newcomer: Place) -> Option<Place> {
        let lane = self.longest_lane(newcomer.lane);
        let queue = &self.lanes[lane as usize];
        let largest = queue.addresses.iter().max_by_key(|address| address.waiting)?;
        let victim = |address: &AddressQueue<T>| {
            let (account, _) = address.longest_line()?;
            Some(Place { lane, address: address.address, account })
        };
        if lane != newcomer.lane {
            return victim(largest);
        }
        let own = queue.address(newcomer.address);
        if own.map_or(0, |own| own.waiting) + 1 < largest.waiting {
            return victim(largest);
        }
        let own = own?;
        let (_, longest) = own.longest_line()?;
        if own.line(newcomer.account) + 1 < longest { victim(own) } else { None }
    }

    /// The lane with most attempts once the newcomer is in; of equals, the newcomer's.
    fn longest_lane(&self, newcomer: Lane) -> Lane {
        let own = self.lanes[newcomer as usize].waiting + 1;
        let other = Lane::ALL.into_iter().max_by_key(|lane| self.lanes[*lane as usize].waiting);
        other.filter(|lane| self.lanes[*lane as usize].waiting > own).unwrap_or(newcomer)
    }

    fn take(
        &mut self,
        place: Place,
        from: impl FnOnce(&mut VecDeque<(u64, T)>) -> Option<(u64, T)>,
    ) -> Option<T> {
        let attempt = self.lanes[place.lane as usize].take(place, from)?;
        self.waiting -= 1;
        Some(attempt)
    }
}

impl<T> LaneQueue<T> {
    fn address(&self, address: Option<IpAddr>) -> Option<&AddressQueue<T>> {
        self.addresses.iter().find(|queue| queue.address == address)
    }

    fn push(&mut self, place: Place, attempt: (u64, T)) {
        self.waiting += 1;
        if let Some(queue) = self.addresses.iter_mut().find(|it| it.address == place.address) {
            return queue.push(place.account, attempt);
        }
        let (address, accounts) = (place.address, VecDeque::new());
        let mut queue = AddressQueue { address, accounts, waiting: 0 };
        queue.push(place.account, attempt);
        self.addresses.push_back(queue);
    }

    fn pop(&mut self) -> Option<T> {
        let mut queue = self.addresses.pop_front()?;
        let attempt = queue.pop();
        if queue.waiting > 0 {
            self.addresses.push_back(queue);
        }
        self.waiting -= 1;
        attempt
    }

    fn take(
        &mut self,
        place: Place,
        from: impl FnOnce(&mut VecDeque<(u64, T)>) -> Option<(u64, T)>,
    ) -> Option<T> {
        let queue = self.addresses.iter_mut().find(|it| it.address == place.address)?;
        let attempt = queue.take(place.account, from)?;
        self.addresses.retain(|queue| queue.waiting > 0);
        self.waiting -= 1;
        Some(attempt)
    }
}

impl<T> AddressQueue<T> {
    /// How many attempts of an account wait.
    fn line(&self, account: u64) -> usize {
        let line = self.accounts.iter().find(|line| line.account == account);
        line.map_or(0, |line| line.attempts.len())
    }

    /// The account with the longest line, and its length.
    fn longest_line(&self) -> Option<(u64, usize)> {
        let lines = self.accounts.iter().map(|line| (line.account, line.attempts.len()));
        lines.max_by_key(|(_, length)| *length)
    }

    fn push(&mut self, account: u64, attempt: (u64, T)) {
        self.waiting += 1;
        match self.accounts.iter_mut().find(|line| line.account == account) {
            Some(line) => line.attempts.push_back(attempt),
            None => self
                .accounts
                .push_back(AccountQueue { account, attempts: VecDeque::from([attempt]) }),
        }
    }

    fn pop(&mut self) -> Option<T> {
        let mut line = self.accounts.pop_front()?;
        let (_, attempt) = line.attempts.pop_front()?;
        if !line.attempts.is_empty() {
            self.accounts.push_back(line);
        }
        self.waiting -= 1;
        Some(attempt)
    }

    fn take(
        &mut self,
        account: u64,
        from: impl FnOnce(&mut VecDeque<(u64, T)>) -> Option<(u64, T)>,
    ) -> Option<T> {
        let line = self.accounts.iter_mut().find(|line| line.account == account)?;
        let (_, attempt) = from(&mut line.attempts)?;
        self.accounts.retain(|line| !line.attempts.is_empty());
        self.waiting -= 1;
        Some(attempt)
    }
}

#[cfg(test)]
mod tests;
