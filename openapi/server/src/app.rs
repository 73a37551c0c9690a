//! The whole application around generated routes: every request gets an id, a
//! log line and an answer in the envelope, whatever happens on the way.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::FutureExt;
use poem::endpoint::BoxEndpoint;
use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::{HeaderName, Method, StatusCode, Uri};
use poem::{Endpoint, IntoResponse, PathPattern, Request, Response, Route, RouteMethod};
use poem_openapi::OpenApi;
use tokio::sync::Semaphore;

use crate::description::Description;
use crate::docs;
use crate::error::{Cause, Failure};
use crate::request_id::RequestId;

/// Requests that are worked on at once. Beyond, the answer is an immediate 503
/// with `Retry-After`: a client is better served by that than by a queue
/// without end. Chosen so that what they hold, at 64 KiB of body each, fits
/// into half of a 128 MiB container.
pub const MAX_IN_FLIGHT: usize = 1024;

/// Endpoints by path pattern and method, as poem-openapi collects them.
pub type RouteTable = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Builds the application: the API's routes, `/openapi.yaml`, `/openapi.json`
/// and `/docs`.
pub fn app(
    description: &'static Description,
    api: impl OpenApi,
) -> impl Endpoint<Output = Response> + 'static {
    let mut table = RouteTable::new();
    api.add_routes(&mut table);
    docs::add_routes(description, &mut table);
    let routes = table.into_iter().fold(Route::new(), |routes, (path, methods)| {
        let endpoint =
            methods.into_iter().fold(RouteMethod::new(), |endpoint, (method, handler)| {
                endpoint.method(method, handler)
            });
        routes.at(path, endpoint)
    });
    App { description, routes, in_flight: Semaphore::new(MAX_IN_FLIGHT) }
}

struct App {
    description: &'static Description,
    routes: Route,
    in_flight: Semaphore,
}

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = RequestId::of(&request);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let work = async {
            let mut response = self.answer(request).await;
            response.headers_mut().insert(X_REQUEST_ID.clone(), id.header());
            self.log(&method, &uri, &response, started);
            response
        };
        Ok(id.clone().scope(work).await)
    }
}

impl App {
    async fn answer(&self, request: Request) -> Response {
        let Ok(_permit) = self.in_flight.try_acquire() else {
            return Failure::unavailable("Too many requests at once").into_response();
        };
        match AssertUnwindSafe(self.routes.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => self.refused(error),
            Err(panic) => {
                Failure::internal().caused_by(Panicked(panic_message(&*panic))).into_response()
            }
        }
    }

    /// What poem itself refuses, which is no path or no method.
    fn refused(&self, error: poem::Error) -> Response {
        let pattern = error.data::<PathPattern>().cloned();
        let failure = if error.is::<MethodNotAllowedError>() {
            Failure::method_not_allowed(&self.allow(pattern.as_ref()))
        } else if error.is::<NotFoundError>() {
            Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such path")
        } else {
            Failure::internal().caused_by(Unexpected(error.to_string()))
        };
        let mut response = failure.into_response();
        response.extensions_mut().extend(pattern.map(only).unwrap_or_default());
        response
    }

    fn allow(&self, pattern: Option<&PathPattern>) -> String {
        let route = pattern.and_then(|pattern| self.description.route(&pattern.0));
        // The pages of this crate have GET alone.
        let mut methods = route.map_or(vec!["GET"], |route| route.methods.to_vec());
        if methods.contains(&"GET") && !methods.contains(&"HEAD") {
            methods.push("HEAD");
        }
        methods.join(", ")
    }

    /// The one line that a request leaves. No query: it could hold a secret.
    fn log(&self, method: &Method, uri: &Uri, response: &Response, started: Instant) {
        let pattern = response.data::<PathPattern>();
        let route = pattern.map(|pattern| {
            self.description.route(&pattern.0).map_or(&*pattern.0, |route| route.path)
        });
        let (method, path, status) = (method.as_str(), uri.path(), response.status().as_u16());
        let duration_ms = started.elapsed().as_secs_f64() * 1e3;
        if status < 500 {
            tracing::info!(method, path, route, status, durationMs = duration_ms, "request");
        } else {
            let cause = response.data::<Cause>().map(tracing::field::display);
            tracing::error!(
                method,
                path,
                route,
                status,
                durationMs = duration_ms,
                error = cause,
                "request failed"
            );
        }
    }
}

fn only(pattern: PathPattern) -> poem::http::Extensions {
    let mut extensions = poem::http::Extensions::new();
    extensions.insert(pattern);
    extensions
}

/// A handler panicked; the message is for the log.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
struct Panicked(String);

/// poem answered with an error of its own that this crate does not know.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unexpected(String);

pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
