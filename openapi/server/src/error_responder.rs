//! Errors outside of operations: an unknown path, a method that a path does not have, a panic of
//! the application. The generated server says what they look like, since only it knows the spec.

use std::sync::{Arc, Mutex, PoisonError};

use poem::endpoint::{BoxEndpoint, make_sync};
use poem::http::Method;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response};

use crate::error::ApiError;
use crate::panic;
use crate::route_table::RouteTable;

/// The key of the responder in a route table. It is not a path. poem-openapi prescribes the type of
/// the table, and there is no other way from the generated server to the application.
const KEY: &str = "";

/// An error for the responder, which takes it.
#[derive(Clone)]
struct Pending(Arc<Mutex<Option<ApiError>>>);

/// Answers errors: with the envelope, unless the spec has another body.
#[derive(Clone, Default)]
pub(crate) struct ErrorResponder(Option<Arc<BoxEndpoint<'static>>>);

/// Adds to a table what answers the errors outside of operations.
pub(crate) fn insert(
    table: &mut RouteTable,
    respond: impl Fn(ApiError) -> Response + Send + Sync + 'static,
) {
    let endpoint = make_sync(move |request: Request| {
        let pending = request.data::<Pending>().map(|Pending(error)| Arc::clone(error));
        let error =
            pending.and_then(|error| error.lock().unwrap_or_else(PoisonError::into_inner).take());
        respond(error.unwrap_or_else(ApiError::internal))
    });
    table.entry(KEY.to_owned()).or_default().insert(Method::GET, endpoint.boxed());
}

impl ErrorResponder {
    /// Removes the responder from a table.
    pub fn take(table: &mut RouteTable) -> Self {
        let endpoints = table.remove(KEY);
        Self(endpoints.and_then(|endpoints| endpoints.into_values().next()).map(Arc::new))
    }

    pub async fn respond(&self, error: ApiError) -> Response {
        let Some(endpoint) = &self.0 else { return error.into_response() };
        let mut request = Request::default();
        request.set_data(Pending(Arc::new(Mutex::new(Some(error)))));
        match panic::catch(endpoint.call(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => ApiError::internal().with_source(error.to_string()).into_response(),
            Err(panicked) => ApiError::internal().with_source(panicked).into_response(),
        }
    }
}
