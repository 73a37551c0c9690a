//! The request that the current task serves, for code that is not passed the request itself. It
//! travels with the task.

use std::net::IpAddr;
use std::sync::Arc;

use crate::metrics::{RequestMetrics, ShedReason};
use crate::request_id::RequestId;
use crate::trace::Position;

tokio::task_local! {
    static CURRENT: CurrentRequest;
}

#[derive(Debug, Clone)]
pub(crate) struct CurrentRequest {
    pub id: RequestId,
    /// `None` for transports without addresses.
    pub client: Option<IpAddr>,
    /// `None` for work that no request has asked for.
    pub metrics: Option<Arc<RequestMetrics>>,
    /// Its position in a trace.
    pub trace: Position,
}

impl CurrentRequest {
    /// Runs `work` as part of this request.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// Calls `read` with the current request, if there is one.
    pub fn with<T>(read: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.try_with(read).ok()
    }

    /// Counts the current request as rejected because of overload.
    pub fn count_shed(reason: ShedReason) {
        Self::with(|request| request.metrics.as_ref().map(|metrics| metrics.shed(reason)));
    }
}

impl RequestId {
    /// The id of the request that the current task serves, to be sent to other services.
    pub fn current() -> Option<Self> {
        CurrentRequest::with(|request| request.id.clone())
    }
}

/// The address of the client whose request the current task serves: the connection's peer or,
/// behind a trusted proxy, the address that the proxy reports. `None` outside of a request.
pub fn client_address() -> Option<IpAddr> {
    CurrentRequest::with(|request| request.client).flatten()
}

#[cfg(test)]
mod tests {
    use poem::Request;

    use super::*;

    #[tokio::test]
    async fn the_current_request_travels_with_its_task() {
        let id = RequestId::of(&Request::builder().header("x-request-id", "a-1").finish());
        let client: IpAddr = [192, 0, 2, 1].into();
        let trace = Position::unrecorded(None);
        let request = CurrentRequest { id, client: Some(client), metrics: None, trace };
        let known = || (RequestId::current().map(|id| id.header()), client_address());
        assert_eq!(known(), (None, None));
        let (id, address) = request.scope(async { known() }).await;
        assert_eq!((id.unwrap(), address), ("a-1".parse().unwrap(), Some(client)));
    }
}
