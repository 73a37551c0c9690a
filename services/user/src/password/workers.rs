//! The threads that hash: a few at a time, in the order of the [`FairQueue`].
//!
//! A hash takes 19 MiB while it is made, so the number of workers bounds the memory too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Full, Place, Ticket};

/// Why no worker was to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// There is no place to wait.
    #[error("too many requests wait for a password hash")]
    Full,
    /// Another request needed the place more.
    #[error("gave up the place in the password queue to another address or lane")]
    Evicted,
    /// The wait was too long.
    #[error("waited {0:?} for a password hash")]
    Timeout(Duration),
}

/// A number of workers and the queue for them.
#[derive(Debug, Clone)]
pub struct Workers(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    idle: usize,
    queue: FairQueue<oneshot::Sender<Worker>>,
}

/// The right to hash now; dropping it passes it on.
#[derive(Debug)]
pub struct Worker(Workers);

/// A place in the queue, freed when the client hangs up.
struct Waiting<'a> {
    workers: &'a Workers,
    ticket: Ticket,
}

impl Workers {
    /// `number` workers with `places` in the queue for them.
    pub fn new(number: usize, places: usize) -> Self {
        Self(Arc::new(Mutex::new(State { idle: number, queue: FairQueue::new(places) })))
    }

    /// Whether [`acquire`](Self::acquire) would not refuse immediately. Costs nothing, so it can
    /// be asked before the database is.
    pub fn admits(&self, place: Place) -> Result<(), Busy> {
        let state = self.lock();
        if state.idle > 0 || state.queue.admits(place) { Ok(()) } else { Err(Busy::Full) }
    }

    /// Waits for a worker, `limit` at most. Dropping the future gives up the place.
    pub async fn acquire(&self, place: Place, limit: Duration) -> Result<Worker, Busy> {
        let (sender, turn) = oneshot::channel();
        let admitted = self.lock().queue.push(place, sender).map_err(|Full| Busy::Full)?;
        // Dropping an evicted attempt's sender wakes it.
        drop(admitted.evicted);
        let waiting = Waiting { workers: self, ticket: admitted.ticket };
        self.dispatch();
        let turn = tokio::time::timeout(limit, turn).await;
        drop(waiting);
        turn.map_err(|_| Busy::Timeout(limit))?.map_err(|_| Busy::Evicted)
    }

    /// Gives idle workers to those whose turn it is.
    fn dispatch(&self) {
        while let Some(next) = self.next() {
            // One that hung up just now hands the worker back by dropping it.
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

    /// Nothing that holds the lock can leave the state half changed.
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

    fn place(account: u64) -> Place {
        Place { lane: Lane::Login, address: None, account }
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
    async fn workers_are_passed_on_in_turn() {
        let workers = Workers::new(1, 10);
        let first = workers.acquire(place(1), LIMIT).await.unwrap();
        let mut second = Box::pin(workers.acquire(place(2), LIMIT));
        let mut third = Box::pin(workers.acquire(place(3), LIMIT));
        assert!(!start(&mut second).await && !start(&mut third).await);
        drop(first);
        let second = second.await.unwrap();
        assert!(!start(&mut third).await);
        drop(second);
        third.await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_frees_its_place() {
        let workers = Workers::new(1, 1);
        let first = workers.acquire(place(1), LIMIT).await.unwrap();
        let mut second = Box::pin(workers.acquire(place(2), LIMIT));
        start(&mut second).await;
        assert_eq!(workers.admits(place(3)), Err(Busy::Full));
        drop(second);
        assert_eq!(workers.admits(place(3)), Ok(()));
        drop(first);
        workers.acquire(place(3), LIMIT).await.unwrap();
    }

    #[tokio::test]
    async fn a_worker_for_a_client_that_hung_up_is_not_lost() {
        let workers = Workers::new(1, 10);
        for account in 0..100 {
            let held = workers.acquire(place(account), LIMIT).await.unwrap();
            let mut gone = Box::pin(workers.acquire(place(account), LIMIT));
            start(&mut gone).await;
            drop(held);
            drop(gone);
        }
        assert_eq!(workers.lock().idle, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_bounded() {
        let workers = Workers::new(1, 10);
        let _held = workers.acquire(place(1), LIMIT).await.unwrap();
        let late = workers.acquire(place(2), LIMIT).await.unwrap_err();
        assert_eq!(late, Busy::Timeout(LIMIT));
        assert!(workers.lock().queue.pop().is_none());
    }

    #[tokio::test]
    async fn an_attempt_that_gives_up_its_place_ends_immediately() {
        let workers = Workers::new(1, 2);
        let at = |address: u8, account| Place {
            address: Some([10, 0, 0, address].into()),
            ..place(account)
        };
        let _held = workers.acquire(at(1, 1), LIMIT).await.unwrap();
        let mut second = Box::pin(workers.acquire(at(1, 2), LIMIT));
        let mut third = Box::pin(workers.acquire(at(1, 3), LIMIT));
        assert!(!start(&mut second).await && !start(&mut third).await);
        let mut other = Box::pin(workers.acquire(at(2, 4), LIMIT));
        assert!(!start(&mut other).await);
        let outcomes = (start(&mut second).await, start(&mut third).await);
        assert_eq!(outcomes, (false, true), "the newest of the busiest address gives way");
    }
}
