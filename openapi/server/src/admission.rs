//! How many requests are worked on simultaneously. Beyond, the answer is an
//! immediate 503 with `Retry-After`: a client is better served by that than by
//! a queue without end.
//!
//! A permit is taken when a request has arrived whole, and given back when its
//! answer is made: clients that send or read slowly hold none. Those are
//! bounded by the memory that they occupy, each client by itself.

use std::sync::Arc;

use poem::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::Origin;
use crate::error::ApiError;
use crate::limits::MAX_IN_FLIGHT;

/// The permits of one application. They travel with each request to the
/// operation, which knows whether it needs one.
#[derive(Clone)]
pub(crate) struct ConcurrencyLimit(Arc<Semaphore>);

impl ConcurrencyLimit {
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_IN_FLIGHT)))
    }

    /// A permit for a request, held until the answer is made.
    ///
    /// # Errors
    /// 503 if there is none, or if the client leaves too much unread.
    pub fn admit(request: &Request) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
        if request.data::<Origin>().is_some_and(|origin| !origin.has_room()) {
            return Err(ApiError::unavailable("Too many answers wait to be read"));
        }
        let Some(Self(permits)) = request.data::<Self>() else { return Ok(None) };
        let permit = Arc::clone(permits).try_acquire_owned();
        permit.map(Some).map_err(|_| ApiError::unavailable("Too many simultaneous requests"))
    }
}
