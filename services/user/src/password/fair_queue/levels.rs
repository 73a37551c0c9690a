//! The three levels of the queue: a lane has addresses, an address has accounts, and an account has
//! attempts. No level keeps an empty queue of the next.

use std::collections::VecDeque;
use std::net::IpAddr;

use super::lane::Lane;

/// Determines where an attempt waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueKey {
    pub lane: Lane,
    /// The client's address, if known.
    pub address: Option<IpAddr>,
    /// The hash of the account's name. Accounts with equal hashes share their turns.
    pub account: u64,
}

/// An attempt with its number, by which it can be removed.
pub type Numbered<T> = (u64, T);

/// The attempts of one lane. The address at the front has the next turn.
#[derive(Debug)]
pub struct LaneQueue<T> {
    pub addresses: VecDeque<AddressQueue<T>>,
    pub waiting: usize,
    /// Increases while the lane waits for a turn, in units of the weights.
    pub credit: i32,
}

/// The attempts of one address. The account at the front has the next turn.
#[derive(Debug)]
pub struct AddressQueue<T> {
    pub address: Option<IpAddr>,
    accounts: VecDeque<AccountQueue<T>>,
    pub waiting: usize,
}

/// The attempts of one account, in order of arrival.
#[derive(Debug)]
struct AccountQueue<T> {
    account: u64,
    attempts: VecDeque<Numbered<T>>,
}

impl<T> LaneQueue<T> {
    pub fn new() -> Self {
        Self { addresses: VecDeque::new(), waiting: 0, credit: 0 }
    }

    pub fn address(&self, address: Option<IpAddr>) -> Option<&AddressQueue<T>> {
        self.addresses.iter().find(|queue| queue.address == address)
    }

    pub fn push(&mut self, key: QueueKey, attempt: Numbered<T>) {
        self.waiting += 1;
        if let Some(queue) = self.addresses.iter_mut().find(|it| it.address == key.address) {
            return queue.push(key.account, attempt);
        }
        let mut queue =
            AddressQueue { address: key.address, accounts: VecDeque::new(), waiting: 0 };
        queue.push(key.account, attempt);
        self.addresses.push_back(queue);
    }

    pub fn pop(&mut self) -> Option<T> {
        let mut queue = self.addresses.pop_front()?;
        let attempt = queue.pop();
        if queue.waiting > 0 {
            self.addresses.push_back(queue);
        }
        self.waiting -= 1;
        attempt
    }

    pub fn take(
        &mut self,
        key: QueueKey,
        from: impl FnOnce(&mut VecDeque<Numbered<T>>) -> Option<Numbered<T>>,
    ) -> Option<T> {
        let queue = self.addresses.iter_mut().find(|it| it.address == key.address)?;
        let attempt = queue.take(key.account, from)?;
        self.addresses.retain(|queue| queue.waiting > 0);
        self.waiting -= 1;
        Some(attempt)
    }
}

impl<T> AddressQueue<T> {
    /// The number of waiting attempts of an account.
    pub fn backlog(&self, account: u64) -> usize {
        let queue = self.accounts.iter().find(|queue| queue.account == account);
        queue.map_or(0, |queue| queue.attempts.len())
    }

    /// The account with most waiting attempts, and their number.
    pub fn longest_backlog(&self) -> Option<(u64, usize)> {
        let backlogs = self.accounts.iter().map(|queue| (queue.account, queue.attempts.len()));
        backlogs.max_by_key(|(_, length)| *length)
    }

    fn push(&mut self, account: u64, attempt: Numbered<T>) {
        self.waiting += 1;
        match self.accounts.iter_mut().find(|queue| queue.account == account) {
            Some(queue) => queue.attempts.push_back(attempt),
            None => self
                .accounts
                .push_back(AccountQueue { account, attempts: VecDeque::from([attempt]) }),
        }
    }

    fn pop(&mut self) -> Option<T> {
        let mut queue = self.accounts.pop_front()?;
        let (_, attempt) = queue.attempts.pop_front()?;
        if !queue.attempts.is_empty() {
            self.accounts.push_back(queue);
        }
        self.waiting -= 1;
        Some(attempt)
    }

    fn take(
        &mut self,
        account: u64,
        from: impl FnOnce(&mut VecDeque<Numbered<T>>) -> Option<Numbered<T>>,
    ) -> Option<T> {
        let queue = self.accounts.iter_mut().find(|queue| queue.account == account)?;
        let (_, attempt) = from(&mut queue.attempts)?;
        self.accounts.retain(|queue| !queue.attempts.is_empty());
        self.waiting -= 1;
        Some(attempt)
    }
}
