//! What the code that serves a request may ask about it from anywhere: its id
//! and the address of its client. Both travel with the task.

use std::net::IpAddr;

use crate::request_id::RequestId;

tokio::task_local! {
    static CURRENT: RequestContext;
}

/// The request that a task serves.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    pub id: RequestId,
    /// None where the transport has no addresses.
    pub client: Option<IpAddr>,
}

impl RequestContext {
    /// Runs `work` as part of this request.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Calls `read` with the current request, if there is one.
    pub fn with_current<T>(read: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.try_with(read).ok()
    }
}

/// The address of the client whose request the current task serves: the peer
/// of the connection or, behind a trusted proxy, the address that the proxy
/// names. `None` outside of a request.
pub fn client_address() -> Option<IpAddr> {
    RequestContext::with_current(|request| request.client).flatten()
}
