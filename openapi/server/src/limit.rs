//! Load shedding: a bound on the requests that are processed simultaneously. Beyond it, the
//! response is an immediate 503 with `Retry-After`, which serves clients better than an unbounded
//! queue.
//!
//! A permit is acquired when a request has arrived whole, and released when its response is made,
//! so clients that send or read slowly hold none. They are bounded by the memory that they
//! occupy instead, each client separately.

use std::sync::Arc;

use poem::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::current::CurrentRequest;
use crate::error::ApiError;
use crate::http::connection::Origin;
use crate::limits::{MAX_BODY_BYTES, MAX_IN_FLIGHT};
use crate::metrics::ShedReason;

/// The permits of one API, shared by its endpoints.
#[derive(Clone)]
pub(crate) struct ConcurrencyLimit(Arc<Semaphore>);

/// The right to process one request, until it is dropped.
pub(crate) struct Permit(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl ConcurrencyLimit {
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_IN_FLIGHT)))
    }

    /// Acquires a permit for a request, several for a large body.
    ///
    /// # Errors
    /// 503 if all are taken, or if the client leaves too many responses unread.
    pub fn acquire(&self, request: &Request, body_bytes: usize) -> Result<Permit, ApiError> {
        if request.data::<Origin>().is_some_and(|origin| !origin.has_room()) {
            CurrentRequest::count_shed(ShedReason::Memory);
            return Err(ApiError::unavailable("Too many unread responses"));
        }
        let count = body_bytes.div_ceil(MAX_BODY_BYTES).clamp(1, MAX_IN_FLIGHT);
        let permit = Arc::clone(&self.0).try_acquire_many_owned(count as u32);
        permit.map(Permit).map_err(|_| {
            CurrentRequest::count_shed(ShedReason::Concurrency);
            ApiError::unavailable("Too many simultaneous requests")
        })
    }
}
