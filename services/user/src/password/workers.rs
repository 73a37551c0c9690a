//! Limits how many passwords are hashed simultaneously, and grants turns in the order of the
//! [`FairQueue`].
//!
//! A hash takes 19 MiB, which the next one reuses, so the number of workers bounds the memory too.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Full, QueueKey, Ticket};
use crate::limits::{LONG_QUEUE, MAX_HASHES};

/// How many passwords may be hashed simultaneously.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerCount {
    /// With a short queue.
    usual: usize,
    /// While more than [`LONG_QUEUE`] requests wait.
    long_queue: usize,
}

impl WorkerCount {
    /// Half of the cores, so that log-ins leave the other half for everything else. A long queue
    /// gets all of them: otherwise, on two cores, a flood of 200 log-ins delays the next one by 4 s.
    pub fn for_cores(cores: NonZeroUsize) -> Self {
        let cores = cores.get();
        Self { usual: cores.div_ceil(2).min(MAX_HASHES), long_queue: cores.min(MAX_HASHES) }
    }

    fn while_waiting(self, requests: usize) -> usize {
        if requests > LONG_QUEUE { self.long_queue } else { self.usual }
    }
}

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
    count: WorkerCount,
    busy: usize,
    queue: FairQueue<oneshot::Sender<Worker>>,
}

impl State {
    /// After a long queue, more workers than usual may still be busy.
    fn idle(&self) -> usize {
        self.count.while_waiting(self.queue.waiting()).saturating_sub(self.busy)
    }
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
    pub fn new(count: WorkerCount, queue_capacity: usize) -> Self {
        let queue = FairQueue::new(queue_capacity);
        Self(Arc::new(Mutex::new(State { count, busy: 0, queue })))
    }

    /// Checks that [`acquire`](Self::acquire) would not fail immediately. Costs nothing, so it can
    /// precede database queries.
    pub fn admits(&self, key: QueueKey) -> Result<(), Busy> {
        let state = self.lock();
        if state.idle() > 0 || state.queue.admits(key) { Ok(()) } else { Err(Busy::Full) }
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
        self.lock().idle()
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
        if state.idle() == 0 {
            return None;
        }
        let next = state.queue.pop()?;
        state.busy += 1;
        Some(next)
    }

    /// Ignores poisoning, since no panic can leave the state inconsistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.lock().busy -= 1;
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

    const ONE: WorkerCount = WorkerCount { usual: 1, long_queue: 1 };

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
        let workers = Workers::new(ONE, 10);
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
        let workers = Workers::new(ONE, 1);
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
        let workers = Workers::new(ONE, 10);
        for account in 0..100 {
            let held = workers.acquire(key(account), LIMIT).await.unwrap();
            let mut dropped = Box::pin(workers.acquire(key(account), LIMIT));
            start(&mut dropped).await;
            drop(held);
            drop(dropped);
        }
        assert_eq!(workers.idle(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn wait_is_limited() {
        let workers = Workers::new(ONE, 10);
        let _held = workers.acquire(key(1), LIMIT).await.unwrap();
        let error = workers.acquire(key(2), LIMIT).await.unwrap_err();
        assert_eq!(error, Busy::Timeout(LIMIT));
        assert!(workers.lock().queue.pop().is_none());
    }

    #[tokio::test]
    async fn evicted_request_fails_immediately() {
        let workers = Workers::new(ONE, 2);
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

    #[test]
    fn memory_of_hashes_is_bounded_on_any_machine() {
        for (cores, usual, long_queue) in [(1, 1, 1), (2, 1, 2), (4, 2, 4), (64, 6, 6)] {
            let count = WorkerCount::for_cores(NonZeroUsize::new(cores).unwrap());
            assert_eq!(count, WorkerCount { usual, long_queue }, "{cores} cores");
        }
    }

    #[tokio::test]
    async fn long_queue_gets_more_workers_until_it_is_short() {
        let workers = Workers::new(WorkerCount { usual: 1, long_queue: 2 }, 2 * LONG_QUEUE);
        let first = workers.acquire(key(0), LIMIT).await.unwrap();
        let attempts = (1..=LONG_QUEUE as u64).map(|account| workers.acquire(key(account), LIMIT));
        let mut attempts: Vec<_> = attempts.map(Box::pin).collect();
        for attempt in &mut attempts {
            assert!(!start(attempt).await, "the queue is not long yet");
        }
        let mut last = Box::pin(workers.acquire(key(u64::MAX), LIMIT));
        assert!(!start(&mut last).await);
        let second = attempts.remove(0).await.unwrap();
        drop(first);
        assert!(!start(&mut attempts[0]).await, "one worker is enough again");
        drop(second);
        attempts.remove(0).await.unwrap();
    }
}
