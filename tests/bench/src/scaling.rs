//! `cargo dev bench scaling`: how cost scales with the size of orders, with the size of the
//! catalogue, with the number of connections, and over time.

mod charts;
mod memory;
mod report;
mod step;
mod steps;

use anyhow::Result;
use system::status;

use crate::data::{Catalogue, Users};
use crate::machine;
use crate::test_bed::TestBed;

pub use report::Scaling;
pub use step::Options;

/// The sizes of the catalogue; the last one is optional.
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

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
