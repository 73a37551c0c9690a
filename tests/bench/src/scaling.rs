//! `cargo dev bench scaling`: how cost scales with the size of orders, with the size of the
//! catalogue, with the number of connections, and over time.

mod charts;
mod memory;
mod steps;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;
use system::status;

use crate::data::{Catalogue, Users};
use crate::machine;
use crate::report::{markdown, number};
use crate::test_bed::TestBed;

/// The sizes of the catalogue; the last one is optional.
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

pub struct Options {
    /// Whether to measure with a million products.
    pub all_sizes: bool,
    /// The time for which memory is observed.
    pub memory: Duration,
    /// Seconds per measurement.
    pub seconds: f64,
}

/// The report.
#[derive(Debug, Serialize)]
pub struct Scaling {
    pub machine: String,
    pub database: String,
    /// Placing an order, by the number of items.
    pub orders: Vec<Step>,
    /// The first page of the list, by the size of the catalogue.
    pub first_pages: Vec<Step>,
    /// A page at the end of the list, by the size of the catalogue.
    pub deep_pages: Vec<Step>,
    /// Reading a product, by the number of connections.
    pub reads: Vec<Step>,
    /// Placing an order, by the number of connections.
    pub writes: Vec<Step>,
    /// Memory over time.
    pub memory: Vec<memory::Sample>,
}

/// One point of a series.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The value on the x axis.
    pub size: u64,
    /// The page of the list; 0 for other requests.
    pub page: u64,
    /// The number of served requests.
    pub requests: u64,
    pub per_second: f64,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// The number of requests that were not served.
    pub errors: u64,
    /// Milliseconds of processor time per request: of the product service for lists, without its idle
    /// load; of all three services for other requests.
    pub services_cpu_ms: Option<f64>,
    /// Milliseconds of processor time of the database per request.
    pub database_cpu_ms: Option<f64>,
}

pub async fn run(bed: &TestBed, options: &Options) -> Result<Scaling> {
    let mut catalogue = Catalogue::empty();
    catalogue.grow(bed, SIZES[0]).await?;
    let users = Users::register(bed, &catalogue).await?;
    let orders = steps::orders(bed, &catalogue, &users, options).await?;
    let reads = steps::reads(bed, &catalogue, options).await?;
    let writes = steps::writes(bed, &catalogue, &users, options).await?;
    let memory = memory::observe(bed, &catalogue, &users, options.memory).await?;
    status("measuring the idle load of the product service");
    let idle = steps::idle(bed).await;
    let mut first_pages = Vec::new();
    let mut deep_pages = Vec::new();
    for size in SIZES.into_iter().filter(|size| options.all_sizes || *size < 1_000_000) {
        catalogue.grow(bed, size).await?;
        first_pages.push(steps::page(bed, &catalogue, 1, idle, options).await?);
        let deep = steps::deep_page(size);
        deep_pages.push(steps::page(bed, &catalogue, deep, idle, options).await?);
    }
    let machine = machine::describe();
    let database = bed.database_name.clone();
    Ok(Scaling { machine, database, orders, first_pages, deep_pages, reads, writes, memory })
}

impl Scaling {
    /// Writes the report and its charts into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let text = serde_json::to_string_pretty(self)?;
        let file = folder.join("scaling.json");
        std::fs::write(&file, text + "\n").with_context(|| file.display().to_string())?;
        for (name, chart) in charts::all(self) {
            chart.draw(&folder.join(name))?;
        }
        status(format!("figures and charts are in {}", folder.display()));
        Ok(())
    }

    /// Formats the report as Markdown.
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
