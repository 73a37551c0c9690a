//! Limits how many passwords are hashed simultaneously, and grants turns in the order of the
//! [`FairQueue`].
//!
//! A hash takes 19 MiB while it is computed, so the number of workers bounds the memory too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Full, QueueKey, Ticket};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    #[error("too many requests are waiting for a password hash")]
    Full,
    /// The queue was full, and the request of another address or lane took the place.
    #[error("evicted from the queue for password hashes")]
    Evicted,
    #[error("waited {0:?} for a password hash")]
    Timeout(Duration),
}

#[derive(Debug, Clone)]
pub struct Workers(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    idle: usize,
    queue: FairQueue<oneshot::Sender<Worker>>,
}

/// Permission to hash one password. Dropping it grants the next turn.
#[derive(Debug)]
pub struct Worker(Workers);

/// A place in the queue, given up when the request is dropped.
struct Waiting<'a> {
    workers: &'a Workers,
    ticket: Ticket,
}

impl Workers {
    pub fn new(count: usize, queue_capacity: usize) -> Self {
        let queue = FairQueue::new(queue_capacity);
        Self(Arc::new(Mutex::new(State { idle: count, queue })))
    }

    /// Checks that [`acquire`](Self::acquire) would not fail immediately. Costs nothing, so it can
    /// precede database queries.
    pub fn admits(&self, key: QueueKey) -> Result<(), Busy> {
        let state = self.lock();
        if state.idle > 0 || state.queue.admits(key) { Ok(()) } else { Err(Busy::Full) }
    }

    /// Waits up to `limit` for a worker. Dropping the future gives up the place in the queue.
    pub async fn acquire(&self, key: QueueKey, limit: Duration) -> Result<Worker, Busy> {
        let (sender, turn) = oneshot::channel();
        let queued = self.lock().queue.push(key, sender).map_err(|Full| Busy::Full)?;
        // Dropping an evicted attempt's sender wakes it.
        drop(queued.evicted);
        let waiting = Waiting { workers: self, ticket: queued.ticket };
        self.dispatch();
        let turn = tokio::time::timeout(limit, turn).await;
        drop(waiting);
        turn.map_err(|_| Busy::Timeout(limit))?.map_err(|_| Busy::Evicted)
    }

    /// How many requests wait for a worker.
    pub fn waiting(&self) -> usize {
        self.lock().queue.waiting()
    }

    pub fn idle(&self) -> usize {
        self.lock().idle
    }

    /// Grants turns while workers are idle.
    fn dispatch(&self) {
        while let Some(next) = self.next() {
            // If the request was dropped just now, so is the worker, which grants the next turn.
            drop(next.send(Worker(self.clone())));
        }
    }

    fn next(&self) -> Option<oneshot::Sender<Worker>> {
        let mut state = self.lock();
        if state.idle == 0 {
            return None;
        }
        let next = state.queue.pop()?;
        state.idle -= 1;
        Some(next)
    }

    /// Ignores poisoning, since no panic can leave the state inconsistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.lock().idle += 1;
        self.0.dispatch();
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let removed = self.workers.lock().queue.remove(self.ticket);
        drop(removed);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fair_queue::Lane;
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn key(account: u64) -> QueueKey {
        QueueKey { lane: Lane::Login, address: None, account }
    }

    /// Polls once, so that the attempt is in the queue.
    async fn start<F: Future>(attempt: &mut std::pin::Pin<Box<F>>) -> bool {
        tokio::select! {
            biased;
            _ = attempt.as_mut() => true,
            () = tokio::task::yield_now() => false,
        }
    }

    #[tokio::test]
    async fn grants_turns_in_order() {
        let workers = Workers::new(1, 10);
        let first = workers.acquire(key(1), LIMIT).await.unwrap();
        let mut second = Box::pin(workers.acquire(key(2), LIMIT));
        let mut third = Box::pin(workers.acquire(key(3), LIMIT));
        assert!(!start(&mut second).await && !start(&mut third).await);
        drop(first);
        let second = second.await.unwrap();
        assert!(!start(&mut third).await);
        drop(second);
        third.await.unwrap();
    }

    #[tokio::test]
    async fn dropped_request_frees_its_place() {
        let workers = Workers::new(1, 1);
        let first = workers.acquire(key(1), LIMIT).await.unwrap();
        let mut second = Box::pin(workers.acquire(key(2), LIMIT));
        start(&mut second).await;
        assert_eq!(workers.admits(key(3)), Err(Busy::Full));
        drop(second);
        assert_eq!(workers.admits(key(3)), Ok(()));
        drop(first);
        workers.acquire(key(3), LIMIT).await.unwrap();
    }

    #[tokio::test]
    async fn worker_granted_to_a_dropped_request_is_not_lost() {
        let workers = Workers::new(1, 10);
        for account in 0..100 {
            let held = workers.acquire(key(account), LIMIT).await.unwrap();
            let mut dropped = Box::pin(workers.acquire(key(account), LIMIT));
            start(&mut dropped).await;
            drop(held);
            drop(dropped);
        }
        assert_eq!(workers.lock().idle, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn wait_is_limited() {
        let workers = Workers::new(1, 10);
        let _held = workers.acquire(key(1), LIMIT).await.unwrap();
        let error = workers.acquire(key(2), LIMIT).await.unwrap_err();
        assert_eq!(error, Busy::Timeout(LIMIT));
        assert!(workers.lock().queue.pop().is_none());
    }

    #[tokio::test]
    async fn evicted_request_fails_immediately() {
        let workers = Workers::new(1, 2);
        let at = |address: u8, account| QueueKey {
            address: Some([10, 0, 0, address].into()),
            ..key(account)
        };
        let _held = workers.acquire(at(1, 1), LIMIT).await.unwrap();
        let mut second = Box::pin(workers.acquire(at(1, 2), LIMIT));
        let mut third = Box::pin(workers.acquire(at(1, 3), LIMIT));
        assert!(!start(&mut second).await && !start(&mut third).await);
        let mut other = Box::pin(workers.acquire(at(2, 4), LIMIT));
        assert!(!start(&mut other).await);
        let outcomes = (start(&mut second).await, start(&mut third).await);
        assert_eq!(outcomes, (false, true), "the newest request of the busiest address is evicted");
    }
}
