//! The whole application around generated routes: every request gets an id, a
//! log line and an answer in the envelope, whatever happens on the way.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use poem::endpoint::BoxEndpoint;
use poem::error::NotFoundError;
use poem::http::{HeaderName, Method, StatusCode, Uri, Version, header};
use poem::{Body, Endpoint, IntoResponse, PathPattern, Request, Response, Route};
use poem_openapi::OpenApi;

use crate::admission::ConcurrencyLimit;
use crate::connection::Origin;
use crate::context::RequestContext;
use crate::description::ApiDescription;
use crate::docs;
use crate::error::{ApiError, Cause, codes};
use crate::limits::MAX_LOGGED_PATH_BYTES;
use crate::request_id::RequestId;
use crate::violation::Violation;

/// Endpoints by path pattern and method, as poem-openapi collects them.
pub type RouteTable = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Builds the application: the API's routes, `/openapi.yaml`, `/openapi.json`
/// and `/docs`.
pub fn app(
    description: &'static ApiDescription,
    api: impl OpenApi,
) -> impl Endpoint<Output = Response> + 'static {
    let mut table = RouteTable::new();
    api.add_routes(&mut table);
    docs::add_routes(description, &mut table);
    let routes = table
        .into_iter()
        .fold(Route::new(), |routes, (path, methods)| routes.at(path, MethodRouter::new(methods)));
    App { description, routes, admission: ConcurrencyLimit::new() }
}

struct App {
    description: &'static ApiDescription,
    routes: Route,
    admission: ConcurrencyLimit,
}

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = RequestId::of(&request);
        let origin = request.data::<Origin>();
        let client = origin.map(|origin| origin.client);
        let client_text = origin.map(|origin| Arc::clone(&origin.client_text));
        let context = RequestContext { id: id.clone(), client };
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let work = async {
            let mut response = self.answer(request).await;
            response.headers_mut().insert(X_REQUEST_ID.clone(), id.header());
            self.log(&method, &uri, client_text.as_deref(), &response, started);
            response
        };
        Ok(context.scope(work).await)
    }
}

impl App {
    async fn answer(&self, mut request: Request) -> Response {
        if request.data::<Origin>().is_some()
            && let Some(violation) = wrong_host(&request)
        {
            return ApiError::invalid(&[violation]).into_response();
        }
        request.set_data(self.admission.clone());
        match AssertUnwindSafe(self.routes.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => self.refused(error),
            Err(panic) => {
                ApiError::internal().with_source(Panicked(panic_message(&*panic))).into_response()
            }
        }
    }

    /// What poem itself refuses, which is no path.
    fn refused(&self, error: poem::Error) -> Response {
        let failure = if error.is::<NotFoundError>() {
            ApiError::new(StatusCode::NOT_FOUND, codes::NOT_FOUND, "There is no such path")
        } else {
            ApiError::internal().with_source(Unexpected(error.to_string()))
        };
        failure.into_response()
    }

    /// The one line that a request leaves. No query: it could hold a secret.
    fn log(
        &self,
        method: &Method,
        uri: &Uri,
        client: Option<&str>,
        response: &Response,
        started: Instant,
    ) {
        let pattern = response.data::<PathPattern>();
        let route = pattern.map(|pattern| {
            self.description.route(&pattern.0).map_or(&*pattern.0, |route| route.path)
        });
        let (method, path, status) = (method.as_str(), logged(uri), response.status().as_u16());
        let duration_ms = started.elapsed().as_secs_f64() * 1e3;
        if status < 500 {
            tracing::info!(
                method,
                path,
                route,
                status,
                durationMs = duration_ms,
                client,
                "request"
            );
        } else {
            let cause = response.data::<Cause>().map(tracing::field::display);
            tracing::error!(
                method,
                path,
                route,
                status,
                durationMs = duration_ms,
                client,
                error = cause,
                "request failed"
            );
        }
    }
}

/// RFC 9112, 3.2: HTTP/1.1 has one Host header. With none or several, a proxy
/// and this service could take a request for different hosts'.
fn wrong_host(request: &Request) -> Option<Violation> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (rule, message) = match (hosts.next(), hosts.next()) {
        (None, _) if request.version() >= Version::HTTP_11 => ("required", "is required"),
        (Some(_), Some(_)) => ("duplicate", "must be given once"),
        _ => return None,
    };
    Some(Violation::new("header", "/host".to_owned(), rule, message))
}

/// The path, cut at [`MAX_LOGGED_PATH_BYTES`].
fn logged(uri: &Uri) -> &str {
    let path = uri.path();
    let boundary = |end: &usize| path.is_char_boundary(*end);
    let end = (0..=MAX_LOGGED_PATH_BYTES.min(path.len())).rev().find(boundary);
    &path[..end.unwrap_or_default()]
}

/// The methods of one path. poem's own would be one more box around every
/// request, and its 405 does not say what is allowed.
struct MethodRouter {
    handlers: Vec<(Method, BoxEndpoint<'static>)>,
    /// For the header `Allow`.
    allowed: String,
}

impl MethodRouter {
    fn new(handlers: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut allowed: Vec<&str> = handlers.keys().map(Method::as_str).collect();
        if allowed.contains(&"GET") && !allowed.contains(&"HEAD") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        Self { allowed: allowed.join(", "), handlers: handlers.into_iter().collect() }
    }

    fn handler(&self, method: &Method) -> Option<&BoxEndpoint<'static>> {
        self.handlers.iter().find(|(known, _)| known == method).map(|(_, handler)| handler)
    }
}

impl Endpoint for MethodRouter {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(handler) = self.handler(request.method()) {
            return handler.call(request).await;
        }
        // HEAD is GET without the body.
        match self.handler(&Method::GET).filter(|_| request.method() == Method::HEAD) {
            Some(handler) => {
                let mut response = handler.call(request).await?;
                response.set_body(Body::empty());
                Ok(response)
            }
            None => Ok(ApiError::method_not_allowed(&self.allowed).into_response()),
        }
    }
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
