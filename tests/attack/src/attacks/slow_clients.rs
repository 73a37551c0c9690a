//! Clients that send or read slowly, or stop in the middle of a request.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::Result;
use system::services::Service;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::bystanders::Bystanders;
use crate::http::{self, RequestTemplate};
use crate::running::RunningService;
use crate::seed;
use crate::socket::{drain, open_many, open_unread};
use crate::test_bed::{OTHER_CLIENT, TestBed};

/// The bound on the p99 of bystanders.
const BYSTANDER_P99: Duration = Duration::from_millis(250);

/// The time after which an unread connection must be closed: the services' write timeout of 30 s
/// and a margin.
const WRITE_TIMEOUT: Duration = Duration::from_secs(35);

/// The bound on data that arrives after that, from the buffers of the operating system.
const LARGEST_SYSTEM_BUFFER: usize = 16_000_000;

/// The bound on the size of an error response.
const LARGEST_ERROR: usize = 1_000;

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "slow-bodies",
            summary: "256 POSTs that send one byte of their body",
            full_only: false,
            run: |bed| Box::pin(slow_bodies(bed, 256, Ipv4Addr::LOCALHOST)),
        },
        Attack {
            name: "slow-bodies-1024",
            summary: "1,024 such POSTs from another address",
            full_only: false,
            run: |bed| Box::pin(slow_bodies(bed, 1_024, OTHER_CLIENT)),
        },
        Attack {
            name: "unread-docs",
            summary: "10,850 bytes of pipelined GET /docs that are not read, on 8 connections",
            full_only: false,
            run: |bed| Box::pin(unread_docs(bed)),
        },
        Attack {
            name: "slow-readers",
            summary: "512 connections that ask for pages of 1 MiB and do not read",
            full_only: false,
            run: |bed| Box::pin(slow_readers(bed)),
        },
    ]
}

/// A client for each kind of ordinary request.
async fn bystanders(service: &RunningService) -> Result<Bystanders> {
    let create = RequestTemplate::post("/products", &seed::product());
    let id = http::send(service.address, &create).await?.text("id")?;
    let read = RequestTemplate::get(format!("/products/{id}"));
    Ok(Bystanders::default()
        .fresh(service.address, RequestTemplate::get("/health/live"))
        .fresh(service.address, read.clone())
        .kept(service.address, read)
        .kept(service.address, create))
}

async fn slow_bodies(bed: &TestBed, count: usize, from: Ipv4Addr) -> Result<Measurement> {
    let mut service = bed.service(Service::Product).start().await?;
    let bystanders = bystanders(&service).await?;
    let request = b"POST /products HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let senders = open_many(bed.connections(count), service.address, &[from], request).await;
    let bystanders = bystanders.start();
    sleep(bed.size(Duration::from_secs(8), Duration::from_secs(2))).await;
    let observed = bystanders.finish().await?;
    drop(senders);
    Ok(Measurement::of(&mut service).check_bystanders(observed, bed.patience(BYSTANDER_P99)))
}

async fn unread_docs(bed: &TestBed) -> Result<Measurement> {
    const REQUESTS: usize = 350;
    let mut service = bed.service(Service::Product).start().await?;
    let pipelined = b"GET /docs HTTP/1.1\r\nhost: x\r\n\r\n".repeat(REQUESTS);
    let bystanders = bystanders(&service).await?.start();
    let held = open_many(8, service.address, &[OTHER_CLIENT], &pipelined).await;
    sleep(bed.size(WRITE_TIMEOUT, Duration::from_secs(3))).await;
    let observed = bystanders.finish().await?;
    let measurement =
        Measurement::of(&mut service).check_bystanders(observed, bed.patience(BYSTANDER_P99));
    check_closed(bed, measurement, held).await
}

async fn slow_readers(bed: &TestBed) -> Result<Measurement> {
    let launch = bed.service(Service::Product);
    let products = launch.collection("products");
    let mut service = launch.start().await?;
    // Slightly more than one page.
    let legacy = seed::stored_product(&"n".repeat(62_000))?;
    seed::insert_copies(&products, &legacy, 20).await?;
    let bystanders = bystanders(&service).await?.start();
    let request = b"GET /products?limit=1000 HTTP/1.1\r\nhost: x\r\n\r\n";
    let count = bed.connections(bed.size(512, 24));
    let held = open_unread(count, service.address, OTHER_CLIENT, request).await;
    sleep(bed.size(WRITE_TIMEOUT, Duration::from_secs(3))).await;
    let observed = bystanders.finish().await?;
    let measurement =
        Measurement::of(&mut service).check_bystanders(observed, bed.patience(BYSTANDER_P99));
    check_closed(bed, measurement, held).await
}

/// Checks in the full form, which has waited long enough, that the connections are closed.
async fn check_closed(
    bed: &TestBed,
    measurement: Measurement,
    held: Vec<TcpStream>,
) -> Result<Measurement> {
    if bed.short {
        return Ok(measurement);
    }
    let count = held.len();
    let mut closed = 0;
    let mut rejected = 0;
    let mut most = 0;
    for mut stream in held {
        let (bytes, ended) = drain(&mut stream, Duration::from_secs(2)).await;
        most = most.max(bytes);
        closed += usize::from(ended && bytes < LARGEST_SYSTEM_BUFFER);
        // A request that was rejected for lack of memory has a complete response, after which the
        // connection stays open.
        rejected += usize::from(!ended && bytes < LARGEST_ERROR);
    }
    Ok(measurement.check(
        "unread connections are closed after the write timeout",
        format!("{closed} of {count}, {rejected} rejected; at most {} kB left", most / 1_000),
        closed > 0 && closed + rejected == count,
    ))
}
