//! `GET /metrics`.

use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::test::TestClient;
use serde_json::json;

/// A petstore whose metrics no other test changes.
fn new_client() -> TestClient<BoxEndpoint<'static>> {
    TestClient::new(openapi_server::app(&DESCRIPTION, PetStoreServer(Store)).boxed())
}

async fn metrics(client: &TestClient<BoxEndpoint<'static>>) -> String {
    let response = client.get("/metrics").send().await;
    response.assert_status_is_ok();
    response.assert_content_type("text/plain; version=0.0.4; charset=utf-8");
    response.0.into_body().into_string().await.unwrap()
}

/// The counts of request durations, as `method route class` and the count.
fn counts(metrics: &str) -> Vec<(String, u64)> {
    let count = |line: &str| {
        let series = line.strip_prefix("http_server_request_duration_seconds_count{")?;
        let (labels, count) = series.split_once("} ")?;
        let value = |name: &str| {
            let start = labels.find(&format!("{name}=\""))? + name.len() + 2;
            labels[start..].split('"').next()
        };
        let method = value("http_request_method")?;
        let route = value("http_route")?;
        let class = value("http_response_status_class")?;
        Some((format!("{method} {route} {class}"), count.parse().ok()?))
    };
    let mut counts: Vec<_> = metrics.lines().filter_map(count).collect();
    counts.sort_unstable();
    counts
}

#[tokio::test]
async fn requests_are_counted_by_method_route_and_status_class() {
    let client = new_client();
    for path in ["/pets", "/pets?limit=2", "/pets?limit=none"] {
        client.get(path).send().await;
    }
    client.patch("/pets").send().await.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    let counts = counts(&metrics(&client).await);
    let expected = [("GET /pets 2xx", 2), ("GET /pets 4xx", 1), ("PATCH /pets 4xx", 1)];
    assert_eq!(counts, expected.map(|(series, count)| (series.to_owned(), count)));
}

#[tokio::test]
async fn a_panic_is_counted_for_its_route() {
    let client = new_client();
    let cat = json!({ "kind": "cat", "name": "panic", "lives": 1 });
    let request = client.post("/pets").header("authorization", "Bearer secret").body_json(&cat);
    request.send().await.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(counts(&metrics(&client).await), [("POST /pets 5xx".to_owned(), 1)]);
}

#[tokio::test]
async fn unknown_paths_and_invented_methods_are_one_series_each() {
    let client = new_client();
    for number in 0..50 {
        client.get(format!("/nowhere/{number}")).send().await;
        let method = Method::from_bytes(format!("INVENTED{number}").as_bytes()).unwrap();
        client.request(method, "/pets").send().await;
    }
    let counts = counts(&metrics(&client).await);
    let expected = [("GET  4xx", 50), ("_OTHER /pets 4xx", 50)];
    assert_eq!(counts, expected.map(|(series, count)| (series.to_owned(), count)));
}

#[tokio::test]
async fn durations_have_the_buckets_of_opentelemetry() {
    let client = new_client();
    client.get("/pets").send().await;
    let metrics = metrics(&client).await;
    let buckets = metrics.lines().filter(|line| {
        line.starts_with("http_server_request_duration_seconds_bucket") && line.contains("/pets")
    });
    let bound = |line: &str| line.split("le=\"").nth(1)?.split('"').next()?.parse::<f64>().ok();
    let bounds: Vec<f64> = buckets.filter_map(bound).filter(|bound| bound.is_finite()).collect();
    let advised = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
    assert_eq!(bounds, advised);
}

#[tokio::test]
async fn every_series_names_the_service() {
    let metrics = metrics(&new_client()).await;
    let series: Vec<&str> = metrics.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(series.len() > 5, "{metrics}");
    let service = format!("service=\"{}\"", DESCRIPTION.name);
    for line in series {
        assert!(line.contains(&service), "{line}");
    }
}

#[tokio::test]
async fn a_request_is_active_until_its_response() {
    let client = new_client();
    for _ in 0..2 {
        let metrics = metrics(&client).await;
        let mut active = metrics.lines().filter(|it| it.starts_with("http_server_active_requests"));
        // The request for the metrics itself.
        assert!(active.next().is_some_and(|line| line.ends_with(" 1")), "{metrics}");
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn the_process_has_the_metrics_of_prometheus_clients() {
    let metrics = metrics(&new_client()).await;
    for (name, metric_type) in [
        ("process_start_time_seconds", "gauge"),
        ("process_cpu_seconds_total", "counter"),
        ("process_resident_memory_bytes", "gauge"),
        ("process_virtual_memory_bytes", "gauge"),
        ("process_threads", "gauge"),
        ("process_open_fds", "gauge"),
        ("process_max_fds", "gauge"),
    ] {
        let declared = format!("# TYPE {name} {metric_type}");
        assert!(metrics.lines().any(|line| line == declared), "{declared}\n{metrics}");
        let series = format!("{name}{{");
        let line = metrics.lines().find(|line| line.starts_with(&series)).unwrap();
        let value: f64 = line.rsplit(' ').next().unwrap().parse().unwrap();
        assert!(value >= 0.0, "{line}");
    }
}
