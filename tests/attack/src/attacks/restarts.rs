//! Rolling restarts of all services, as in a cluster, while orders are placed on persistent
//! connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use system::services::Service;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::deployment::{Deployment, REPLICAS};
use crate::http::{self, Connection, RequestTemplate};
use crate::seed;
use crate::test_bed::TestBed;

/// The time after which no round of restarts begins.
const TIME_LIMIT: Duration = Duration::from_secs(150);
const SHORT_TIME_LIMIT: Duration = Duration::from_secs(20);

const CLIENTS: usize = 8;

pub fn attacks() -> Vec<Attack> {
    vec![Attack {
        name: "rolling-restarts",
        summary: "every replica is restarted while orders are placed on persistent connections",
        full_only: false,
        run: |bed| Box::pin(rolling_restarts(bed)),
    }]
}

async fn rolling_restarts(bed: &TestBed) -> Result<Measurement> {
    let (orders, replicas) = bed.size((10_000, REPLICAS), (300, 1));
    let mut users = Deployment::start(bed, Service::User, None).await?;
    let mut products = Deployment::start(bed, Service::Product, None).await?;
    let upstreams = (users.balancer.address.port(), products.balancer.address.port());
    let mut order = Deployment::start(bed, Service::Order, Some(upstreams)).await?;
    let request = request(users.balancer.address, products.balancer.address).await?;
    let load = Load::start(order.balancer.address, &request);
    let begin = Instant::now();
    let limit = bed.size(TIME_LIMIT, SHORT_TIME_LIMIT);
    loop {
        for deployment in [&mut products, &mut users, &mut order] {
            for _ in 0..replicas {
                deployment.restart_oldest().await?;
            }
        }
        if load.placed.load(Ordering::Relaxed) >= orders || begin.elapsed() > limit {
            break;
        }
    }
    let (placed, lost) = load.finish().await;
    let mut measurement = Measurement::default();
    for deployment in [&users, &products, &order] {
        let (cpu_ms, peak_rss_mb) = deployment.usage();
        measurement = measurement.add_usage(cpu_ms, peak_rss_mb);
    }
    let first = lost.first().map(|first| format!(" ({first})")).unwrap_or_default();
    Ok(measurement.check_memory().check(
        format!("0 of at least {orders} orders are lost"),
        format!("{} of {placed}{first}", lost.len()),
        lost.is_empty() && placed >= orders,
    ))
}

/// Creates a user and products; returns a request that orders them.
async fn request(users: SocketAddr, products: SocketAddr) -> Result<RequestTemplate> {
    let ada = json!({ "email": "ada@example.com", "password": "correct horse", "name": "Ada" });
    let user = http::send(users, &RequestTemplate::post("/users", &ada)).await?.text("id")?;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let create = RequestTemplate::post("/products", &seed::product());
        ids.push(http::send(products, &create).await?.text("id")?);
    }
    Ok(RequestTemplate::post("/orders", &seed::order(&user, &ids)))
}

/// Clients that place orders in a closed loop.
struct Load {
    placed: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    clients: JoinSet<Vec<String>>,
}

impl Load {
    fn start(address: SocketAddr, request: &RequestTemplate) -> Self {
        let placed = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let placed = Arc::clone(&placed);
            let stop = Arc::clone(&stop);
            clients.spawn(place_until(address, request.clone(), placed, stop));
        }
        Self { placed, stop, clients }
    }

    /// Stops the clients; returns the number of orders and the errors of those that were lost.
    async fn finish(mut self) -> (usize, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        let mut lost = Vec::new();
        while let Some(client) = self.clients.join_next().await {
            lost.extend(client.unwrap_or_else(|error| vec![error.to_string()]));
        }
        (self.placed.load(Ordering::Relaxed), lost)
    }
}

async fn place_until(
    address: SocketAddr,
    request: RequestTemplate,
    placed: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> Vec<String> {
    let mut lost = Vec::new();
    let mut kept = None;
    while !stop.load(Ordering::Relaxed) {
        if let Err(error) = place(address, &request, &mut kept).await {
            lost.push(format!("{error:#}"));
            // Do not spin while no service accepts connections.
            sleep(Duration::from_millis(50)).await;
        }
        placed.fetch_add(1, Ordering::Relaxed);
    }
    lost
}

/// Places an order on the persistent connection, unless the server has closed it.
async fn place(
    address: SocketAddr,
    request: &RequestTemplate,
    kept: &mut Option<Connection>,
) -> Result<()> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(address).await?,
    };
    let response = connection.send(request).await?;
    if !response.closes() {
        *kept = Some(connection);
    }
    let body = String::from_utf8_lossy(&response.body);
    ensure!(response.status == 201, "{}: {body}", response.status);
    Ok(())
}
