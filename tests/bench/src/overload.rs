//! `cargo dev bench overload`: more than can be done is asked for. What is
//! too much must be refused quickly, what is accepted must be served in time,
//! and a flood of sign-ins must leave room for everything else.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use system::system::Service;
use system::{Result, Stop, say};
use tokio::sync::oneshot;

use crate::client::Ask;
use crate::data::{Catalogue, Users};
use crate::load::{Load, Outcome};
use crate::machine;
use crate::report::{markdown, number};
use crate::rig::Rig;
use crate::scenario::Scenario;

/// Products in the catalogue.
const PRODUCTS: u64 = 2_000;

/// Connections of those who ask beside a flood. What they see is what the
/// service does; the flood's own latencies hold its queue in the generator.
const BYSTANDERS: usize = 4;

/// How much earlier than the bystanders a flood begins, and how much later it ends.
const LEAD: Duration = Duration::from_millis(500);

/// What is measured, and how.
pub struct Options {
    /// Connections that are too many.
    pub connections: usize,
    /// Connections that sign in.
    pub flood: usize,
    /// Seconds for each figure.
    pub seconds: f64,
}

/// All figures.
#[derive(Debug, Serialize)]
pub struct Overload {
    /// Where.
    pub machine: String,
    /// On which database.
    pub database: String,
    /// The figures.
    pub rows: Vec<Row>,
    /// The most memory that each service ever used, in megabytes.
    pub peak_memory_mb: [Option<f64>; 3],
}

/// One load.
#[derive(Debug, Serialize)]
pub struct Row {
    /// What is asked, and beside what.
    pub work: String,
    /// Requests at once.
    pub connections: usize,
    /// Served in a second.
    pub served_per_second: f64,
    /// Latency of what was served.
    pub served_p50_ms: Option<f64>,
    /// The same.
    pub served_p99_ms: Option<f64>,
    /// The share that was refused with 503.
    pub refused_share: f64,
    /// How long a refusal took.
    pub refused_p50_ms: Option<f64>,
    /// The same.
    pub refused_p99_ms: Option<f64>,
    /// Refusals that did not say when to try again.
    pub without_retry_after: u64,
    /// Other answers, or none.
    pub errors: u64,
}

/// Those who are refused and ask again at once, and those who wait the second
/// that they are told to.
const TEMPERS: [(&str, Duration); 2] =
    [("asking again at once", Duration::ZERO), ("waiting as told", Duration::from_secs(1))];

/// Measures everything.
///
/// # Errors
/// What cannot be reached.
pub async fn run(rig: &Rig, options: &Options) -> Result<Overload> {
    let mut catalogue = Catalogue::empty();
    catalogue.grow(rig, PRODUCTS).await?;
    let users = Users::register(rig, &catalogue).await?;
    let loads = Loads { rig, catalogue, users, seconds: options.seconds };
    let mut rows = loads.too_many(options.connections).await?;
    rows.extend(loads.sign_ins(options.flood).await?);
    let memory = rig.memory();
    let peak = |at: usize| memory[at].map(|memory| memory.peak);
    Ok(Overload {
        machine: machine::describe(),
        database: rig.source.clone(),
        rows,
        peak_memory_mb: [peak(0), peak(1), peak(2)],
    })
}

/// What loads are made of.
struct Loads<'a> {
    rig: &'a Rig,
    catalogue: Catalogue,
    users: Users,
    seconds: f64,
}

