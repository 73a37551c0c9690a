//! Limits how many orders are placed simultaneously, and shares the permits among clients.
//!
//! Placing an order waits for other services, up to [`UPSTREAM_TIMEOUT`]. Without a limit, waiting
//! orders would take all of the service's permits for requests while another service is frozen.
//!
//! [`UPSTREAM_TIMEOUT`]: crate::limits::UPSTREAM_TIMEOUT

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub struct PlacementLimit {
    share: usize,
    state: Mutex<State>,
}

struct State {
    available: usize,
    /// Orders in progress by client, without zeros. Requests without an address count as one
    /// client.
    in_progress: HashMap<Option<IpAddr>, usize>,
}

/// Permission to place one order, returned when dropped.
pub struct PlacementPermit<'a> {
    limit: &'a PlacementLimit,
    client: Option<IpAddr>,
}

impl PlacementLimit {
    /// A client may hold up to `share` times as many permits as are available.
    pub fn new(permits: usize, share: usize) -> Self {
        let state = State { available: permits, in_progress: HashMap::new() };
        Self { share, state: Mutex::new(state) }
    }

    pub fn try_acquire(&self, client: Option<IpAddr>) -> Option<PlacementPermit<'_>> {
        let client = client.map(client_network);
        let mut state = self.lock();
        let own = state.in_progress.get(&client).copied().unwrap_or_default();
        if own >= self.share * state.available {
            return None;
        }
        state.available -= 1;
        state.in_progress.insert(client, own + 1);
        Some(PlacementPermit { limit: self, client })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PlacementPermit<'_> {
    fn drop(&mut self) {
        let mut state = self.limit.lock();
        state.available += 1;
        if let Some(own) = state.in_progress.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                state.in_progress.remove(&self.client);
            }
        }
    }
}

/// What counts as one client: an IPv4 address, or the /64 network of an IPv6 subscriber (RFC 6177).
fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    /// Acquires permits for a client until none is left.
    fn exhaust(limit: &PlacementLimit, client: Option<IpAddr>) -> Vec<PlacementPermit<'_>> {
        std::iter::from_fn(|| limit.try_acquire(client)).collect()
    }

    #[test]
    fn one_client_leaves_permits_for_others() {
        let limit = PlacementLimit::new(128, 3);
        let first = exhaust(&limit, client(1));
        assert_eq!(first.len(), 96);
        let mut others = Vec::new();
        for last in 2..=32 {
            others.push(limit.try_acquire(client(last)).expect("a permit for a new client"));
        }
        drop(first);
        assert!(exhaust(&limit, client(1)).len() > 40);
    }

    #[test]
    fn dropped_permits_are_available_again() {
        let limit = PlacementLimit::new(8, 3);
        for _ in 0..3 {
            assert_eq!(exhaust(&limit, None).len(), 6);
        }
        let state = limit.lock();
        assert_eq!((state.available, state.in_progress.len()), (8, 0));
    }

    #[test]
    fn ipv6_network_counts_as_one_client() {
        let limit = PlacementLimit::new(8, 3);
        let address = |text: &str| Some(text.parse().expect("an address"));
        let _permits = exhaust(&limit, address("2001:db8:1:2::1"));
        assert!(limit.try_acquire(address("2001:db8:1:2:ffff::9")).is_none());
        assert!(limit.try_acquire(address("2001:db8:1:3::1")).is_some());
    }
}
