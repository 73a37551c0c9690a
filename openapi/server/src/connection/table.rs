//! All open connections: how many there are, whose they are, and which one
//! makes room when there is none left.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::state::{Command, ConnectionState};
use crate::limits::{CLIENT_SHARE, MAX_HELD_BYTES};

/// Bytes held for all clients together.
pub(crate) type Held = Arc<AtomicUsize>;

/// The other end of a connection.
#[derive(Clone)]
pub(crate) struct Client {
    /// Its address, or the network of an IPv6 address: one subscriber has a
    /// whole /64.
    network: IpAddr,
    /// A trusted proxy speaks for many clients.
    trusted: bool,
    /// Bytes held for all of its connections.
    pub held: Held,
}

/// All open connections of a server.
pub(crate) struct ConnectionTable {
    connections: Mutex<Connections>,
    max: usize,
    held: Held,
    /// Answers say that their connection is about to be closed.
    closing: AtomicBool,
}

#[derive(Default)]
struct Connections {
    next_id: u64,
    open: HashMap<u64, Arc<ConnectionState>>,
    clients: HashMap<IpAddr, (usize, Held)>,
}

impl ConnectionTable {
    /// A table with room for `max` connections.
    pub fn new(max: usize) -> Self {
        let (connections, held) = (Mutex::default(), Arc::default());
        Self { connections, max, held, closing: AtomicBool::new(false) }
    }

    /// Adds a connection. If there are too many, of this client or in all, the
    /// one that has waited longest for its client is closed for it.
    pub fn open(self: &Arc<Self>, peer: IpAddr, trusted: bool) -> OpenConnection {
        let network = network(peer);
        let mut connections = self.lock();
        let (count, held) = connections.clients.entry(network).or_default();
        *count += 1;
        let (count, held) = (*count, Arc::clone(held));
        if count > self.max / CLIENT_SHARE && !trusted {
            connections.evict(Some(network));
        } else if connections.open.len() >= self.max {
            connections.evict(None);
        }
        let client = Client { network, trusted, held };
        let state = Arc::new(ConnectionState::new(client, Arc::clone(&self.held)));
        connections.next_id += 1;
        let id = connections.next_id;
        connections.open.insert(id, Arc::clone(&state));
        OpenConnection { table: Arc::clone(self), id, state }
    }

    /// Whether a request of this connection may begin, for all that is held
    /// in memory already. Connections that have stalled make room for it.
    pub fn has_room(&self, connection: &ConnectionState) -> bool {
        let over_limit = || {
            let client = connection.client_over_limit() && !connection.client.trusted;
            client || self.held.load(Relaxed) > MAX_HELD_BYTES
        };
        while over_limit() {
            let network = connection.client_over_limit().then_some(connection.client.network);
            if !self.lock().evict_stalled(network) {
                return false;
            }
        }
        true
    }

    /// Closes connections whose clients have used up their time.
    pub fn check_deadlines(&self) {
        self.lock().open.values().for_each(|connection| connection.check_deadline());
    }

    /// From now on each answer is the last one of its connection.
    pub fn announce_close(&self) {
        self.closing.store(true, Relaxed);
    }

    /// Whether answers are to say `Connection: close`.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Relaxed)
    }

    /// Closes all connections, each after the answer that it owes.
    pub fn drain(&self) {
        self.announce_close();
        self.lock().open.values().for_each(|connection| connection.send(Command::Drain));
    }

    /// Whoever panics while holding the lock leaves the maps whole.
    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connections {
    /// Closes the connection that has waited longest for its client.
    fn evict(&mut self, network: Option<IpAddr>) {
        let waiting = self
            .of(network)
            .filter_map(|(id, connection)| Some((connection.waiting_for_client()?, *id)));
        // Of those that have waited equally long, the one accepted first.
        if let Some((_, Reverse(id))) = waiting.map(|(time, id)| (time, Reverse(id))).max() {
            self.close(id);
        }
    }

    /// Closes the stalled connection that holds the most memory.
    fn evict_stalled(&mut self, network: Option<IpAddr>) -> bool {
        let stalled = self.of(network).filter(|(_, connection)| connection.is_stalled());
        let most = stalled.max_by_key(|(_, connection)| connection.held()).map(|(id, _)| *id);
        most.is_some_and(|id| self.close(id))
    }

    fn of(&self, network: Option<IpAddr>) -> impl Iterator<Item = (&u64, &Arc<ConnectionState>)> {
        let of_network = move |state: &ConnectionState| {
            network.is_none_or(|network| state.client.network == network)
        };
        self.open.iter().filter(move |(_, state)| of_network(state))
    }

    /// Closes a connection. Its place is free immediately, and its memory as
    /// soon as its task runs.
    fn close(&mut self, id: u64) -> bool {
        let removed = self.remove(id);
        removed.inspect(|connection| connection.send(Command::Close)).is_some()
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

/// A connection's place in the table, until it is dropped.
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
        // It may have been closed to make room.
        self.table.lock().remove(self.id);
    }
}

fn network(peer: IpAddr) -> IpAddr {
    const SUBSCRIBER: u128 = !0 << 64;
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & SUBSCRIBER).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests;
