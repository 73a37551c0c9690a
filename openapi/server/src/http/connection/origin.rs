//! Where a request came from.

use std::net::IpAddr;
use std::sync::Arc;

use super::state::ConnectionState;
use super::table::{ConnectionCounts, ConnectionTable};

/// The connection and the client of a request, among the request's extensions. Requests that did
/// not arrive over a connection, as in tests of an application, have none.
#[derive(Clone)]
pub(crate) struct Origin {
    pub connection: Arc<ConnectionState>,
    pub(super) table: Arc<ConnectionTable>,
    /// The client's address, behind trusted proxies too.
    pub client: IpAddr,
    /// The same as text, for logs. Formatted once for each connection, since most have one client.
    pub client_text: Arc<str>,
}

impl Origin {
    /// Whether there is memory for one more request of this client.
    pub fn has_room(&self) -> bool {
        self.table.has_room(&self.connection)
    }

    /// Counts of the server's connections.
    pub fn connection_counts(&self) -> ConnectionCounts {
        self.table.counts()
    }
}
