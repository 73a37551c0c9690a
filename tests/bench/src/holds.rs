//! `cargo dev bench holds`: how the cost of a reservation scales with the number of orders that
//! hold the same product. Every hold is an element of the product's document, which the database
//! rewrites with each of them.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, doc};
use serde::Serialize;
use serde_json::json;
use system::services::Service;
use system::status;

use crate::client::{Connection, RequestTemplate};
use crate::latency::Latency;
use crate::machine;
use crate::plot::{Chart, Line};
use crate::report::{markdown, number};
use crate::test_bed::TestBed;

/// Numbers of open holds of a product.
const SIZES: [u64; 4] = [10, 1_000, 10_000, 40_000];

#[derive(Debug, Serialize)]
pub struct Holds {
    pub machine: String,
    pub database: String,
    pub steps: Vec<Step>,
}

/// The median latencies, and the processor time for a reservation with its release, in
/// milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub holds: u64,
    pub reserve_ms: Option<f64>,
    pub release_ms: Option<f64>,
    pub read_ms: Option<f64>,
    pub service_cpu_ms: Option<f64>,
    pub database_cpu_ms: Option<f64>,
}

pub async fn run(bed: &TestBed, seconds: f64) -> Result<Holds> {
    let mut steps = Vec::new();
    for holds in SIZES {
        status(format!("measuring a product with {holds} open holds"));
        steps.push(measure(bed, holds, Duration::from_secs_f64(seconds)).await?);
    }
    Ok(Holds { machine: machine::describe(), database: bed.database_name.clone(), steps })
}

async fn measure(bed: &TestBed, holds: u64, span: Duration) -> Result<Step> {
    let product = insert_product(bed, holds).await?;
    let mut connection = Connection::open(bed.address(Service::Product)).await?;
    let [mut reserve, mut release, mut read] = [(); 3].map(|()| Latency::default());
    let item = json!({ "items": [{ "productId": product, "quantity": 1 }] });
    let before = bed.cpu_snapshot();
    let start = Instant::now();
    while start.elapsed() < span {
        let path = format!("/reservations/{}", ObjectId::new());
        send(&mut connection, &RequestTemplate::put(&path, &item), &mut reserve).await?;
        send(&mut connection, &RequestTemplate::delete(&path), &mut release).await?;
    }
    let used = bed.cpu_usage(&before);
    let start = Instant::now();
    let request = RequestTemplate::get(format!("/products/{product}"));
    while start.elapsed() < span {
        send(&mut connection, &request, &mut read).await?;
    }
    let per_order = |seconds: f64| seconds * 1e3 / reserve.count().max(1) as f64;
    let service = used.map(|used| used.services[Service::Product as usize]);
    Ok(Step {
        holds,
        reserve_ms: reserve.quantile_ms(0.5),
        release_ms: release.quantile_ms(0.5),
        read_ms: read.quantile_ms(0.5),
        service_cpu_ms: service.map(per_order),
        database_cpu_ms: used.and_then(|used| used.database).map(per_order),
    })
}

/// Inserts a product that as many orders hold; returns its id.
async fn insert_product(bed: &TestBed, holds: u64) -> Result<String> {
    let id = ObjectId::new();
    let now = DateTime::now();
    let hold = |_| {
        let ids = (ObjectId::new(), ObjectId::new());
        doc! { "id": ids.0, "order": ids.1, "quantity": 1_i64, "heldAt": now }
    };
    let holds: Vec<_> = (0..holds).map(hold).collect();
    let product = doc! {
        "_id": id, "name": "Teapot", "price": 24.9, "stock": 1_000_000_i64, "createdAt": now,
        "updatedAt": now, "holds": holds,
    };
    let inserted = bed.collection(Service::Product, "products").insert_one(product).await;
    inserted.context("cannot insert a product")?;
    Ok(id.to_hex())
}

/// Sends a request that must succeed, and records its latency.
async fn send(
    connection: &mut Connection,
    request: &RequestTemplate,
    latency: &mut Latency,
) -> Result<()> {
    let start = Instant::now();
    let response = connection.send(request).await.context("no response")?;
    latency.record(start.elapsed());
    if !response.status.is_success() {
        bail!("{}: {}", response.status, String::from_utf8_lossy(&response.body));
    }
    Ok(())
}

impl Holds {
    /// Writes the figures and their chart into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let text = serde_json::to_string_pretty(self)?;
        let file = folder.join("holds.json");
        std::fs::write(&file, text + "\n").with_context(|| file.display().to_string())?;
        self.chart().draw(&folder.join("holds.svg"))?;
        status(format!("figures and chart are in {}", folder.display()));
        Ok(())
    }

    fn chart(&self) -> Chart {
        let line = |name: &str, value: fn(&Step) -> Option<f64>| {
            Line::new(name, self.steps.iter().map(|step| (step.holds as f64, value(step))))
        };
        Chart {
            title: "A product by the number of its open holds",
            x: "open holds of the product",
            y: "milliseconds",
            logarithmic_x: true,
            logarithmic_y: true,
            lines: vec![
                line("PUT /reservations/{orderId}, p50", |step| step.reserve_ms),
                line("DELETE /reservations/{orderId}, p50", |step| step.release_ms),
                line("GET /products/{id}, p50", |step| step.read_ms),
            ],
        }
    }

    /// Formats the figures as Markdown.
    pub fn section(&self) -> String {
        let head = [
            "open holds",
            "reserve, p50 ms",
            "release, p50 ms",
            "read, p50 ms",
            "service's CPU ms",
            "database's CPU ms",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.steps.iter().map(|step| {
            let Step { holds, reserve_ms, release_ms, read_ms, service_cpu_ms, database_cpu_ms } =
                *step;
            let figures = [reserve_ms, release_ms, read_ms, service_cpu_ms, database_cpu_ms];
            [holds.to_string()].into_iter().chain(figures.map(number)).collect()
        }));
        format!(
            "Measured on {}, database: {}. Processor time is for a reservation and its release.\n\n{}",
            self.machine,
            self.database,
            markdown(&rows)
        )
    }
}
