//! The other end of a connection, as the limits see it.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::limits::MAX_HELD_BYTES_PER_CLIENT;

/// A count of bytes held in memory, shared by all connections that contribute to it.
pub(super) type HeldBytes = Arc<AtomicUsize>;

/// The client of a connection.
pub(super) struct Client {
    /// Its address or, for IPv6, its network: a subscriber usually has a whole /64.
    pub network: IpAddr,
    /// A trusted proxy represents many clients.
    pub trusted: bool,
    /// Bytes held for all of its connections.
    pub held: HeldBytes,
}

impl Client {
    /// Whether more bytes are held for this client than its share.
    pub fn is_over_limit(&self) -> bool {
        self.held.load(Relaxed) > MAX_HELD_BYTES_PER_CLIENT
    }
}

/// The network by which a peer is counted.
pub(super) fn network(peer: IpAddr) -> IpAddr {
    const SUBSCRIBER_PREFIX: u128 = !0 << 64;
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & SUBSCRIBER_PREFIX).into(),
        address => address,
    }
}
