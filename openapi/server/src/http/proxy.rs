//! The address of a client whose request came through proxies.
//!
//! Each proxy appends the address of its client to `X-Forwarded-For`. The entries to the left of it
//! came from that client, who may have invented them. So the header is read from the right, and
//! only as far as the addresses are those of proxies that the operator trusts.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;
use poem::http::HeaderMap;

/// The proxies whose `X-Forwarded-For` is trusted; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// The error for an entry that is neither an IP address nor a CIDR range.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected IP addresses or CIDR ranges such as 10.0.0.0/8, got {0:?}")]
pub struct InvalidProxy(String);

impl FromStr for TrustedProxies {
    type Err = InvalidProxy;

    /// Parses a comma-separated list, which may be empty.
    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let network = |entry: &str| {
            let address = || entry.parse::<IpAddr>().map(IpNet::from);
            entry.parse::<IpNet>().or_else(|_| address()).map_err(|_| InvalidProxy(entry.into()))
        };
        Ok(Self(entries.map(network).collect::<Result<_, _>>()?))
    }
}

impl TrustedProxies {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is one of these proxies.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a request that arrived from `peer`.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut hops =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
        while self.contains(client) {
            match hops.next().and_then(|hop| parse_hop(hop.trim())) {
                Some(hop) => client = hop,
                None => break,
            }
        }
        client
    }
}

/// Parses an address, with or without the port that some proxies add.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    text.parse::<IpAddr>().or_else(|_| with_port()).ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn client(trusted: &str, peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        let trusted: TrustedProxies = trusted.parse().unwrap();
        trusted.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn trusts_only_configured_proxies_from_the_right() {
        for (trusted, peer, lines, expected) in [
            ("", "10.0.0.1", &["1.2.3.4"][..], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", &["6.6.6.6", "1.2.3.4, 10.0.0.2"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", &["1.2.3.4:5678"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", &["not an address"], "10.0.0.1"),
            ("10.0.0.0/8", "9.9.9.9", &["1.2.3.4"], "9.9.9.9"),
            ("::1, fd00::/8", "fd00::1", &["2001:db8::1"], "2001:db8::1"),
        ] {
            assert_eq!(client(trusted, peer, lines), expected, "{trusted} {peer} {lines:?}");
        }
    }

    #[test]
    fn rejects_entries_that_are_neither_address_nor_range() {
        for text in ["proxy", "10.0.0.0/33", "10.0.0", "10.0.0.1;10.0.0.2"] {
            assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
        }
    }
}
