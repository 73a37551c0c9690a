//! The application around an API's endpoints: every request gets an id, a response in the
//! envelope and a log line, whatever happens.

use std::sync::Arc;
use std::time::Instant;

use poem::error::NotFoundError;
use poem::http::{StatusCode, Version, header};
use poem::{Endpoint, IntoResponse, Request, Response, Route};
use poem_openapi::OpenApi;

use crate::codes;
use crate::current::CurrentRequest;
use crate::description::ApiDescription;
use crate::docs;
use crate::error::ApiError;
use crate::http::connection::Origin;
use crate::panic;
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::request_log::RequestLog;
use crate::route::{RouteTable, router};
use crate::violation::Violation;

/// Builds the application: the API's endpoints, `/openapi.yaml`, `/openapi.json` and `/docs`.
pub fn app(
    description: &'static ApiDescription,
    api: impl OpenApi,
) -> impl Endpoint<Output = Response> + 'static {
    let mut table = RouteTable::new();
    api.add_routes(&mut table);
    docs::add_routes(description, &mut table);
    App { router: router(table) }
}

struct App {
    router: Route,
}

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = RequestId::of(&request);
        let origin = request.data::<Origin>();
        let log = RequestLog {
            started,
            method: request.method().clone(),
            uri: request.uri().clone(),
            client: origin.map(|origin| Arc::clone(&origin.client_text)),
        };
        let current = CurrentRequest { id: id.clone(), client: origin.map(|origin| origin.client) };
        let work = async {
            let mut response = self.respond(request).await;
            response.headers_mut().insert(X_REQUEST_ID, id.header());
            log.write(&response);
            response
        };
        Ok(current.scope(work).await)
    }
}

impl App {
    async fn respond(&self, request: Request) -> Response {
        if request.data::<Origin>().is_some()
            && let Some(violation) = host_violation(&request)
        {
            return ApiError::invalid(&[violation]).into_response();
        }
        match panic::catch(self.router.call(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => routing_error(&error).into_response(),
            Err(panicked) => ApiError::internal().with_source(panicked).into_response(),
        }
    }
}

/// An error of poem's router.
fn routing_error(error: &poem::Error) -> ApiError {
    if error.is::<NotFoundError>() {
        ApiError::new(StatusCode::NOT_FOUND, codes::NOT_FOUND, "The path does not exist")
    } else {
        ApiError::internal().with_source(error.to_string())
    }
}

/// HTTP/1.1 requires exactly one Host header (RFC 9112, 3.2). With several, a proxy and this
/// service could attribute a request to different hosts.
fn host_violation(request: &Request) -> Option<Violation> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (rule, message) = match (hosts.next(), hosts.next()) {
        (None, _) if request.version() >= Version::HTTP_11 => ("required", "is required"),
        (Some(_), Some(_)) => ("duplicate", "must not be repeated"),
        _ => return None,
    };
    Some(Violation::new("header", "/host".to_owned(), rule, message))
}
