//! A database that contains unreadable documents, freezes, or rejects writes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use hyper::header::RETRY_AFTER;
use mongodb::Collection;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use system::services::Service;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::http::{self, RequestTemplate};
use crate::proxy::{Mode, TcpProxy};
use crate::seed;
use crate::test_bed::TestBed;

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "unreadable-document",
            summary: "a page with a product whose price is not a number",
            full_only: false,
            run: |bed| Box::pin(unreadable_document(bed)),
        },
        Attack {
            name: "frozen-database",
            summary: "32 writes while the database is frozen for 7 s",
            full_only: false,
            run: |bed| Box::pin(frozen_database(bed)),
        },
        Attack {
            name: "failing-writes",
            summary: "a database that rejects writes, like a full disk",
            full_only: false,
            run: |bed| Box::pin(failing_writes(bed)),
        },
    ]
}

async fn unreadable_document(bed: &TestBed) -> Result<Measurement> {
    let launch = bed.service(Service::Product);
    let products = launch.collection("products");
    let mut service = launch.start().await?;
    let good = seed::stored_product("Teapot")?;
    seed::insert_copies(&products, &good, 3).await?;
    let mut bad = good.clone();
    bad.insert("price", "cheap");
    let bad = seed::insert_copies(&products, &bad, 1).await?.remove(0);
    // As written by a MongoDB shell.
    let mut double = good.clone();
    double.insert("price", 24.9_f64);
    seed::insert_copies(&products, &double, 1).await?;
    let response = http::send(service.address, &RequestTemplate::get("/products")).await?;
    let page: Value = serde_json::from_slice(&response.body)?;
    let count = page["products"].as_array().map_or(0, Vec::len);
    sleep(Duration::from_secs(1)).await;
    let named = service.log().contains(&bad);
    Ok(Measurement::of(&mut service)
        .check(
            "the page has the 4 others",
            format!("{}, {count} products", response.status),
            response.status.is_success() && count == 4,
        )
        .check("the log names the document", if named { "yes" } else { "no" }, named))
}

async fn frozen_database(bed: &TestBed) -> Result<Measurement> {
    const WRITES: usize = 32;
    const FROZEN: Duration = Duration::from_secs(7);
    let proxy = TcpProxy::start(bed.database_address()?).await?;
    let launch = bed.service(Service::Product).through(proxy.port);
    let products = launch.collection("products");
    let mut service = launch.start().await?;
    // Opens connections to the database before it freezes.
    join_all((0..WRITES).map(|number| write(service.address, format!("before {number}")))).await;
    proxy.set(Mode::Frozen);
    let writes = join_all((0..WRITES).map(|number| write(service.address, format!("w{number}"))));
    let thaw = async {
        sleep(FROZEN).await;
        proxy.set(Mode::Forward);
    };
    let (outcomes, ()) = tokio::join!(writes, thaw);
    // Writes that were sent meanwhile are executed now.
    sleep(bed.size(Duration::from_secs(3), Duration::from_secs(6))).await;
    let mut wrong = Vec::new();
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let made = is_stored(&products, &format!("w{number}")).await?;
        if made && outcome == Outcome::Retry {
            wrong.push(number);
        }
    }
    Ok(Measurement::of(&mut service).check(
        "no write that was made is answered with Retry-After",
        format!("{} of {WRITES} were", wrong.len()),
        wrong.is_empty(),
    ))
}

/// The conclusion that a client draws from a response.
#[derive(PartialEq, Eq)]
enum Outcome {
    /// The write was not executed: 503 with `Retry-After`.
    Retry,
    /// The write was executed, or may have been.
    Other,
}

async fn write(address: SocketAddr, name: String) -> Outcome {
    let mut product = seed::product();
    product["name"] = json!(name);
    match http::send(address, &RequestTemplate::post("/products", &product)).await {
        Ok(response) if response.headers.contains_key(RETRY_AFTER) => Outcome::Retry,
        Ok(_) | Err(_) => Outcome::Other,
    }
}

async fn is_stored(products: &Collection<Document>, name: &str) -> Result<bool> {
    Ok(products.find_one(doc! { "name": name }).await?.is_some())
}

async fn failing_writes(bed: &TestBed) -> Result<Measurement> {
    let proxy = TcpProxy::start(bed.database_address()?).await?;
    let mut service = bed.service(Service::Product).through(proxy.port).start().await?;
    let limit = bed.patience(Duration::from_secs(3));
    let before = until_readiness(service.address, 200, limit).await;
    proxy.set(Mode::FailWrites);
    let failing = until_readiness(service.address, 503, limit).await;
    let live = http::send(service.address, &RequestTemplate::get("/health/live")).await?;
    proxy.set(Mode::Forward);
    let after = until_readiness(service.address, 200, limit).await;
    Ok(Measurement::of(&mut service)
        .check_time("ready before", limit, before)
        .check_time("not ready while writes fail", limit, failing)
        .check("live meanwhile", live.status, live.status.is_success())
        .check_time("ready afterwards", limit, after))
}

/// The time until readiness has a status.
async fn until_readiness(address: SocketAddr, status: u16, limit: Duration) -> Option<Duration> {
    let begin = Instant::now();
    while begin.elapsed() < limit {
        let response = http::send(address, &RequestTemplate::get("/health/ready")).await;
        if response.is_ok_and(|response| response.status == status) {
            return Some(begin.elapsed());
        }
        sleep(Duration::from_millis(50)).await;
    }
    None
}
