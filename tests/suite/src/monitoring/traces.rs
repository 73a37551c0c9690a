//! Traces: the position of a request is continued, logged and passed on, and its spans have the
//! names and attributes of OpenTelemetry's semantic conventions.

use mongodb::bson::doc;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Method;
use serde_json::json;
use system::services::{Ports, Service};

use crate::support::{
    Collector, Configuration, NO_ID, ReceivedSpan, ServiceProcess, new_email, object_id, run,
    timestamp,
};

const PARENT: &str = "00f067aa0ba902b7";

/// A position in a new trace. Returns the trace's id and the header.
pub fn new_trace(flags: &str) -> (String, String) {
    let id = format!("{:032x}", fastrand::u128(1..));
    let header = format!("00-{id}-{PARENT}-{flags}");
    (id, header)
}

/// The three services as processes, with variables about traces.
struct System([ServiceProcess; 3]);

impl System {
    fn start(environment: &[(&str, &str)]) -> Self {
        let ports = Ports::free().unwrap();
        Self(Service::ALL.map(|service| {
            let configuration = ServiceProcess::configure(service).ports(ports);
            let configuration =
                environment.iter().fold(configuration, |all, (name, value)| all.env(name, value));
            configuration.start()
        }))
    }

    /// Places an order of one product as part of a trace.
    fn place_order(&self, trace: &str) {
        let System([users, products, orders]) = self;
        run(async {
            let user = json!({ "email": new_email(), "password": "long enough", "name": "Ada" });
            let user = users.api.post("/users", user).await.id(201);
            let product = json!({ "name": "Teapot", "price": 1.5, "stock": 3 });
            let product = products.api.post("/products", product).await.id(201);
            let items = json!([{ "productId": product, "quantity": 1 }]);
            let order = json!({ "userId": user, "items": items }).to_string();
            let request = orders.api.request(Method::POST, "/orders").body(order);
            let request = request.header("content-type", "application/json");
            let request = request.header("traceparent", trace).header("tracestate", "a=b");
            orders.api.send(request).await.assert_status(201);
        });
    }
}

/// A service that exports its traces immediately.
pub fn exporting(service: Service, collector: &Collector) -> Configuration {
    ServiceProcess::configure(service)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
        .env("OTEL_BSP_SCHEDULE_DELAY", "100")
}

fn find<'a>(spans: &'a [ReceivedSpan], service: &str, name: &str) -> &'a ReceivedSpan {
    let mut found = spans.iter().filter(|span| (&*span.service, &*span.name) == (service, name));
    let span = found.next().unwrap_or_else(|| panic!("{service}: {name}: {spans:#?}"));
    assert!(found.next().is_none(), "{service} has two spans {name}: {spans:#?}");
    span
}

#[test]
fn one_order_is_one_trace_over_three_services() {
    let collector = Collector::start();
    let system = System::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ]);
    let (trace, header) = new_trace("01");
    system.place_order(&header);
    let is_complete = |spans: &[ReceivedSpan]| {
        let of_requests = ["POST /orders", "GET /users/{id}", "GET /products/{id}"];
        of_requests.iter().all(|name| spans.iter().any(|span| span.name == *name))
    };
    let spans = collector.wait_for(&trace, is_complete);

    assert!(spans.iter().all(|span| span.trace_state == "a=b"), "{spans:#?}");
    let order = find(&spans, "order-service", "POST /orders");
    assert_eq!(order.parent_id, PARENT);
    assert_is_request(order, "/orders", "201");
    let insert = find(&spans, "order-service", "insert orders");
    assert_eq!(insert.parent_id, order.span_id);
    assert_is_operation(insert, "orderdb", "orders");
    for (service, route, collection) in [
        ("user-service", "/users/{id}", "users"),
        ("product-service", "/products/{id}", "products"),
    ] {
        let server = find(&spans, service, &format!("GET {route}"));
        let call = spans.iter().find(|span| span.span_id == server.parent_id).unwrap();
        assert_eq!((&*call.service, &*call.name), ("order-service", "GET"));
        assert_eq!(call.parent_id, order.span_id);
        assert_is_request(server, route, "200");
        assert_is_call(call, collection);
        let query = find(&spans, service, &format!("find {collection}"));
        assert_eq!(query.parent_id, server.span_id);
        assert_is_operation(query, collection.trim_end_matches('s'), collection);
    }
}

/// Asserts the conventions for a request to a service.
fn assert_is_request(span: &ReceivedSpan, route: &str, status: &str) {
    let keys = [
        "client.address",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "server.address",
        "server.port",
        "url.path",
        "url.scheme",
    ];
    assert_eq!((span.kind, span.keys()), (SpanKind::Server, keys.to_vec()));
    assert_eq!(span.attribute("http.route"), route);
    assert_eq!(span.attribute("http.response.status_code"), status);
    assert_eq!(span.attribute("server.address"), "127.0.0.1");
}

