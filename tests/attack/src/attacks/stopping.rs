//! Shutdown while clients, upstreams or the log reader block.

use std::net::Ipv4Addr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use rustix::process::Signal;
use system::services::Service;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::http::{Connection, RequestTemplate};
use crate::running::RunningService;
use crate::seed::{self, NO_ID};
use crate::socket::{connect, open_many, read_response};
use crate::test_bed::TestBed;
use crate::upstream::{Behaviour, Upstream};

/// The bound on the shutdown of a service without requests in flight: the 2 s within which its log
/// is flushed, and a second.
const STOP: Duration = Duration::from_secs(3);

/// The bound on an immediate end.
const IMMEDIATELY: Duration = Duration::from_secs(1);

/// The time limit for an end.
const PATIENCE: Duration = Duration::from_secs(25);

/// The time limit for an order that takes a second, and for the end after it.
const ORDER_PATIENCE: Duration = Duration::from_secs(8);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "paused-log-reader",
            summary: "SIGTERM while the log is not read",
            full_only: false,
            run: |bed| Box::pin(paused_log_reader(bed)),
        },
        Attack {
            name: "partial-head-at-stop",
            summary: "SIGTERM while ten clients are in the middle of a head",
            full_only: false,
            run: |bed| Box::pin(partial_head(bed)),
        },
        Attack {
            name: "second-sigterm",
            summary: "SIGTERM twice while an order waits for a frozen upstream",
            full_only: false,
            run: |bed| Box::pin(second_sigterm(bed)),
        },
        Attack {
            name: "other-signals",
            summary: "SIGHUP, SIGQUIT and SIGINT while an order is placed",
            full_only: false,
            run: |bed| Box::pin(other_signals(bed)),
        },
    ]
}

/// Creates a pipe with a reader that never reads.
fn unread_pipe(path: &Path) -> Result<std::fs::File> {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0)
        .context("cannot create a pipe")?;
    // Otherwise the call would block until there is a writer.
    let nonblocking = OFlags::NONBLOCK.bits().cast_signed();
    Ok(std::fs::File::options().read(true).custom_flags(nonblocking).open(path)?)
}

async fn paused_log_reader(bed: &TestBed) -> Result<Measurement> {
    // More lines than the pipe (64 kB) and the buffer of the service can hold.
    const REQUESTS: usize = 20_000;
    let path = bed.file("unread.log");
    let reader = unread_pipe(&path)?;
    let mut service = bed.service(Service::Product).log_to(&path).start().await?;
    let mut connection = Connection::open(service.address).await?;
    let live = RequestTemplate::get("/health/live");
    let begin = Instant::now();
    let mut answered = 0;
    while answered < REQUESTS && begin.elapsed() < bed.size(PATIENCE, Duration::from_secs(5)) {
        connection.send(&live).await?;
        answered += 1;
    }
    drop(connection);
    service.signal(Signal::TERM);
    let end = service.wait_for_end(PATIENCE).await;
    let measurement = Measurement::of_stopped(&service)
        .check("requests are served meanwhile", answered, answered > 1_000)
        .check_time("the service ends", bed.patience(STOP), end.map(|(took, _)| took));
    drop(reader);
    Ok(measurement)
}

async fn partial_head(bed: &TestBed) -> Result<Measurement> {
    let mut service = bed.service(Service::Product).start().await?;
    let head = b"GET /products HTTP/1.1\r\nhost: x\r\nx-slow";
    let clients = open_many(10, service.address, &[Ipv4Addr::LOCALHOST], head).await;
    sleep(Duration::from_millis(300)).await;
    service.signal(Signal::TERM);
    let end = service.wait_for_end(PATIENCE).await;
    drop(clients);
    let code = end.and_then(|(_, status)| status.code());
    // Tenfold would exceed the timeout of heads.
    let limit = STOP + bed.size(Duration::ZERO, Duration::from_secs(4));
    Ok(Measurement::of_stopped(&service)
        .check_time("the service ends", limit, end.map(|(took, _)| took))
        .check("with exit code 0", format!("{code:?}"), code == Some(0)))
}

async fn second_sigterm(bed: &TestBed) -> Result<Measurement> {
    let frozen = Upstream::start(Behaviour::Frozen).await?;
    let launch = bed.service(Service::Order).upstreams(frozen.port, frozen.port);
    let mut service = launch.start().await?;
    let order = begin_order(&service).await?;
    sleep(Duration::from_millis(300)).await;
    service.signal(Signal::TERM);
    sleep(Duration::from_millis(300)).await;
    let waits = service.exit_status().is_none();
    service.signal(Signal::TERM);
    let end = service.wait_for_end(PATIENCE).await;
    drop(order);
    // Tenfold would exceed the time of the order.
    let limit = IMMEDIATELY + bed.size(Duration::ZERO, Duration::from_secs(2));
    Ok(Measurement::of_stopped(&service)
        .check("the first signal waits for the order", if waits { "yes" } else { "no" }, waits)
        .check_time("the second signal ends the service", limit, end.map(|(took, _)| took)))
}

async fn other_signals(bed: &TestBed) -> Result<Measurement> {
    let slow = Upstream::start(Behaviour::Found(Duration::from_secs(1))).await?;
    let mut measurement = Measurement::default();
    for (name, signal) in
        [("SIGHUP", Signal::HUP), ("SIGQUIT", Signal::QUIT), ("SIGINT", Signal::INT)]
    {
        let launch = bed.service(Service::Order).upstreams(slow.port, slow.port);
        let mut service = launch.start().await?;
        let mut order = begin_order(&service).await?;
        sleep(Duration::from_millis(300)).await;
        service.signal(signal);
        let status =
            read_response(&mut order, ORDER_PATIENCE).await.map(|response| response.status);
        let end = service.wait_for_end(ORDER_PATIENCE).await;
        let code = end.and_then(|(_, status)| status.code());
        let usage = service.usage();
        measurement = measurement.add_usage(usage.cpu_ms, usage.peak_rss_mb).check(
            format!("{name}: the order is placed, exit code 0"),
            format!("{status:?}, {code:?}"),
            status == Some(201) && code == Some(0),
        );
    }
    Ok(measurement.check_memory())
}

/// Sends an order without waiting for the response.
async fn begin_order(service: &RunningService) -> Result<tokio::net::TcpStream> {
    let body = seed::order(NO_ID, &seed::ids(1)).to_string();
    let head = format!(
        "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = connect(service.address, Ipv4Addr::LOCALHOST).await?;
    stream.write_all((head + &body).as_bytes()).await?;
    Ok(stream)
}
