//! Work that no request has asked for.

use opentelemetry::trace::SpanKind;

use super::span::begin;
use crate::current::CurrentRequest;
use crate::request_id::RequestId;

/// Runs work as a separate trace: like a request it has a position and a request id, which are in
/// its log lines and passed on to other services, and a span with the operations of the database
/// below it.
pub async fn in_background<F: Future>(name: &'static str, work: F) -> F::Output {
    let (trace, _recording) = begin(SpanKind::Internal, None, || name.to_owned(), Vec::new);
    let current = CurrentRequest { id: RequestId::random(), client: None, metrics: None, trace };
    // The span ends with this function.
    current.scope(work).await
}
