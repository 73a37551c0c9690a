//! The export of spans: which are exported, to whom, and what a collector costs that is down.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use reqwest::Method;
use system::ports::free_port;
use system::services::Service;

use super::traces::{exporting, new_trace};
use crate::support::{Api, Collector, ReceivedSpan, ServiceProcess, run};

/// Reads products as part of a new trace, whose id it returns.
fn get_products(service: &ServiceProcess, flags: &str) -> String {
    let (trace, header) = new_trace(flags);
    let request = service.api.request(Method::GET, "/products").header("traceparent", header);
    run(service.api.send(request)).assert_status(200);
    trace
}

fn wait_for_request(collector: &Collector, trace: &str) -> ReceivedSpan {
    let is_request = |span: &&ReceivedSpan| span.name == "GET /products";
    let spans = collector.wait_for(trace, |spans| spans.iter().any(|span| is_request(&span)));
    spans.iter().find(is_request).unwrap().clone()
}

#[test]
fn sampler_decides_which_traces_are_exported() {
    let collector = Collector::start();
    let start = |sampler: &str| {
        let service = exporting(Service::Product, &collector);
        service.env("OTEL_TRACES_SAMPLER", sampler).start()
    };
    let following = start("parentbased_always_on");
    let never = start("always_off");
    let dropped = get_products(&never, "01");
    let unexported = [dropped.clone(), get_products(&following, "00")];
    wait_for_request(&collector, &get_products(&following, "01"));
    let spans = collector.spans();
    assert!(!spans.iter().any(|span| unexported.contains(&span.trace_id)), "{spans:#?}");
    // The position is in the log nevertheless.
    never.wait_for_log(|line| line["trace_id"] == *dropped);
}

/// The environment variables of the SDK take precedence.
#[test]
fn operators_name_the_service_and_authenticate_to_the_collector() {
    let collector = Collector::start();
    let configure = || {
        exporting(Service::Product, &collector)
            .env("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20c2hvcA==")
            .env("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.version=9")
    };
    let service = configure().start();
    let span = wait_for_request(&collector, &get_products(&service, "01"));
    assert_eq!(span.service, "product-service");
    assert_eq!(span.resource_attribute("deployment.environment.name"), "test");
    assert_eq!(span.resource_attribute("service.version"), "9");
    assert!(span.request_head.contains("authorization: basic c2hvca=="), "{}", span.request_head);
    let service = configure().env("OTEL_SERVICE_NAME", "catalogue").start();
    assert_eq!(wait_for_request(&collector, &get_products(&service, "01")).service, "catalogue");
}

#[test]
fn disabled_export_leaves_positions_in_the_log() {
    let collector = Collector::start();
    let service = exporting(Service::Product, &collector).env("OTEL_SDK_DISABLED", "TRUE").start();
    let trace = get_products(&service, "01");
    service.wait_for_log(|line| line["trace_id"] == *trace);
    assert!(!service.log().contains("exporting traces"), "{}", service.log());
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
fn collector_that_is_down_costs_only_spans() {
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
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
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
