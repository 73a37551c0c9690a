//! The report: JSON, charts and Markdown.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use system::status;

use super::charts;
use super::memory::{self, Sample};
use super::step::Step;
use crate::plot::Chart;
use crate::report::{markdown, number};

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
    pub memory: Vec<Sample>,
}

impl Scaling {
    /// Writes the report and its charts into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let text = serde_json::to_string_pretty(self)?;
        let file = folder.join("scaling.json");
        std::fs::write(&file, text + "\n").with_context(|| file.display().to_string())?;
        for (name, chart) in self.charts() {
            chart.draw(&folder.join(name))?;
        }
        status(format!("figures and charts are in {}", folder.display()));
        Ok(())
    }

    /// The charts with the names of their files.
    fn charts(&self) -> [(&'static str, Chart); 5] {
        [
            ("orders.svg", charts::orders(&self.orders)),
            ("lists.svg", charts::lists(&self.first_pages, &self.deep_pages)),
            ("throughput.svg", charts::throughput(&self.reads, &self.writes)),
            ("latency.svg", charts::latency(&self.reads, &self.writes)),
            ("memory.svg", charts::memory(&self.memory)),
        ]
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
        for row in &mut rows {
            row.remove(1);
        }
    }
    markdown(&rows)
}
