use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanProcessor};

use super::*;
use crate::request_id::RequestId;

static ENDED: Mutex<Vec<SpanData>> = Mutex::new(Vec::new());

/// Keeps the spans that have ended.
#[derive(Debug)]
struct Keeper;

impl SpanProcessor for Keeper {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        ENDED.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Records the traces that their callers record, and those that have no caller.
fn record() {
    static PROVIDER: LazyLock<SdkTracerProvider> = LazyLock::new(|| {
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
        SdkTracerProvider::builder().with_span_processor(Keeper).with_sampler(sampler).build()
    });
    TRACER.get_or_init(|| PROVIDER.tracer("tests"));
}

/// The span that has ended at a position, as its name, its status and its sorted attributes.
fn ended(position: &Position) -> Option<(String, Status, Vec<String>)> {
    let ended = ENDED.lock().unwrap();
    let span = ended.iter().find(|it| it.span_context.span_id() == position.0.span_id())?;
    let mut attributes: Vec<String> =
        span.attributes.iter().map(|it| format!("{}={}", it.key, it.value)).collect();
    attributes.sort_unstable();
    Some((span.name.to_string(), span.status.clone(), attributes))
}

/// The span of a request to `/pets/1` after its response.
fn served(
    method: &str,
    host: &str,
    route: Option<&str>,
    status: StatusCode,
) -> (String, Status, Vec<String>) {
    record();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = Request::builder().method(method.clone()).header("host", host);
    let request = request.uri(Uri::from_static("/pets/1?token=secret")).finish();
    let span = ServerSpan::start(&request, Some("192.0.2.1"));
    let position = span.position().clone();
    span.finish(&method, route, status);
    ended(&position).unwrap()
}

#[test]
fn request_has_the_attributes_of_the_conventions() {
    let (name, status, attributes) =
        served("GET", "pets.example:8080", Some("/pets/{id}"), StatusCode::OK);
    assert_eq!((name.as_str(), status), ("GET /pets/{id}", Status::Unset));
    let expected = [
        "client.address=192.0.2.1",
        "http.request.method=GET",
        "http.response.status_code=200",
        "http.route=/pets/{id}",
        "server.address=pets.example",
        "server.port=8080",
        "url.path=/pets/1",
        "url.scheme=http",
    ];
    assert_eq!(attributes, expected);
}

#[test]
fn invented_methods_are_attributes_but_not_names() {
    let (name, _, attributes) = served("BREW", "pets.example", None, StatusCode::NOT_FOUND);
    assert_eq!(name, "HTTP");
    let expected = [
        "client.address=192.0.2.1",
        "http.request.method=_OTHER",
        "http.request.method_original=BREW",
        "http.response.status_code=404",
        "server.address=pets.example",
        "url.path=/pets/1",
        "url.scheme=http",
    ];
    assert_eq!(attributes, expected);
}

#[test]
fn errors_of_the_server_are_errors() {
    let (_, status, attributes) = served("GET", "", Some("/pets/{id}"), StatusCode::BAD_GATEWAY);
    assert_eq!(status, Status::error(""));
    assert!(attributes.contains(&"error.type=502".to_owned()), "{attributes:?}");
}

#[test]
fn call_has_the_status_of_its_response() {
    record();
    let uri = Uri::from_static("http://user-service:8081/users/1");
    let call = |status| {
        let mut span = ClientSpan::of_call(&Method::GET, &uri);
        let position = span.position.clone();
        span.set_status(status);
        drop(span);
        ended(&position).unwrap()
    };
    let common = ["http.request.method=GET", "http.response.status_code=200"];
    let rest = [
        "server.address=user-service",
        "server.port=8081",
        "url.full=http://user-service:8081/users/1",
    ];
    let expected = [&common[..], &rest].concat();
    assert_eq!(call(StatusCode::OK).2, expected);
    for status in [StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE] {
        let (name, outcome, attributes) = call(status);
        assert_eq!((name.as_str(), outcome), ("GET", Status::error("")));
        let error_type = format!("error.type={}", status.as_str());
        assert!(attributes.contains(&error_type), "{attributes:?}");
    }
}

/// Makes the span of a database operation as part of a request with this position.
async fn operation(trace: Position, collection: &'static str) -> Option<ClientSpan> {
    let operation =
        DatabaseOperation { system: "mongodb", namespace: "pets", name: "find", collection };
    let id = RequestId::random();
    let request = CurrentRequest { id, client: None, metrics: None, trace };
    request.scope(async { ClientSpan::of_operation(operation) }).await
}

#[tokio::test]
async fn operation_of_a_recorded_request_is_part_of_it() {
    record();
    let request = ClientSpan::of_call(&Method::GET, &Uri::from_static("http://a"));
    for (collection, target) in [("cats", "cats"), ("", "pets")] {
        let mut span = operation(request.position.clone(), collection).await.unwrap();
        let mut headers = HeaderMap::new();
        span.insert_headers(&mut headers);
        let parent = headers["traceparent"].to_str().unwrap();
        assert!(parent.contains(request.position.trace_id().as_str()), "{parent}");
        assert!(parent.contains(span.position.span_id().as_str()), "{parent}");
        span.set_error("timeout");
        let position = span.position.clone();
        drop(span);
        let (name, status, attributes) = ended(&position).unwrap();
        assert_eq!((name, status), (format!("find {target}"), Status::error("")));
        let named = format!("db.collection.name={target}");
        assert_eq!(attributes.contains(&named), !collection.is_empty(), "{attributes:?}");
        for attribute in ["db.system.name=mongodb", "db.namespace=pets", "db.operation.name=find"] {
            assert!(attributes.contains(&attribute.to_owned()), "{attributes:?}");
        }
        assert!(attributes.contains(&"error.type=timeout".to_owned()), "{attributes:?}");
    }
}

#[tokio::test]
async fn operations_of_other_requests_have_no_span() {
    record();
    let unrecorded = Position::unrecorded(None);
    assert!(operation(unrecorded, "cats").await.is_none());
    let outside = DatabaseOperation { system: "x", namespace: "", name: "", collection: "" };
    assert!(ClientSpan::of_operation(outside).is_none());
}