/// Asserts the conventions for a call of another service that succeeds.
fn assert_is_call(span: &ReceivedSpan, collection: &str) {
    let keys = [
        "http.request.method",
        "http.response.status_code",
        "server.address",
        "server.port",
        "url.full",
    ];
    assert_eq!((span.kind, span.keys()), (SpanKind::Client, keys.to_vec()));
    assert_eq!(span.attribute("http.response.status_code"), "200");
    assert!(span.attribute("url.full").contains(&format!("/{collection}/")), "{span:?}");
}

/// Asserts the conventions for an operation of the database that succeeds.
fn assert_is_operation(span: &ReceivedSpan, database: &str, collection: &str) {
    let keys = ["db.collection.name", "db.namespace", "db.operation.name", "db.system.name"];
    assert_eq!((span.kind, span.keys()), (SpanKind::Client, keys.to_vec()));
    assert_eq!(span.attribute("db.system.name"), "mongodb");
    assert_eq!(span.attribute("db.collection.name"), collection);
    assert!(span.attribute("db.namespace").starts_with(database), "{span:?}");
}

#[test]
fn failures_have_an_error_type() {
    let collector = Collector::start();
    // There are no services that it could call.
    let service = exporting(Service::Order, &collector).env("STOCK", "unchecked").start();
    let (trace, header) = new_trace("01");
    let items = json!([{ "productId": NO_ID, "quantity": 1 }]);
    let order = json!({ "userId": NO_ID, "items": items }).to_string();
    let request = service.api.request(Method::POST, "/orders").body(order);
    let request = request.header("content-type", "application/json").header("traceparent", header);
    run(service.api.send(request)).assert_status(503);
    let is_request = |span: &ReceivedSpan| span.name == "POST /orders";
    let spans = collector.wait_for(&trace, |spans| spans.iter().any(is_request));
    let (requests, calls): (Vec<_>, Vec<_>) = spans.iter().partition(|span| is_request(span));
    assert_eq!(requests[0].attribute("error.type"), "503");
    assert!(!calls.is_empty());
    assert!(calls.iter().any(|call| call.attribute("error.type") == "exchange"), "{calls:#?}");
}

#[test]
fn methods_that_clients_invent_do_not_name_spans() {
    let collector = Collector::start();
    let service = exporting(Service::Product, &collector).start();
    let (trace, header) = new_trace("01");
    let method = Method::from_bytes(b"BREW").unwrap();
    for path in ["/products", "/teapots"] {
        let request = service.api.request(method.clone(), path).header("traceparent", &header);
        run(service.api.send(request));
    }
    let spans = collector.wait_for(&trace, |spans| spans.len() == 2);
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["HTTP /products", "HTTP"]);
    for span in spans {
        assert_eq!(span.attribute("http.request.method"), "_OTHER");
        assert_eq!(span.attribute("http.request.method_original"), "BREW");
    }
}

#[test]
fn position_is_logged_and_passed_on_without_an_exporter() {
    let system = System::start(&[]);
    let (trace, header) = new_trace("00");
    system.place_order(&header);
    let mut spans = Vec::new();
    for service in &system.0 {
        let line = service.wait_for_log(|line| line["trace_id"] == *trace);
        spans.push(line["span_id"].as_str().unwrap().to_owned());
    }
    spans.push(PARENT.to_owned());
    spans.sort_unstable();
    spans.dedup();
    assert_eq!(spans.len(), 4, "{spans:?}");
}

#[test]
fn requests_without_a_position_begin_a_trace() {
    let service = ServiceProcess::start(Service::Product);
    run(service.api.get("/products")).assert_status(200);
    let line = service.wait_for_log(|line| line["route"] == "/products");
    let id = line["trace_id"].as_str().unwrap();
    assert!(id.len() == 32 && u128::from_str_radix(id, 16).is_ok_and(|id| id != 0), "{id}");
}

#[test]
fn batch_of_the_settler_is_a_trace() {
    let collector = Collector::start();
    let service = exporting(Service::Order, &collector).env("STOCK", "reserved").start();
    // Its settlement fails, because the product service is missing.
    let due = doc! {
        "_id": object_id(1), "userId": NO_ID, "status": "cancelled", "settlement": "release",
        "createdAt": timestamp(1), "nextAttemptAt": timestamp(1),
    };
    run(async { service.collection("orders").await.insert_one(due).await.unwrap() });
    let line = service.wait_for_log(|line| line["message"] == "settled orders");
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    let (trace, span) = (text("trace_id"), text("span_id"));
    assert_eq!(text("request_id").len(), 32);
    let spans = collector.wait_for(&trace, |spans| {
        spans.iter().any(|it| it.name == "settle orders" && it.span_id == span)
            && spans.iter().any(|it| it.name == "findAndModify orders")
    });
    let children = spans.iter().filter(|it| it.name != "settle orders");
    assert!(children.clone().all(|it| it.parent_id == span), "{spans:#?}");
    assert!(children.clone().any(|it| it.attribute("http.request.method") == "DELETE"));
    // Searches that find nothing are not recorded.
    let others = collector.spans();
    assert!(others.iter().all(|it| it.name != "find orders"), "{others:#?}");
}
