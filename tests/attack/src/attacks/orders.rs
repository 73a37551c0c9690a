//! Orders with slow, frozen or faulty upstreams, and clients that disconnect before the response.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use mongodb::Collection;
use mongodb::bson::{Document, doc};
use system::services::Service;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::bystanders::{Bystanders, Observing};
use crate::http::{self, Connection, RequestTemplate};
use crate::running::RunningService;
use crate::seed::{self, NO_ID};
use crate::socket::connect;
use crate::test_bed::TestBed;
use crate::upstream::{Behaviour, Upstream};

/// The bound on the time of an order, whatever upstreams do.
const ORDER_DEADLINE: Duration = Duration::from_millis(5_500);

/// The bound on the p99 of simultaneous reads.
const READ_P99: Duration = Duration::from_millis(50);

/// The bound on the time of an order while the circuit breaker is open.
const OPEN_BREAKER: Duration = Duration::from_millis(10);

const QUICK: Behaviour = Behaviour::Found(Duration::ZERO);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "frozen-upstream",
            summary: "300 orders of 100 items while the product service is frozen",
            full_only: false,
            run: |bed| Box::pin(burden(bed, Behaviour::Frozen, bed.size(300, 100))),
        },
        Attack {
            name: "slow-upstream",
            summary: "an order of 100 items from a product service that takes a second for each",
            full_only: false,
            run: |bed| Box::pin(burden(bed, Behaviour::Found(Duration::from_secs(1)), 1)),
        },
        Attack {
            name: "endless-response",
            summary: "8 orders from a product service whose response has 10 GB",
            full_only: false,
            run: |bed| Box::pin(burden(bed, Behaviour::Endless, 8)),
        },
        Attack {
            name: "open-breaker",
            summary: "orders while a frozen user service has opened the circuit breaker",
            full_only: false,
            run: |bed| Box::pin(open_breaker(bed)),
        },
        Attack {
            name: "hang-ups",
            summary: "clients that disconnect after sending an order",
            full_only: false,
            run: |bed| Box::pin(hang_ups(bed)),
        },
    ]
}

/// Places orders with a faulty product service while other clients read orders.
async fn burden(bed: &TestBed, products: Behaviour, count: usize) -> Result<Measurement> {
    let users = Upstream::start(QUICK).await?;
    let products = Upstream::start(products).await?;
    let launch = bed.service(Service::Order).upstreams(users.port, products.port);
    let orders = launch.collection("orders");
    let mut service = launch.start().await?;
    let readers = readers(&service, &orders).await?;
    let outcomes = join_all((0..count).map(|_| place(service.address, 100))).await;
    let observed = readers.finish().await?;
    let answered = outcomes.iter().flatten().count();
    let slowest = outcomes
        .iter()
        .copied()
        .try_fold(Duration::ZERO, |slowest, outcome| Some(slowest.max(outcome?.0)));
    let refused = outcomes.iter().flatten().filter(|(_, status)| *status == 503).count();
    Ok(Measurement::of(&mut service)
        .check(
            "every order is answered with 503",
            format!("{answered} of {count} answered, {refused} with 503"),
            refused == count,
        )
        .check_time("the slowest order is answered", patience(bed, ORDER_DEADLINE), slowest)
        .check_bystanders(observed, bed.patience(READ_P99)))
}

/// Deadlines hold in the short form too; a debug build only notices them later.
fn patience(bed: &TestBed, deadline: Duration) -> Duration {
    deadline + bed.size(Duration::ZERO, Duration::from_secs(3))
}

async fn readers(service: &RunningService, orders: &Collection<Document>) -> Result<Observing> {
    let stored = seed::stored_order(NO_ID, "Teapot", 1)?;
    let ids = seed::insert_copies(orders, &stored, 1).await?;
    let read = RequestTemplate::get(format!("/orders/{}", ids[0]));
    http::send(service.address, &read).await?.json()?;
    let readers = Bystanders::default().kept(service.address, read.clone());
    Ok(readers.fresh(service.address, read).start())
}

/// Places an order; returns the time it took and the status.
async fn place(address: SocketAddr, items: usize) -> Option<(Duration, u16)> {
    let order = RequestTemplate::post("/orders", &seed::order(NO_ID, &seed::ids(items)));
    let mut connection = Connection::open(address).await.ok()?;
    let begin = Instant::now();
    let response = connection.send(&order).await.ok()?;
    Some((begin.elapsed(), response.status.as_u16()))
}

async fn open_breaker(bed: &TestBed) -> Result<Measurement> {
    const ORDERS: usize = 100;
    let users = Upstream::start(Behaviour::Frozen).await?;
    let products = Upstream::start(QUICK).await?;
    let launch = bed.service(Service::Order).upstreams(users.port, products.port);
    let mut service = launch.env("UPSTREAM_BREAKER", "on").start().await?;
    // Five consecutive failures open the breaker.
    join_all((0..8).map(|_| place(service.address, 1))).await;
    let mut times = Vec::new();
    let mut refused = 0;
    while times.len() < ORDERS {
        let Some((took, status)) = place(service.address, 1).await else { break };
        times.push(took);
        refused += usize::from(status == 503);
        if took > Duration::from_secs(1) {
            break;
        }
    }
    times.sort();
    // The 99th of 100 is the second slowest.
    let p99 = (times.len() == ORDERS).then(|| times[ORDERS - 2]);
    Ok(Measurement::of(&mut service)
        .check(
            format!("{ORDERS} orders are answered with 503"),
            format!("{refused} of {}", times.len()),
            refused == ORDERS,
        )
        .check_time("99 of 100 are answered", bed.patience(OPEN_BREAKER), p99))
}

/// Requests that have begun are completed and logged, although their clients have disconnected.
async fn hang_ups(bed: &TestBed) -> Result<Measurement> {
    const CLIENTS: usize = 40;
    const PATIENCE: Duration = Duration::from_secs(8);
    let slow = Behaviour::Found(Duration::from_millis(300));
    let users = Upstream::start(slow).await?;
    let products = Upstream::start(slow).await?;
    let launch = bed.service(Service::Order).upstreams(users.port, products.port);
    let orders = launch.collection("orders");
    let mut service = launch.start().await?;
    let body = seed::order(NO_ID, &seed::ids(1)).to_string();
    let request = format!(
        "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..CLIENTS {
        let mut stream = connect(service.address, Ipv4Addr::LOCALHOST).await?;
        stream.write_all(request.as_bytes()).await?;
        sleep(Duration::from_millis(20)).await;
    }
    let mut stored = 0;
    let mut logged = 0;
    let begin = Instant::now();
    while (stored < CLIENTS as u64 || logged < CLIENTS) && begin.elapsed() < PATIENCE {
        sleep(Duration::from_millis(200)).await;
        stored = orders.count_documents(doc! {}).await?;
        logged = service.log().matches(r#""method":"POST""#).count();
    }
    Ok(Measurement::of(&mut service).check(
        format!("{CLIENTS} orders are stored and logged"),
        format!("{stored} stored, {logged} logged"),
        stored == CLIENTS as u64 && logged == CLIENTS,
    ))
}
