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
    open: HashMap<u64, Arc<ConnectionState>>,
    /// For each network, its connections and the bytes held for them.
    clients: HashMap<IpAddr, (usize, HeldBytes)>,
    evicted: u64,
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
    /// longest for their clients are closed.
    pub fn open(self: &Arc<Self>, peer: IpAddr, trusted: bool) -> OpenConnection {
        let network = network(peer);
        let mut connections = self.lock();
        let (count, held) = connections.clients.entry(network).or_default();
        *count += 1;
        let count = *count;
        let held = Arc::clone(held);
        if count > self.max / CLIENT_SHARE && !trusted {
            connections.evict(Some(network), self.max);
        } else if connections.open.len() >= self.max {
            connections.evict(None, self.max);
        }
        let client = Client { network, trusted, held };
        let state = Arc::new(ConnectionState::new(client, Arc::clone(&self.held)));
        connections.next_id += 1;
        let id = connections.next_id;
        connections.open.insert(id, Arc::clone(&state));
        OpenConnection { table: Arc::clone(self), id, state }
    }

    /// Whether a request of this connection may begin, considering the bytes held already. Stalled
    /// connections are closed to make room for it.
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
        self.lock().open.values().for_each(|connection| connection.check_deadline());
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
        self.lock().open.values().for_each(|connection| connection.send(Command::Drain));
    }

    pub fn counts(&self) -> ConnectionCounts {
        let connections = self.lock();
        ConnectionCounts {
            open: connections.open.len(),
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
    /// Closes the connections that have waited longest for their clients, a share of `max`.
    fn evict(&mut self, network: Option<IpAddr>, max: usize) {
        let waiting = self.of(network).filter_map(|(id, connection)| {
            // Of those that have waited equally long, the ones accepted first.
            Some((connection.waiting_for_client_since()?, *id))
        });
        let mut waiting: Vec<(u64, u64)> = waiting.collect();
        let count = (max / EVICTION_SHARE).max(1);
        if waiting.len() > count {
            waiting.select_nth_unstable(count);
        }
        for (_, id) in waiting.into_iter().take(count) {
            self.close(id);
        }
    }

    /// Closes the stalled connection that holds the most memory.
    fn evict_stalled(&mut self, network: Option<IpAddr>) -> bool {
        let stalled = self.of(network).filter(|(_, connection)| connection.is_stalled());
        let most = stalled.max_by_key(|(_, connection)| connection.held()).map(|(id, _)| *id);
        most.is_some_and(|id| self.close(id))
    }

    /// The connections of a network, or all of them.
    fn of(&self, network: Option<IpAddr>) -> impl Iterator<Item = (&u64, &Arc<ConnectionState>)> {
        let of_network = move |state: &ConnectionState| {
            network.is_none_or(|network| state.client.network == network)
        };
        self.open.iter().filter(move |(_, state)| of_network(state))
    }

    /// Closes a connection. It no longer counts immediately; its memory is freed when its task
    /// runs.
    fn close(&mut self, id: u64) -> bool {
        let Some(connection) = self.remove(id) else { return false };
        self.evicted += 1;
        connection.send(Command::Close);
        true
    }

    fn remove(&mut self, id: u64) -> Option<Arc<ConnectionState>> {
        let connection = self.open.remove(&id)?;
        connection.release();
        let network = connection.client.network;
        if let Some((count, _)) = self.clients.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                self.clients.remove(&network);
            }
        }
        Some(connection)
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
}

impl Deref for OpenConnection {
    type Target = ConnectionState;

    fn deref(&self) -> &ConnectionState {
        &self.state
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        // It may have been removed already, to make room.
        self.table.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests;
