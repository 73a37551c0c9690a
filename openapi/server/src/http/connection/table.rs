//! The table of open connections: how many there are, whose they are, and which one is closed when
//! a limit is reached.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::client::{Client, HeldBytes, network};
use super::state::{Command, ConnectionState};
use crate::limits::{CLIENT_SHARE, EVICTION_SHARE, MAX_HELD_BYTES};

/// All open connections of a server.
pub(crate) struct ConnectionTable {
    connections: Mutex<Connections>,
    max: usize,
    held: HeldBytes,
    /// Whether responses carry `Connection: close`.
    closing: AtomicBool,
    rejected_heads: AtomicU64,
}

/// Counts since the start of the server, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConnectionCounts {
    /// Open now.
    pub open: usize,
    pub accepted: u64,
    /// Closed to make room.
    pub evicted: u64,
    pub rejected_heads: u64,
}

#[derive(Default)]
struct Connections {
    /// The number of connections so far.
    next_id: u64,
    open: HashMap<u64, Entry>,
    /// Those of the open connections that are asked to close. They do not count towards limits.
    leaving: usize,
    clients: HashMap<IpAddr, Network>,
    evicted: u64,
}

/// The connections of a network.
#[derive(Default)]
struct Network {
    open: usize,
    leaving: usize,
    /// The bytes held for them.
    held: HeldBytes,
}

struct Entry {
    state: Arc<ConnectionState>,
    /// If it is asked to close: the bytes held for it, which no longer count.
    leaving: Option<usize>,
}

impl ConnectionTable {
    /// A table with room for `max` connections.
    pub fn new(max: usize) -> Self {
        Self {
            connections: Mutex::default(),
            max,
            held: HeldBytes::default(),
            closing: AtomicBool::new(false),
            rejected_heads: AtomicU64::new(0),
        }
    }

    /// Adds a connection. If there are too many, of this client or in total, those that have waited
    /// longest for their clients are asked to close.
    pub fn open(self: &Arc<Self>, peer: IpAddr, trusted: bool) -> OpenConnection {
        let network = network(peer);
        let mut connections = self.lock();
        let client = connections.clients.entry(network).or_default();
        client.open += 1;
        let count = client.open - client.leaving;
        let held = Arc::clone(&client.held);
        if count > self.max / CLIENT_SHARE && !trusted {
            connections.evict(Some(network), self.max);
        } else if connections.count() >= self.max {
            connections.evict(None, self.max);
        }
        let client = Client { network, trusted, held };
        let state = Arc::new(ConnectionState::new(client, Arc::clone(&self.held)));
        connections.next_id += 1;
        let id = connections.next_id;
        connections.open.insert(id, Entry { state: Arc::clone(&state), leaving: None });
        OpenConnection { table: Arc::clone(self), id, state }
    }

    /// Whether a request of this connection may begin, considering the bytes held already. Stalled
    /// connections are asked to close to make room for it.
    pub fn has_room(&self, connection: &ConnectionState) -> bool {
        let over_limit = || {
            let client = connection.client.is_over_limit() && !connection.client.trusted;
            client || self.held.load(Relaxed) > MAX_HELD_BYTES
        };
        while over_limit() {
            let network = connection.client.is_over_limit().then_some(connection.client.network);
            if !self.lock().evict_stalled(network) {
                return false;
            }
        }
        true
    }

    /// Ends the connections that have exceeded a deadline.
    pub fn check_deadlines(&self) {
        self.lock().open.values().for_each(|entry| entry.state.check_deadline());
    }

    /// Makes each response from now on the last one of its connection.
    pub fn announce_close(&self) {
        self.closing.store(true, Relaxed);
    }

