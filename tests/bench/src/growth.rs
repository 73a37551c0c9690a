//! `cargo dev bench growth`: how the cost grows with what is asked for, with
//! what is stored, with how many ask, and with time.

mod charts;
mod memory;
mod steps;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use system::{Result, Stop, say};

use crate::data::{Catalogue, Users};
use crate::machine;
use crate::report::{markdown, number};
use crate::rig::Rig;

/// Catalogue sizes; the last one only if it is asked for.
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// What is measured, and how.
pub struct Options {
    /// A million products too.
    pub all_sizes: bool,
    /// How long memory is watched.
    pub memory: Duration,
    /// Seconds for each figure.
    pub seconds: f64,
}

/// All figures.
#[derive(Debug, Serialize)]
pub struct Growth {
    /// Where.
    pub machine: String,
    /// On which database.
    pub database: String,
    /// Orders by their number of items.
    pub orders: Vec<Step>,
    /// The first page of lists by the number of products.
    pub first_pages: Vec<Step>,
    /// A page far down.
    pub deep_pages: Vec<Step>,
    /// Reading a product by the number of connections.
    pub reads: Vec<Step>,
    /// Placing an order by the number of connections.
    pub writes: Vec<Step>,
    /// Memory as time goes by.
    pub memory: Vec<memory::Sample>,
}

/// One figure of a series.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What grows.
    pub size: u64,
    /// The page, of lists.
    pub page: u64,
    /// Requests that were served.
    pub requests: u64,
    /// In a second.
    pub per_second: f64,
    /// Half of the requests took no longer.
    pub p50_ms: Option<f64>,
    /// 99 of 100 requests took no longer.
    pub p99_ms: Option<f64>,
    /// Requests that were not served.
    pub errors: u64,
    /// Processor time for each request of the services that are asked: of
    /// lists the product service, less what it uses anyway; of the rest all three.
    pub services_cpu_ms: Option<f64>,
    /// Processor time of the database for each request.
    pub database_cpu_ms: Option<f64>,
}

/// Measures everything.
///
/// # Errors
/// What cannot be reached.
pub async fn run(rig: &Rig, options: &Options) -> Result<Growth> {
    let mut catalogue = Catalogue::empty();
    catalogue.grow(rig, SIZES[0]).await?;
    let users = Users::register(rig, &catalogue).await?;
    let orders = steps::orders(rig, &catalogue, &users, options).await?;
    let reads = steps::reads(rig, &catalogue, options).await?;
    let writes = steps::writes(rig, &catalogue, &users, options).await?;
    let memory = memory::watch(rig, &catalogue, &users, options.memory).await?;
    say("watching the product service do nothing");
    let idle = steps::idle(rig).await;
    let (mut first_pages, mut deep_pages) = (Vec::new(), Vec::new());
    for size in SIZES.into_iter().filter(|size| options.all_sizes || *size < 1_000_000) {
        catalogue.grow(rig, size).await?;
        first_pages.push(steps::page(rig, &catalogue, 1, idle, options).await?);
        let deep = steps::deep(size);
        deep_pages.push(steps::page(rig, &catalogue, deep, idle, options).await?);
    }
    let (machine, database) = (machine::describe(), rig.source.clone());
    Ok(Growth { machine, database, orders, first_pages, deep_pages, reads, writes, memory })
}

impl Growth {
    /// Writes the figures and draws the charts into a folder.
    ///
    /// # Errors
    /// If that cannot be written to.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(Stop::because(folder.display()))?;
        let text = serde_json::to_string_pretty(self).map_err(Stop::because("the figures"))?;
        let file = folder.join("growth.json");
        std::fs::write(&file, text + "\n").map_err(Stop::because(file.display()))?;
        for (name, chart) in charts::all(self) {
            chart.draw(&folder.join(name))?;
        }
        say(format!("figures and charts are in {}", folder.display()));
        Ok(())
    }

    /// The figures as Markdown.
    pub fn section(&self) -> String {
        let first = &self.first_pages;
        let pages: Vec<Step> =
            first.iter().zip(&self.deep_pages).flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
        format!(
            "Measured on {}, database: {}.\n\n\
             **Items of an order,** one request at a time:\n\n{}\n\
             **Products in the catalogue,** a page of 20, one request at a time:\n\n{}\n\
             **Connections,** `GET /products/{{id}}`:\n\n{}\n\
             **Connections,** `POST /orders` with one item:\n\n{}\n\
             **Memory** under mixed load, in MB:\n\n{}",
            self.machine,
            self.database,
            table("items", &self.orders),
            table("products", &pages),
            table("connections", &self.reads),
            table("connections", &self.writes),
            memory::table(&self.memory),
        )
    }
}

fn table(what: &str, steps: &[Step]) -> String {
    let paged = steps.iter().any(|step| step.page > 0);
    let head = [what, "page", "req/s", "p50 ms", "p99 ms", "errors"];
    let head = head.into_iter().chain(["services' CPU ms", "database's CPU ms"]);
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
    rows.extend(steps.iter().map(|step| {
        vec![
            step.size.to_string(),
            step.page.to_string(),
            number(Some(step.per_second)),
            number(step.p50_ms),
            number(step.p99_ms),
            step.errors.to_string(),
            number(step.services_cpu_ms),
            number(step.database_cpu_ms),
        ]
    }));
    if !paged {
        rows.iter_mut().for_each(|row| drop(row.remove(1)));
    }
    markdown(&rows)
}
