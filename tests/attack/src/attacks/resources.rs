//! Small requests with large responses: documents that are older than the limits.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use mongodb::bson::oid::ObjectId;
use serde_json::Value;
use system::services::Service;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::bystanders::Bystanders;
use crate::http::{self, RequestTemplate};
use crate::seed;
use crate::test_bed::TestBed;

/// The size at which a page ends, in bytes; the last item may exceed it.
const MAX_PAGE: usize = 1024 * 1024;

/// The bound on the p99 of bystanders. Large responses slow down the database too.
const BYSTANDER_P99: Duration = Duration::from_secs(1);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "legacy-products",
            summary: "one client, then 64, read 200 products with names of 62 kB",
            full_only: false,
            run: |bed| Box::pin(legacy_products(bed)),
        },
        Attack {
            name: "legacy-orders",
            summary: "one client, then 64, read a user's 12 orders of 6.4 MB",
            full_only: false,
            run: |bed| Box::pin(legacy_orders(bed)),
        },
    ]
}

async fn legacy_products(bed: &TestBed) -> Result<Measurement> {
    const NAME: usize = 62_000;
    let launch = bed.service(Service::Product);
    let products = launch.collection("products");
    let mut service = launch.start().await?;
    let legacy = seed::stored_product(&"n".repeat(NAME))?;
    seed::insert_copies(&products, &legacy, bed.size(200, 64)).await?;
    let live = RequestTemplate::get("/health/live");
    let bystanders = Bystanders::default().fresh(service.address, live).start();
    let path = |_| "/products?limit=1000".to_owned();
    let pages = read_all(service.address, bed.size(64, 16), path).await;
    let observed = bystanders.finish().await?;
    Ok(check_pages(Measurement::of(&mut service), &pages, MAX_PAGE + NAME + 1_000)
        .check_bystanders(observed, bed.patience(BYSTANDER_P99)))
}

async fn legacy_orders(bed: &TestBed) -> Result<Measurement> {
    const ITEMS: usize = 100;
    const NAME: usize = 64_000;
    let launch = bed.service(Service::Order);
    let orders = launch.collection("orders");
    // Orders are only read, which calls no upstream.
    let mut service = launch.upstreams(9, 9).start().await?;
    let user = ObjectId::new().to_hex();
    let legacy = seed::stored_order(&user, &"n".repeat(NAME), ITEMS)?;
    let ids = seed::insert_copies(&orders, &legacy, bed.size(12, 4)).await?;
    let live = RequestTemplate::get("/health/live");
    let bystanders = Bystanders::default().fresh(service.address, live).start();
    let path = |number: usize| {
        if number.is_multiple_of(2) {
            format!("/orders/user/{user}")
        } else {
            format!("/orders/{}", ids[number % ids.len()])
        }
    };
    let pages = read_all(service.address, bed.size(64, 8), path).await;
    let observed = bystanders.finish().await?;
    Ok(check_pages(Measurement::of(&mut service), &pages, MAX_PAGE + ITEMS * (NAME + 200))
        .check_bystanders(observed, bed.patience(BYSTANDER_P99)))
}

/// Reads with one client first. With many, the development database is the bottleneck, because it
/// reads all documents that match a query.
async fn read_all(
    address: SocketAddr,
    readers: usize,
    path: impl Fn(usize) -> String,
) -> Vec<Pages> {
    let mut pages = vec![read_pages(address, path(0)).await];
    pages.extend(join_all((0..readers).map(|number| read_pages(address, path(number)))).await);
    pages
}

/// The pages that one client has read.
#[derive(Default)]
struct Pages {
    read: usize,
    refused: usize,
    failed: Option<String>,
    largest: usize,
}

/// Reads a list to its end or until the time is over, retrying after each 503.
async fn read_pages(address: SocketAddr, path: String) -> Pages {
    const PATIENCE: Duration = Duration::from_secs(10);
    const PAUSE: Duration = Duration::from_secs(1);
    let mut pages = Pages::default();
    let begin = Instant::now();
    let mut next = Some(path.clone());
    while let (Some(request), true) = (next.take(), begin.elapsed() < PATIENCE) {
        match http::send(address, &RequestTemplate::get(request.clone())).await {
            Ok(response) if response.status.is_success() => {
                pages.read += 1;
                pages.largest = pages.largest.max(response.body.len());
                let page: Value = serde_json::from_slice(&response.body).unwrap_or_default();
                let separator = if path.contains('?') { '&' } else { '?' };
                let cursor = page["nextCursor"].as_str();
                next = cursor.map(|cursor| format!("{path}{separator}cursor={cursor}"));
            }
            Ok(response) if response.status == 503 => {
                pages.refused += 1;
                sleep(PAUSE).await;
                next = Some(request);
            }
            Ok(response) => pages.failed = Some(response.status.to_string()),
            Err(error) => pages.failed = Some(format!("{error:#}")),
        }
    }
    pages
}

/// Accepts 503, because the database may be overloaded.
fn check_pages(measurement: Measurement, pages: &[Pages], largest: usize) -> Measurement {
    let read: usize = pages.iter().map(|pages| pages.read).sum();
    let refused: usize = pages.iter().map(|pages| pages.refused).sum();
    let found = pages.iter().map(|pages| pages.largest).max().unwrap_or_default();
    let failed = pages.iter().find_map(|pages| pages.failed.as_deref());
    measurement
        .check(
            format!("responses are at most {} kB", largest / 1_000),
            format!("{} kB; {read} responses, {refused} times 503", found / 1_000),
            found <= largest && read > 0,
        )
        .check("no other error", failed.unwrap_or("none"), failed.is_none())
}
