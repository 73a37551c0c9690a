//! How many requests are worked on at once. Beyond, the answer is an immediate
//! 503 with `Retry-After`: a client is better served by that than by a queue
//! without end.

use std::sync::Arc;

use poem::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Failure;

/// Requests that are worked on at once. No service does more work in the same
/// time for having more than 32 of them under way (measured: `tests/bench`),
/// so the others only wait; eight times as many make that wait a fraction of
/// a second.
pub const MAX_IN_FLIGHT: usize = 256;

/// The places of one application. It travels with each request to the
/// operation, which knows whether it needs one.
#[derive(Clone)]
pub(crate) struct Admission(Arc<Semaphore>);

impl Admission {
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_IN_FLIGHT)))
    }

    /// A place for a request, kept until the answer is made.
    ///
    /// # Errors
    /// 503 if there is none.
    pub fn admit(request: &Request) -> Result<Option<OwnedSemaphorePermit>, Failure> {
        let Some(Self(places)) = request.data::<Self>() else { return Ok(None) };
        let place = Arc::clone(places).try_acquire_owned();
        place.map(Some).map_err(|_| Failure::unavailable("Too many requests at once"))
    }
}
