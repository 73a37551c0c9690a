//! Many connections that send no complete request.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::FutureExt;
use system::services::Service;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use crate::attack::{Attack, Measurement};
use crate::bystanders::Bystanders;
use crate::http::{self, RequestTemplate};
use crate::running::RunningService;
use crate::seed;
use crate::socket::{connect, open_many};
use crate::test_bed::TestBed;

/// More than the connection limit of a service.
const MANY: usize = 4_225;

/// The addresses of the clients, so that no single client exceeds its share.
const CROWD: [Ipv4Addr; 4] = [
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 0, 0, 3),
    Ipv4Addr::new(127, 0, 0, 4),
    Ipv4Addr::new(127, 0, 0, 5),
];

/// The time limit of a probe, which is the default of Kubernetes.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// The time after which a service closes an idle connection: longer than the 60 s of common
/// proxies.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
const IDLE_TOLERANCE: Duration = Duration::from_secs(5);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "idle-connections",
            summary: "4,225 connections from four addresses that send nothing",
            full_only: false,
            run: |bed| Box::pin(hold(bed, MANY, None, b"")),
        },
        Attack {
            name: "partial-heads",
            summary: "4,225 connections from four addresses that send a partial head",
            full_only: false,
            run: |bed| {
                Box::pin(hold(bed, MANY, None, b"GET /products HTTP/1.1\r\nhost: x\r\nx-slow"))
            },
        },
        Attack {
            name: "few-descriptors",
            summary: "1,100 idle connections to a service with 1,024 descriptors",
            full_only: false,
            run: |bed| Box::pin(hold(bed, 1_100, Some(1_024), b"")),
        },
        Attack {
            name: "idle-close",
            summary: "an idle connection is kept for longer than proxies keep it",
            full_only: true,
            run: |bed| Box::pin(idle_close(bed)),
        },
    ]
}

async fn hold(
    bed: &TestBed,
    count: usize,
    descriptors: Option<u32>,
    bytes: &[u8],
) -> Result<Measurement> {
    let launch = bed.service(Service::Product);
    let launch = match descriptors {
        Some(descriptors) => launch.descriptors(descriptors),
        None => launch,
    };
    let mut service = launch.start().await?;
    let create = RequestTemplate::post("/products", &seed::product());
    let id = http::send(service.address, &create).await?.text("id")?;
    let product = RequestTemplate::get(format!("/products/{id}"));
    let bystanders = Bystanders::default()
        .kept(service.address, product.clone())
        .fresh(service.address, product)
        .start();
    let held = open_many(bed.connections(count), service.address, &CROWD, bytes).await;
    let time = bed.size(Duration::from_secs(10), Duration::from_secs(2));
    let (live, health) = probe(&service, time).await;
    let observed = bystanders.finish().await?;
    let opened = held.len();
    drop(held);
    Ok(Measurement::of(&mut service)
        .check(format!("{count} connections are tried"), format!("{opened} made"), true)
        .check_time("each GET /health/live is answered", bed.patience(PROBE_TIMEOUT), live)
        .check_time("each `--health` succeeds", bed.patience(PROBE_TIMEOUT), health)
        .check_bystanders(observed, bed.patience(PROBE_TIMEOUT)))
}

/// Probes a service like an orchestrator until the time is over; returns the slowest response of
/// each probe, or `None` if one failed.
async fn probe(service: &RunningService, time: Duration) -> (Option<Duration>, Option<Duration>) {
    let begin = Instant::now();
    let mut live = Some(Duration::ZERO);
    let mut health = Some(Duration::ZERO);
    while begin.elapsed() < time {
        let probes = (timed(live_probe(service.address)), timed(health_command(service)));
        let (next_live, next_health) = tokio::join!(probes.0, probes.1);
        (live, health) = (slowest(live, next_live), slowest(health, next_health));
        sleep(Duration::from_millis(100)).await;
    }
    (live, health)
}

fn slowest(so_far: Option<Duration>, next: Option<Duration>) -> Option<Duration> {
    Some(so_far?.max(next?))
}

/// The duration of a probe, if it succeeded.
async fn timed(probe: impl Future<Output = bool>) -> Option<Duration> {
    let begin = Instant::now();
    let succeeded = timeout(Duration::from_secs(15), probe).await.unwrap_or(false);
    succeeded.then(|| begin.elapsed())
}

async fn live_probe(address: SocketAddr) -> bool {
    let response = http::send(address, &RequestTemplate::get("/health/live")).await;
    response.is_ok_and(|response| response.status.is_success())
}

async fn health_command(service: &RunningService) -> bool {
    let mut command = Command::new(&service.program);
    command.arg("--health").env("PORT", service.address.port().to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.status().await.is_ok_and(|status| status.success())
}

async fn idle_close(bed: &TestBed) -> Result<Measurement> {
    let mut service = bed.service(Service::Product).start().await?;
    let mut stream = connect(service.address, Ipv4Addr::LOCALHOST).await?;
    let begin = Instant::now();
    let end = stream.read_u8().map(|_| begin.elapsed());
    let closed = timeout(IDLE_TIMEOUT + IDLE_TOLERANCE, end).await.ok();
    let early = closed.is_some_and(|after| after < IDLE_TIMEOUT - IDLE_TOLERANCE);
    Ok(Measurement::of(&mut service)
        .check("an idle connection is kept for 70 s", if early { "no" } else { "yes" }, !early)
        .check_time("it is closed", IDLE_TIMEOUT + IDLE_TOLERANCE, closed))
}
