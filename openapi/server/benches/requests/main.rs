//! The cost of reading, checking and rejecting a request, without sockets, logs or a handler that
//! does anything: `cargo bench --package openapi-server`.
//!
//! Only the public API is used, through the generated petstore, so that figures before and after an
//! internal change are comparable.

mod hostile;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use openapi_server::limits::MAX_BODY_BYTES;
use openapi_server::{ApiError, Violation};
use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, EndpointExt, IntoResponse, Request};
use tokio::runtime::{Builder, Runtime};

/// Numbers of nested objects in the bodies.
const SIZES: [usize; 3] = [1, 10, 100];

/// The petstore, with a runtime.
struct Server {
    runtime: Runtime,
    app: BoxEndpoint<'static>,
}

impl Server {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let app = openapi_server::app(&DESCRIPTION, PetStoreServer(Store)).boxed();
        Self { runtime: runtime.expect("a current-thread runtime needs no resources"), app }
    }

    /// Sends a request through the whole application and expects this status.
    fn send(&self, method: &Method, path: &'static str, body: &str, expected: StatusCode) {
        let request = Request::builder().method(method.clone()).uri_str(path);
        let request = match body {
            "" => request.finish(),
            body => request.content_type("application/json").body(body.to_owned()),
        };
        let response = self.runtime.block_on(self.app.get_response(black_box(request)));
        assert_eq!(response.status(), expected);
        black_box(response);
    }
}

/// A tree with this many children. Each is checked against a schema and becomes a typed value.
fn tree(children: usize, value: &str) -> String {
    let children = vec![format!(r#"{{"value":{value}}}"#); children].join(",");
    format!(r#"{{"tree":{{"value":1,"children":[{children}]}}}}"#)
}

/// As long, but without a schema: parsed and serialized, not checked.
fn anything(children: usize) -> String {
    tree(children, "7").replacen("tree", "anything", 1)
}

fn accepted(c: &mut Criterion) {
    let server = Server::new();
    let mut group = c.benchmark_group("accepted body");
    for size in SIZES {
        for (name, body) in [("checked", tree(size, "7")), ("parsed only", anything(size))] {
            group.throughput(Throughput::Bytes(body.len() as u64));
            group.bench_with_input(BenchmarkId::new(name, size), &body, |b, body| {
                b.iter(|| server.send(&Method::POST, "/echo", body, StatusCode::OK));
            });
        }
    }
    group.finish();
}

fn refused(c: &mut Criterion) {
    let server = Server::new();
    let mut group = c.benchmark_group("refused body");
    let mut refuse = |name: &str, body: &str| {
        group.bench_function(name, |b| {
            b.iter(|| server.send(&Method::POST, "/echo", body, StatusCode::BAD_REQUEST));
        });
    };
    refuse("malformed JSON", r#"{"text":"ab""#);
    for size in SIZES {
        refuse(&format!("{size} violations"), &tree(size, "\"x\""));
    }
    group.finish();
}

fn hostile(c: &mut Criterion) {
    let server = Server::new();
    let mut group = c.benchmark_group("hostile body");
    for (bodies, status) in [
        (hostile::refused(MAX_BODY_BYTES), StatusCode::BAD_REQUEST),
        (hostile::accepted(MAX_BODY_BYTES), StatusCode::OK),
    ] {
        for (name, body) in bodies {
            group.bench_function(format!("{name}, {status}"), |b| {
                b.iter(|| server.send(&Method::POST, "/echo", &body, status));
            });
        }
    }
    group.finish();
}

fn parameters(c: &mut Criterion) {
    let server = Server::new();
    let mut group = c.benchmark_group("parameters");
    let mut get = |name: &str, path: &'static str, status: StatusCode| {
        group.bench_function(name, |b| {
            b.iter(|| server.send(&Method::GET, path, "", status));
        });
    };
    get("defaults", "/pets", StatusCode::OK);
    get("query", "/pets?limit=7&tag=a&tag=b&sold=true", StatusCode::OK);
    get("invalid", "/pets?limit=0", StatusCode::BAD_REQUEST);
    get("path", "/pets/7", StatusCode::NOT_FOUND);
    get("unknown path", "/nothing", StatusCode::NOT_FOUND);
    group.finish();
}

fn errors(c: &mut Criterion) {
    let mut group = c.benchmark_group("error");
    group.bench_function("not found", |b| {
        b.iter(|| {
            ApiError::not_found("pet", black_box("665f1c2ab7e4d90012a3b4c5")).into_response()
        });
    });
    group.bench_function("internal, with a source", |b| {
        b.iter(|| ApiError::internal().with_source(std::fmt::Error).into_response());
    });
    for count in SIZES {
        let violations: Vec<Violation> = (0..count).map(violation).collect();
        group.bench_with_input(BenchmarkId::new("violations", count), &violations, |b, all| {
            b.iter(|| ApiError::invalid(black_box(all)).into_response());
        });
    }
    group.finish();
}

fn violation(number: usize) -> Violation {
    Violation::new("body", format!("/items/{number}/quantity"), "minimum", "must be at least 1")
}

criterion_group! {
    name = requests;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30);
    targets = accepted, refused, hostile, parameters, errors
}
criterion_main!(requests);
