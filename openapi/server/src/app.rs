//! The application around an API's endpoints: every request gets an id, a response in the
//! envelope and a log line, whatever happens.

use std::sync::Arc;
use std::time::Instant;

use poem::http::{StatusCode, Version, header};
use poem::{Endpoint, EndpointExt, Request, Response};
use poem_openapi::OpenApi;

use crate::codes;
use crate::current::CurrentRequest;
use crate::description::ApiDescription;
use crate::docs;
use crate::error::ApiError;
use crate::error_responder::ErrorResponder;
use crate::http::connection::Origin;
use crate::metrics::{Metrics, MetricsEndpoint, RequestMetrics};
use crate::panic;
use crate::process::log;
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::request_log::RequestLog;
use crate::route::{MethodRouter, router};
use crate::route_table::{RouteTable, add_default};
use crate::router::Router;
use crate::trace::{self, ServerSpan};
use crate::violation::Violation;

/// Builds the application: the API's endpoints, `/openapi.yaml`, `/openapi.json`, `/docs` and
/// `/metrics`, each unless the API has the path itself.
pub fn app(description: &'static ApiDescription, api: impl OpenApi) -> App {
    let metrics = Metrics::of_service(description);
    log::register_metrics(&metrics);
    trace::register_metrics(&metrics);
    let mut table = RouteTable::new();
    api.add_routes(&mut table);
    let errors = ErrorResponder::take(&mut table);
    docs::add_routes(description, &mut table);
    let endpoint = MetricsEndpoint::new(metrics.clone()).boxed();
    add_default(&mut table, "/metrics", endpoint);
    let requests = Arc::new(RequestMetrics::register(&metrics));
    App { router: router(table, &errors), errors, metrics, requests }
}

/// The application of an API.
pub struct App {
    router: Router<MethodRouter>,
    errors: ErrorResponder,
    metrics: Metrics,
    requests: Arc<RequestMetrics>,
}

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let _active = self.requests.begin();
        let id = RequestId::of(&request);
        let origin = request.data::<Origin>();
        let log = RequestLog {
            method: request.method().clone(),
            uri: request.uri().clone(),
            client: origin.map(|origin| Arc::clone(&origin.client_text)),
        };
        let span = ServerSpan::start(&request, log.client.as_deref());
        let current = CurrentRequest {
            id: id.clone(),
            client: origin.map(|origin| origin.client),
            metrics: Some(Arc::clone(&self.requests)),
            trace: span.position().clone(),
        };
        let work = async {
            let (mut response, route) = self.respond(request).await;
            response.headers_mut().insert(X_REQUEST_ID, id.header());
            let duration = started.elapsed();
            log.write(&response, route.as_deref(), duration);
            span.finish(&log.method, route.as_deref(), response.status());
            self.requests.observe(&log.method, route, response.status(), duration);
            response
        };
        Ok(current.scope(work).await)
    }
}

impl App {
    /// The metrics served at `/metrics`, to which the service adds its own.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Also returns the template of the path, unless none matches or the request is malformed.
    async fn respond(&self, mut request: Request) -> (Response, Option<Arc<str>>) {
        if request.data::<Origin>().is_some()
            && let Some(violation) = host_violation(&request).or_else(|| coding_violation(&request))
        {
            return (self.respond_error(ApiError::invalid(&[violation])).await, None);
        }
        let Some(methods) = self.router.find(&mut request) else {
            let message = "The path does not exist";
            let error = ApiError::new(StatusCode::NOT_FOUND, codes::NOT_FOUND, message);
            return (self.respond_error(error).await, None);
        };
        let route = Some(Arc::clone(methods.template(request.method())));
        let error = match panic::catch(methods.call(request)).await {
            Ok(Ok(response)) => return (response, route),
            Ok(Err(error)) => ApiError::internal().with_source(error.to_string()),
            Err(panicked) => ApiError::internal().with_source(panicked),
        };
        (self.respond_error(error).await, route)
    }

    /// Boxed, because most requests do not need it.
    fn respond_error(&self, error: ApiError) -> impl Future<Output = Response> {
        Box::pin(self.errors.respond(error))
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

/// hyper decodes `chunked` and ignores codings before it, by which a proxy could read the body as
/// another one (RFC 9112, 6.1).
fn coding_violation(request: &Request) -> Option<Violation> {
    let mut codings = request.headers().get_all(header::TRANSFER_ENCODING).iter();
    let first = codings.next()?;
    let is_chunked = first.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    if is_chunked && codings.next().is_none() {
        return None;
    }
    let pointer = "/transfer-encoding".to_owned();
    Some(Violation::new("header", pointer, "enum", "must be chunked"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::Read;
    use std::sync::Mutex;

    use poem::endpoint::make_sync;
    use poem::http::Method;
    use poem_openapi::registry::{MetaApi, Registry};
    use tracing::instrument::WithSubscriber;

    use super::*;

    static DESCRIPTION: ApiDescription = ApiDescription {
        name: "test",
        title: "Test",
        version: "1",
        spec_yaml: "",
        spec_json: "{}",
    };

    /// An API whose endpoint fails in ways that those of generated servers do not, or should not.
    struct Failing(fn() -> poem::Error);

    impl OpenApi for Failing {
        fn meta() -> Vec<MetaApi> {
            Vec::new()
        }

        fn register(_: &mut Registry) {}

        fn add_routes(self, table: &mut RouteTable) {
            let endpoint = make_sync(move |_| Err::<(), _>(self.0()));
            let methods = HashMap::from([(Method::GET, endpoint.map_to_response().boxed())]);
            table.insert("/a".to_owned(), methods);
        }
    }

    /// The status and the body of a response, and the line of its request.
    async fn respond(fail: fn() -> poem::Error) -> (StatusCode, String, String) {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let subscriber = tracing_subscriber::fmt().with_writer(Mutex::new(writer)).finish();
        let request = Request::builder().uri_str("/a").finish();
        let app = app(&DESCRIPTION, Failing(fail));
        let mut response = app.call(request).with_subscriber(subscriber).await.unwrap();
        let body = response.take_body().into_string().await.unwrap();
        let mut line = String::new();
        reader.read_to_string(&mut line).unwrap();
        (response.status(), body, line)
    }

    #[tokio::test]
    async fn the_text_of_an_error_of_poem_is_only_logged() {
        let fail = || poem::Error::from_string("refused", StatusCode::BAD_REQUEST);
        let (status, body, line) = respond(fail).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(line.contains("refused") && !body.contains("refused"), "{line}{body}");
    }

    #[tokio::test]
    async fn the_message_of_a_panic_is_only_logged() {
        let (status, body, line) = respond(|| panic!("out of order")).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(line.contains("out of order") && !body.contains("out of order"), "{line}{body}");
    }

    #[tokio::test]
    async fn the_line_of_a_request_that_panicked_has_its_route() {
        let (_, _, line) = respond(|| panic!("out of order")).await;
        assert!(line.contains("GET /a 500"), "{line}");
    }
}