impl Loads<'_> {
    /// A scenario as a load, and what it asks.
    fn of(&self, name: &str, connections: usize, pause: Duration) -> Result<(&'static str, Load)> {
        let Scenario { service, asks, work, .. } =
            Scenario::named(name, &self.catalogue, &self.users)?;
        let duration = Duration::from_secs_f64(self.seconds);
        let load = Load { address: self.rig.address(service), asks, connections, duration, pause };
        Ok((work, load))
    }

    /// More requests than are worked on at once.
    async fn too_many(&self, connections: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for name in ["get", "order1"] {
            let (work, bystander) = self.of(name, BYSTANDERS, Duration::ZERO)?;
            let alone = bystander.run().await?;
            rows.push(row(self.rig, format!("{work}, alone"), BYSTANDERS, &alone));
            for (temper, pause) in TEMPERS {
                let (_, flood) = self.of(name, connections, pause)?;
                let (flooding, beside) = together(flood, bystander.clone()).await?;
                rows.push(row(self.rig, format!("{work}, {temper}"), connections, &flooding));
                rows.push(row(self.rig, format!("… beside it {work}"), BYSTANDERS, &beside));
            }
        }
        Ok(rows)
    }

    /// More sign-ins than can be hashed, and who reads beside them: from
    /// another service, and from the same.
    async fn sign_ins(&self, connections: usize) -> Result<Vec<Row>> {
        let path = |id| Ask::get(format!("/users/{id}"));
        let asks: Arc<[Ask]> = self.users.buyers.iter().map(path).collect();
        let (work, products) = self.of("get", BYSTANDERS, Duration::ZERO)?;
        let users = Load { address: self.rig.address(Service::User), asks, ..products.clone() };
        let readers = [(work, products), ("GET /users/{id}", users)];
        let mut rows = Vec::new();
        for (work, reader) in &readers {
            let alone = reader.run().await?;
            rows.push(row(self.rig, format!("{work}, alone"), BYSTANDERS, &alone));
        }
        for (temper, pause) in TEMPERS {
            for (work, reader) in &readers {
                let (login, flood) = self.of("login", connections, pause)?;
                let (flooding, beside) = together(flood, reader.clone()).await?;
                rows.push(row(self.rig, format!("{login}, {temper}"), connections, &flooding));
                rows.push(row(self.rig, format!("… beside it {work}"), BYSTANDERS, &beside));
            }
        }
        Ok(rows)
    }
}

/// A flood, and bystanders in a thread of their own, so that nothing but the
/// service makes them wait.
async fn together(flood: Load, bystander: Load) -> Result<(Outcome, Outcome)> {
    let flood = Load { duration: flood.duration + LEAD * 2, ..flood };
    let (ready, flooding) = oneshot::channel();
    let thread = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(Stop::because("the runtime"))?.block_on(async {
            let flood = flood.connect().await?;
            // Nobody listens only if the bystanders have failed.
            let _ = ready.send(());
            Ok(flood.run().await)
        })
    });
    let beside = match flooding.await {
        Ok(()) => {
            tokio::time::sleep(LEAD).await;
            bystander.run().await
        }
        Err(_) => Err(Stop("the flood cannot connect".to_owned())),
    };
    let flooded = thread.await.map_err(Stop::because("the flood"))??;
    Ok((flooded, beside?))
}

fn row(rig: &Rig, work: String, connections: usize, outcome: &Outcome) -> Row {
    rig.forget_logs();
    let row = Row {
        work,
        connections,
        served_per_second: outcome.per_second(),
        served_p50_ms: outcome.served.quantile_ms(0.5),
        served_p99_ms: outcome.served.quantile_ms(0.99),
        refused_share: outcome.refused_share(),
        refused_p50_ms: outcome.refused.quantile_ms(0.5),
        refused_p99_ms: outcome.refused.quantile_ms(0.99),
        without_retry_after: outcome.without_retry_after,
        errors: outcome.errors,
    };
    say(row.cells().join("  "));
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
            format!("{:.1} %", self.refused_share * 100.0),
            number(self.refused_p50_ms),
            number(self.refused_p99_ms),
            self.without_retry_after.to_string(),
            self.errors.to_string(),
        ]
    }
}

impl Overload {
    /// Writes the figures into a folder.
    ///
    /// # Errors
    /// If that cannot be written to.
    pub fn write(&self, folder: &std::path::Path) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(Stop::because(folder.display()))?;
        let file = folder.join("overload.json");
        let text = serde_json::to_string_pretty(self).map_err(Stop::because("the figures"))?;
        std::fs::write(&file, text + "\n").map_err(Stop::because(file.display()))
    }

    /// The figures as Markdown.
    pub fn section(&self) -> String {
        let head = ["work", "connections", "served/s", "p50 ms", "p99 ms", "503"];
        let head = head.into_iter().chain(["its p50 ms", "its p99 ms", "no Retry-After", "errors"]);
        let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
        rows.extend(self.rows.iter().map(Row::cells));
        let [user, product, order] = self.peak_memory_mb.map(number);
        format!(
            "Measured on {}, database: {}.\n\n{}\n\
             The most memory ever used, in MB: user-service {user}, product-service {product}, \
             order-service {order}.\n",
            self.machine,
            self.database,
            markdown(&rows),
        )
    }
}
