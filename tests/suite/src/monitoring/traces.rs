//! Traces: the position of a request is continued, logged and passed on, and its spans are exported.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use mongodb::bson::doc;
use reqwest::Method;
use serde_json::json;
use system::ports::free_port;
use system::services::{Ports, Service};

use crate::support::{
    Api, Collector, NO_ID, ReceivedSpan, ServiceProcess, new_email, object_id, run, timestamp,
};

const PARENT: &str = "00f067aa0ba902b7";

/// A position in a new trace. Returns the trace's id and the header.
fn new_trace(flags: &str) -> (String, String) {
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

    let order = find(&spans, "order-service", "POST /orders");
    assert_eq!(order.parent_id, PARENT);
    assert_eq!(order.attribute("http.route"), "/orders");
    assert_eq!(order.attribute("http.response.status_code"), "201");
    let insert = find(&spans, "order-service", "insert orders");
    assert_eq!(insert.parent_id, order.span_id);
    assert_eq!(insert.attribute("db.system.name"), "mongodb");
    for (service, route, collection) in [
        ("user-service", "/users/{id}", "users"),
        ("product-service", "/products/{id}", "products"),
    ] {
        let server = find(&spans, service, &format!("GET {route}"));
        let call = spans.iter().find(|span| span.span_id == server.parent_id).unwrap();
        assert_eq!((&*call.service, &*call.name), ("order-service", "GET"));
        assert_eq!(call.parent_id, order.span_id);
        assert_eq!(call.attribute("http.response.status_code"), "200");
        assert!(call.attribute("url.full").contains(&format!("/{collection}/")), "{call:?}");
        let query = find(&spans, service, &format!("find {collection}"));
        assert_eq!(query.parent_id, server.span_id);
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
    let service = ServiceProcess::configure(Service::Order)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
        .env("OTEL_BSP_SCHEDULE_DELAY", "100")
        .env("STOCK", "reserved")
        .start();
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

#[test]
fn sampler_decides_which_traces_are_exported() {
    let collector = Collector::start();
    let start = |sampler: &str| {
        ServiceProcess::configure(Service::Product)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
            .env("OTEL_BSP_SCHEDULE_DELAY", "100")
            .env("OTEL_TRACES_SAMPLER", sampler)
            .start()
    };
    let following = start("parentbased_always_on");
    let never = start("always_off");
    let get = |service: &ServiceProcess, flags: &str| {
        let (trace, header) = new_trace(flags);
        let request = service.api.request(Method::GET, "/products").header("traceparent", header);
        run(service.api.send(request)).assert_status(200);
        trace
    };
    let unexported = [get(&never, "01"), get(&following, "00")];
    let exported = get(&following, "01");
    collector.wait_for(&exported, |spans| spans.iter().any(|span| span.name == "GET /products"));
    let spans = collector.spans();
    assert!(!spans.iter().any(|span| unexported.contains(&span.trace_id)), "{spans:#?}");
}

/// The number of spans with an outcome, as the service's metrics have it.
fn spans_with(api: &Api, outcome: &str) -> u64 {
    let metrics = run(async {
        api.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap()
    });
    let is_wanted = |line: &&str| {
        line.starts_with("trace_spans_total") && line.contains(&format!("outcome=\"{outcome}\""))
    };
    let line = metrics.lines().find(is_wanted).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn wait_for_spans(api: &Api, outcome: &str) {
    let start = Instant::now();
    while spans_with(api, outcome) == 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "no span is {outcome}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn collector_that_is_away_costs_only_spans() {
    let mut service = ServiceProcess::configure(Service::Product)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://127.0.0.1:{}", free_port().unwrap()))
        .env("OTEL_BSP_SCHEDULE_DELAY", "100")
        .start();
    run(service.api.get("/products")).assert_status(200);
    wait_for_spans(&service.api, "failed");
    run(service.api.get("/products")).assert_status(200);
    service.process.signal(rustix::process::Signal::TERM);
    assert!(service.ends_within(Duration::from_secs(10)) < Duration::from_secs(8));
}

#[test]
fn spans_beyond_the_queue_are_dropped_and_counted() {
    // Accepts connections, by its backlog, and never answers.
    let stalled = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = ServiceProcess::configure(Service::Product)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{}", stalled.local_addr().unwrap()))
        .env("OTEL_BSP_SCHEDULE_DELAY", "100")
        .start();
    run(async {
        for _ in 0..4000 {
            let request = service.api.request(Method::GET, "/health/live");
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
    });
    wait_for_spans(&service.api, "dropped");
    assert!(service.peak_memory_mib() < 256.0, "{} MiB", service.peak_memory_mib());
}
