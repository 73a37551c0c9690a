//! The points of each series.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use system::services::Service;
use system::status;

use super::step::{Options, Step};
use crate::client::RequestTemplate;
use crate::data::{Catalogue, Users};
use crate::measurement::{Measurement, Span};
use crate::report::number;
use crate::test_bed::TestBed;

/// Numbers of items; the spec allows up to a hundred.
const ITEMS: [usize; 5] = [1, 5, 20, 50, 100];

/// Numbers of connections.
const CONNECTIONS: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// The number of products on a page.
const PAGE: u64 = 20;

/// The page at the end of the list.
const DEEP: u64 = 1_000;

/// The time for which the idle load is measured.
const IDLE: Duration = Duration::from_secs(5);

/// The number of different requests per series.
const VARIETY: usize = 500;

/// Page 1,000, or the last page of a small catalogue.
pub fn deep_page(size: u64) -> u64 {
    DEEP.min(size / PAGE)
}

/// Places orders by the number of items, one at a time.
pub async fn orders(
    bed: &TestBed,
    catalogue: &Catalogue,
    users: &Users,
    options: &Options,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for items in ITEMS {
        let requests = users.orders(catalogue, items, VARIETY).into();
        let span = Span::seconds(options.seconds);
        let measurement =
            Measurement::measure(bed, bed.address(Service::Order), &requests, 1, span);
        let name = format!("an order of {items} items");
        steps.push(step(&name, items as u64, 0, &measurement.await?, Measurement::cpu_of_all));
    }
    Ok(steps)
}

/// Reads products by the number of connections.
pub async fn reads(bed: &TestBed, catalogue: &Catalogue, options: &Options) -> Result<Vec<Step>> {
    let mut random = fastrand::Rng::with_seed(1);
    let request =
        |_| RequestTemplate::get(format!("/products/{}", catalogue.random_id(&mut random)));
    let requests: Arc<[RequestTemplate]> = (0..VARIETY).map(request).collect();
    by_connections(bed, Service::Product, &requests, "a product", options).await
}

/// Places orders of one item by the number of connections.
pub async fn writes(
    bed: &TestBed,
    catalogue: &Catalogue,
    users: &Users,
    options: &Options,
) -> Result<Vec<Step>> {
    let requests: Arc<[RequestTemplate]> = users.orders(catalogue, 1, VARIETY).into();
    by_connections(bed, Service::Order, &requests, "an order", options).await
}

async fn by_connections(
    bed: &TestBed,
    service: Service,
    requests: &Arc<[RequestTemplate]>,
    what: &str,
    options: &Options,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for connections in CONNECTIONS {
        let span = Span::seconds(options.seconds);
        let address = bed.address(service);
        let measurement = Measurement::measure(bed, address, requests, connections, span).await?;
        let name = format!("{what}, {connections} connections");
        steps.push(step(&name, connections as u64, 0, &measurement, Measurement::cpu_of_all));
    }
    Ok(steps)
}

/// Milliseconds of processor time per second of the idle product service, which mostly monitors its
/// database. Where a response takes a second, that is more than the response itself costs.
pub async fn idle(bed: &TestBed) -> Option<f64> {
    let before = bed.cpu_snapshot();
    tokio::time::sleep(IDLE).await;
    let used = bed.cpu_usage(&before)?.services[Service::Product as usize];
    Some(used * 1e3 / IDLE.as_secs_f64())
}

/// Lists a page of the current catalogue. The idle load is subtracted.
pub async fn page(
    bed: &TestBed,
    catalogue: &Catalogue,
    page: u64,
    idle: Option<f64>,
    options: &Options,
) -> Result<Step> {
    let requests: Arc<[RequestTemplate]> =
        [RequestTemplate::get(catalogue.page_path(page, PAGE))].into();
    // Where one response takes a second, a few more are needed.
    let patience = if catalogue.size() >= 1_000_000 { 6.0 } else { 1.0 };
    let span = Span::seconds(options.seconds * patience);
    let address = bed.address(Service::Product);
    let measurement = Measurement::measure(bed, address, &requests, 1, span).await?;
    let name = format!("page {page} of {} products", catalogue.size());
    let cpu = |measurement: &Measurement| {
        let seconds = measurement.outcome.seconds / measurement.outcome.requests().max(1) as f64;
        Some((measurement.cpu_of(Service::Product)? - idle? * seconds).max(0.0))
    };
    Ok(step(&name, catalogue.size(), page, &measurement, cpu))
}

fn step(
    name: &str,
    size: u64,
    page: u64,
    measurement: &Measurement,
    cpu: impl Fn(&Measurement) -> Option<f64>,
) -> Step {
    let step = Step {
        size,
        page,
        requests: measurement.outcome.served.count(),
        per_second: measurement.outcome.per_second(),
        p50_ms: measurement.latency_ms(0.5),
        p99_ms: measurement.latency_ms(0.99),
        errors: measurement.outcome.requests() - measurement.outcome.served.count(),
        services_cpu_ms: cpu(measurement),
        database_cpu_ms: measurement.cpu_of_database(),
    };
    let p50 = number(step.p50_ms);
    let cpu = number(step.services_cpu_ms);
    status(format!(
        "{name:32} p50 {p50:>7} ms, CPU of the services {cpu:>7} ms, {} errors",
        step.errors
    ));
    step
}

#[cfg(test)]
mod tests {
    use super::deep_page;

    #[test]
    fn deep_page_exists() {
        assert_eq!([1_000, 10_000, 100_000, 1_000_000].map(deep_page), [50, 500, 1_000, 1_000]);
    }
}
