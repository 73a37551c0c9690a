//! The single figures.

use std::sync::Arc;
use std::time::Duration;

use system::system::Service;
use system::{Result, say};

use super::{Options, Step};
use crate::client::Ask;
use crate::data::{Catalogue, Users};
use crate::measure::{Cell, Span};
use crate::report::number;
use crate::rig::Rig;

/// Items of an order; the spec allows a hundred.
const ITEMS: [usize; 5] = [1, 5, 20, 50, 100];

/// Requests at once.
const CONNECTIONS: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Products on a page.
const PAGE: u64 = 20;

/// The page far down that is asked for.
const DEEP: u64 = 1_000;

/// How long the service is watched doing nothing.
const IDLE: Duration = Duration::from_secs(5);

/// Different requests of a kind.
const VARIETY: usize = 500;

/// Page 1,000, or the last one of a catalogue that has fewer.
pub fn deep(size: u64) -> u64 {
    DEEP.min(size / PAGE)
}

/// Orders by their number of items, one at a time.
pub async fn orders(
    rig: &Rig,
    catalogue: &Catalogue,
    users: &Users,
    options: &Options,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for items in ITEMS {
        let asks = users.orders(catalogue, items, VARIETY).into();
        let cell = Cell::measure(rig, Service::Order, &asks, 1, Span::seconds(options.seconds));
        let name = format!("an order of {items} items");
        steps.push(step(&name, items as u64, 0, &cell.await?, Cell::cpu_of_all));
    }
    Ok(steps)
}

/// One product by the number of connections.
pub async fn reads(rig: &Rig, catalogue: &Catalogue, options: &Options) -> Result<Vec<Step>> {
    let mut random = fastrand::Rng::with_seed(1);
    let ask = |_| Ask::get(format!("/products/{}", catalogue.any(&mut random)));
    let asks: Arc<[Ask]> = (0..VARIETY).map(ask).collect();
    by_connections(rig, Service::Product, &asks, "a product", options).await
}

/// Orders of one item by the number of connections.
pub async fn writes(
    rig: &Rig,
    catalogue: &Catalogue,
    users: &Users,
    options: &Options,
) -> Result<Vec<Step>> {
    let asks: Arc<[Ask]> = users.orders(catalogue, 1, VARIETY).into();
    by_connections(rig, Service::Order, &asks, "an order", options).await
}

async fn by_connections(
    rig: &Rig,
    service: Service,
    asks: &Arc<[Ask]>,
    what: &str,
    options: &Options,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for connections in CONNECTIONS {
        let span = Span::seconds(options.seconds);
        let cell = Cell::measure(rig, service, asks, connections, span).await?;
        let name = format!("{what}, {connections} connections");
        steps.push(step(&name, connections as u64, 0, &cell, Cell::cpu_of_all));
    }
    Ok(steps)
}

/// Milliseconds of processor time in a second that the product service uses
/// when nobody asks, mostly for watching its database. Where an answer takes
/// a second, that is more than the answer costs the service.
pub async fn idle(rig: &Rig) -> Option<f64> {
    let before = rig.mark();
    tokio::time::sleep(IDLE).await;
    let used = rig.used(&before)?.services[Service::Product as usize];
    Some(used * 1e3 / IDLE.as_secs_f64())
}

/// A page of the catalogue as large as it now is. What the service uses
/// without being asked is not counted.
pub async fn page(
    rig: &Rig,
    catalogue: &Catalogue,
    page: u64,
    idle: Option<f64>,
    options: &Options,
) -> Result<Step> {
    let asks: Arc<[Ask]> = [Ask::get(catalogue.page(page, PAGE))].into();
    // Where one answer takes a second, a few more are needed.
    let patience = if catalogue.size() >= 1_000_000 { 6.0 } else { 1.0 };
    let span = Span::seconds(options.seconds * patience);
    let cell = Cell::measure(rig, Service::Product, &asks, 1, span).await?;
    let name = format!("page {page} of {} products", catalogue.size());
    let cpu = |cell: &Cell| {
        let seconds = cell.outcome.seconds / cell.outcome.requests().max(1) as f64;
        Some((cell.cpu_of(Service::Product)? - idle? * seconds).max(0.0))
    };
    Ok(step(&name, catalogue.size(), page, &cell, cpu))
}

fn step(name: &str, size: u64, page: u64, cell: &Cell, cpu: impl Fn(&Cell) -> Option<f64>) -> Step {
    let step = Step {
        size,
        page,
        requests: cell.outcome.served.count(),
        per_second: cell.outcome.per_second(),
        p50_ms: cell.latency_ms(0.5),
        p99_ms: cell.latency_ms(0.99),
        errors: cell.outcome.requests() - cell.outcome.served.count(),
        services_cpu_ms: cpu(cell),
        database_cpu_ms: cell.cpu_of_database(),
    };
    let (p50, cpu) = (number(step.p50_ms), number(step.services_cpu_ms));
    say(format!("{name:32} p50 {p50:>7} ms, services' CPU {cpu:>7} ms, {} errors", step.errors));
    step
}

#[cfg(test)]
mod tests {
    use super::deep;

    #[test]
    fn the_deep_page_is_there() {
        assert_eq!([1_000, 10_000, 100_000, 1_000_000].map(deep), [50, 500, 1_000, 1_000]);
    }
}