    /// Whether responses are to carry `Connection: close`.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Relaxed)
    }

    /// Closes all connections, each after the response that it owes.
    pub fn drain(&self) {
        self.announce_close();
        self.lock().open.values().for_each(|entry| entry.state.send(Command::Drain));
    }

    pub fn counts(&self) -> ConnectionCounts {
        let connections = self.lock();
        ConnectionCounts {
            open: connections.count(),
            accepted: connections.next_id,
            evicted: connections.evicted,
            rejected_heads: self.rejected_heads.load(Relaxed),
        }
    }

    pub fn count_rejected_head(&self) {
        self.rejected_heads.fetch_add(1, Relaxed);
    }

    /// No panic can leave the maps inconsistent, so poisoning is ignored.
    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connections {
    /// The number of connections that count towards the limit.
    fn count(&self) -> usize {
        self.open.len() - self.leaving
    }

    /// Asks the connections that have waited longest for their clients to close, a share of `max`.
    fn evict(&mut self, network: Option<IpAddr>, max: usize) {
        let waiting = self.of(network).filter_map(|(id, connection)| {
            // Of those that have waited equally long, the ones accepted first.
            Some((connection.waiting_for_client_since()?, id))
        });
        let mut waiting: Vec<(u64, u64)> = waiting.collect();
        let count = (max / EVICTION_SHARE).max(1);
        if waiting.len() > count {
            waiting.select_nth_unstable(count);
        }
        for (_, id) in waiting.into_iter().take(count) {
            self.ask_to_close(id);
        }
    }

    /// Asks the stalled connection that holds the most memory to close.
    fn evict_stalled(&mut self, network: Option<IpAddr>) -> bool {
        let stalled = self.of(network).filter(|(_, connection)| connection.is_stalled());
        let most = stalled.max_by_key(|(_, connection)| connection.held()).map(|(id, _)| id);
        most.is_some_and(|id| self.ask_to_close(id))
    }

    /// The connections of a network, or all of them, that are not asked to close yet.
    fn of(&self, network: Option<IpAddr>) -> impl Iterator<Item = (u64, &ConnectionState)> {
        let staying = self.open.iter().filter(|(_, entry)| entry.leaving.is_none());
        let states = staying.map(|(id, entry)| (*id, &*entry.state));
        states.filter(move |(_, state)| network.is_none_or(|it| state.client.network == it))
    }

    /// Asks a connection to close. It no longer counts immediately; its memory is freed when its
    /// task runs.
    fn ask_to_close(&mut self, id: u64) -> bool {
        let Some(entry) = self.open.get_mut(&id) else { return false };
        entry.leaving = Some(entry.state.release());
        entry.state.send(Command::Evict);
        self.leaving += 1;
        if let Some(client) = self.clients.get_mut(&entry.state.client.network) {
            client.leaving += 1;
        }
        self.evicted += 1;
        true
    }

    /// Lets a connection that is asked to close count again.
    fn stay(&mut self, id: u64) {
        let Some(entry) = self.open.get_mut(&id) else { return };
        let Some(held) = entry.leaving.take() else { return };
        entry.state.hold(held);
        self.leaving -= 1;
        if let Some(client) = self.clients.get_mut(&entry.state.client.network) {
            client.leaving -= 1;
        }
    }

    fn remove(&mut self, id: u64) {
        self.stay(id);
        let Some(Entry { state, .. }) = self.open.remove(&id) else { return };
        state.release();
        let network = state.client.network;
        if let Some(client) = self.clients.get_mut(&network) {
            client.open -= 1;
            if client.open == 0 {
                self.clients.remove(&network);
            }
        }
    }
}

/// A connection's entry in the table, removed when this is dropped.
pub(crate) struct OpenConnection {
    table: Arc<ConnectionTable>,
    id: u64,
    state: Arc<ConnectionState>,
}

impl OpenConnection {
    pub fn state(&self) -> &Arc<ConnectionState> {
        &self.state
    }

    /// Lets the connection count again after [`Command::Evict`], since it has something to do.
    pub fn stay(&self) {
        self.table.lock().stay(self.id);
    }
}

impl Deref for OpenConnection {
    type Target = ConnectionState;

    fn deref(&self) -> &ConnectionState {
        &self.state
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.table.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests;
