//! `cargo dev bench overload`: load beyond the capacity of the services. They should reject excess
//! requests quickly, serve accepted ones in time, and serve other requests during a flood of
//! logins.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use system::services::Service;
use system::status;
use tokio::sync::oneshot;

use crate::client::RequestTemplate;
use crate::data::{Catalogue, Users};
use crate::load::{Load, Outcome};
use crate::machine;
use crate::report::{markdown, number};
use crate::scenario::Scenario;
use crate::test_bed::TestBed;

const PRODUCTS: u64 = 2_000;

/// The number of connections that send ordinary requests during a flood. Their latencies are those
/// of the service; the flood's latencies include its own queue in the load generator.
const BYSTANDERS: usize = 4;

/// The time by which a flood begins before the bystanders, and ends after them.
const LEAD: Duration = Duration::from_millis(500);

pub struct Options {
    /// The number of connections that read or place orders.
    pub connections: usize,
    /// The number of connections that log in.
    pub flood: usize,
    /// Seconds per measurement.
    pub seconds: f64,
}

/// The report.
#[derive(Debug, Serialize)]
pub struct Overload {
    pub machine: String,
    pub database: String,
    pub rows: Vec<Row>,
    /// The peak memory of each service in megabytes.
    pub peak_memory_mb: [Option<f64>; 3],
}

/// The figures of a load.
#[derive(Debug, Serialize)]
pub struct Row {
    pub work: String,
    pub connections: usize,
    pub served_per_second: f64,
    pub served_p50_ms: Option<f64>,
    pub served_p99_ms: Option<f64>,
    /// The share of requests that were rejected with 503.
    pub rejected_share: f64,
    pub rejected_p50_ms: Option<f64>,
    pub rejected_p99_ms: Option<f64>,
    /// The number of rejections without `Retry-After`.
    pub without_retry_after: u64,
    /// The number of other responses, and of requests without one.
    pub errors: u64,
}

/// What clients do after a 503: retry immediately, or after the second that `Retry-After` asks for.
const RETRY_BEHAVIOURS: [(&str, Duration); 2] =
    [("immediate retry", Duration::ZERO), ("retry after 1 s", Duration::from_secs(1))];

pub async fn run(bed: &TestBed, options: &Options) -> Result<Overload> {
    let mut catalogue = Catalogue::empty();
    catalogue.grow(bed, PRODUCTS).await?;
    let users = Users::register(bed, &catalogue).await?;
    let loads = Loads { bed, catalogue, users, seconds: options.seconds };
    let mut rows = loads.excess_requests(options.connections).await?;
    rows.extend(loads.login_flood(options.flood).await?);
    let memory = bed.memory();
    let peak = |at: usize| memory[at].map(|memory| memory.peak);
    Ok(Overload {
        machine: machine::describe(),
        database: bed.database_name.clone(),
        rows,
        peak_memory_mb: [peak(0), peak(1), peak(2)],
    })
}

/// Creates loads from scenarios.
struct Loads<'a> {
    bed: &'a TestBed,
    catalogue: Catalogue,
    users: Users,
    seconds: f64,
}

impl Loads<'_> {
    /// Creates a load from a scenario; returns it with the method and path.
    fn of(&self, name: &str, connections: usize, pause: Duration) -> Result<(&'static str, Load)> {
        let Scenario { service, requests, work, .. } =
            Scenario::named(name, &self.catalogue, &self.users)?;
        let duration = Duration::from_secs_f64(self.seconds);
        let load =
            Load { address: self.bed.address(service), requests, connections, duration, pause };
        Ok((work, load))
    }

    /// More concurrent requests than the services process.
    async fn excess_requests(&self, connections: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for name in ["get", "order1"] {
            let (work, bystander) = self.of(name, BYSTANDERS, Duration::ZERO)?;
            let alone = bystander.run().await?;
            rows.push(row(self.bed, format!("{work}, alone"), BYSTANDERS, &alone));
            for (behaviour, pause) in RETRY_BEHAVIOURS {
                let (_, flood) = self.of(name, connections, pause)?;
                let (flooding, beside) = together(flood, bystander.clone()).await?;
                rows.push(row(self.bed, format!("{work}, {behaviour}"), connections, &flooding));
                rows.push(row(self.bed, format!("… meanwhile {work}"), BYSTANDERS, &beside));
            }
        }
        Ok(rows)
    }

    /// More logins than the service can hash, with bystanders that read from another service and
    /// from the same one.
    async fn login_flood(&self, connections: usize) -> Result<Vec<Row>> {
        let path = |id| RequestTemplate::get(format!("/users/{id}"));
        let requests: Arc<[RequestTemplate]> = self.users.buyers.iter().map(path).collect();
        let (work, products) = self.of("get", BYSTANDERS, Duration::ZERO)?;
        let users = Load { address: self.bed.address(Service::User), requests, ..products.clone() };
        let readers = [(work, products), ("GET /users/{id}", users)];
        let mut rows = Vec::new();
        for (work, reader) in &readers {
            let alone = reader.run().await?;
            rows.push(row(self.bed, format!("{work}, alone"), BYSTANDERS, &alone));
        }
        for (behaviour, pause) in RETRY_BEHAVIOURS {
            for (work, reader) in &readers {
                let (login, flood) = self.of("login", connections, pause)?;
                let (flooding, beside) = together(flood, reader.clone()).await?;
                rows.push(row(self.bed, format!("{login}, {behaviour}"), connections, &flooding));
                rows.push(row(self.bed, format!("… meanwhile {work}"), BYSTANDERS, &beside));
            }
        }
        Ok(rows)
    }
}

/// Runs a flood in a separate thread, so that only the service can delay the bystanders.
async fn together(flood: Load, bystander: Load) -> Result<(Outcome, Outcome)> {
    let flood = Load { duration: flood.duration + LEAD * 2, ..flood };
    let (ready, flooding) = oneshot::channel();
    let thread = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.context("cannot create a runtime")?.block_on(async {
            let flood = flood.connect().await?;
            // The receiver is dropped only if the bystanders have failed.
            let _ = ready.send(());
            anyhow::Ok(flood.run().await)
        })
    });
    let beside = match flooding.await {
        Ok(()) => {
            tokio::time::sleep(LEAD).await;
            bystander.run().await
        }
        Err(_) => Err(anyhow!("the flood cannot connect")),
    };
    let flooded = thread.await.context("the flood panicked")??;
    Ok((flooded, beside?))
}

fn row(bed: &TestBed, work: String, connections: usize, outcome: &Outcome) -> Row {
    bed.truncate_logs();
    let row = Row {
        work,
        connections,
        served_per_second: outcome.per_second(),
        served_p50_ms: outcome.served.quantile_ms(0.5),
        served_p99_ms: outcome.served.quantile_ms(0.99),
        rejected_share: outcome.rejected_share(),
        rejected_p50_ms: outcome.rejected.quantile_ms(0.5),
        rejected_p99_ms: outcome.rejected.quantile_ms(0.99),
        without_retry_after: outcome.without_retry_after,
        errors: outcome.errors,
    };
    status(row.cells().join("  "));
    row
}

impl Row {
    fn cells(&self) -> Vec<String> {
        vec![
            self.work.clone(),
            self.connections.to_string(),
            number(Some(self.served_per_second)),
            number(self.served_p50_ms),
            number(self.served_p99_ms),
            format!("{:.1} %", self.rejected_share * 100.0),
            number(self.rejected_p50_ms),
            number(self.rejected_p99_ms),
            self.without_retry_after.to_string(),
            self.errors.to_string(),
        ]
    }
}

impl Overload {
    /// Writes the report into a folder as JSON.
    pub fn write(&self, folder: &std::path::Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let file = folder.join("overload.json");
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(&file, text + "\n").with_context(|| file.display().to_string())
    }

    /// Formats the report as Markdown.
    pub fn section(&self) -> String {
        let head = ["work", "connections", "served/s", "p50 ms", "p99 ms", "503"];
        let head = head.into_iter().chain(["503 p50 ms", "503 p99 ms", "no Retry-After", "errors"]);
        let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
        rows.extend(self.rows.iter().map(Row::cells));
        let [user, product, order] = self.peak_memory_mb.map(number);
        format!(
            "Measured on {}, database: {}.\n\n{}\n\
             Peak memory in MB: user-service {user}, product-service {product}, \
             order-service {order}.\n",
            self.machine,
            self.database,
            markdown(&rows),
        )
    }
}
