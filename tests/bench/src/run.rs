//! `cargo dev bench`: measures the scenarios in several rounds.

use std::time::Duration;

use anyhow::{Context, Result};
use system::status;

use crate::data::{Catalogue, Users};
use crate::latency::median;
use crate::machine;
use crate::measurement::{Measurement, Span};
use crate::reference::{BareServer, bare_hash};
use crate::report::{Report, Row, number};
use crate::scenario::{KINDS, Reference, Scenario};
use crate::test_bed::TestBed;

/// The size of the catalogue. The development database reads the whole catalogue for each list; a
/// larger one would only measure that.
const PRODUCTS: u64 = 2_000;

pub struct Options {
    /// The names of scenarios; empty for all.
    pub scenarios: Vec<String>,
    /// The number of concurrent requests.
    pub concurrency: usize,
    /// Seconds per scenario and round.
    pub seconds: f64,
    /// The number of rounds, of which the median counts.
    pub rounds: usize,
}

/// One round of a scenario.
struct Round {
    measurement: Measurement,
    /// The cost of the reference in the same round.
    reference_ms: Option<f64>,
}

pub async fn run(bed: &TestBed, options: &Options) -> Result<Report> {
    let idle_memory_mb = services_memory(bed, |memory| memory.resident);
    let mut catalogue = Catalogue::empty();
    catalogue.grow(bed, PRODUCTS).await?;
    let users = Users::register(bed, &catalogue).await?;
    let scenarios = chosen(bed, &catalogue, &users, &options.scenarios).await?;
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let bare = BareServer::start(folder.path())?;
    let bare_hash_ms = bare_hash()?;
    let mut rows = Vec::new();
    let mut bare_requests = Vec::new();
    for scenario in &scenarios {
        let mut rounds = Vec::new();
        for _ in 0..options.rounds {
            rounds.push(measure(bed, scenario, &bare, bare_hash_ms, options).await?);
        }
        if scenario.reference == Reference::Request {
            bare_requests.extend(rounds.iter().filter_map(|round| round.reference_ms));
        }
        let row = summary(scenario, &rounds);
        let cpu = number(row.services_cpu_ms);
        status(format!("{:38} {:>7.0}/s  {cpu:>7} ms CPU per request", row.work, row.per_second));
        rows.push(row);
    }
    Ok(Report {
        machine: machine::describe(),
        database: bed.database_name.clone(),
        concurrency: options.concurrency,
        seconds: options.seconds * options.rounds as f64,
        bare_request_ms: median(bare_requests),
        bare_hash_ms,
        rows,
        idle_memory_mb,
        peak_memory_mb: services_memory(bed, |memory| memory.peak),
    })
}

/// The scenarios with these names, or all. Each is checked with one request.
async fn chosen(
    bed: &TestBed,
    catalogue: &Catalogue,
    users: &Users,
    names: &[String],
) -> Result<Vec<Scenario>> {
    // Reject unknown names.
    for name in names {
        Scenario::named(name, catalogue, users)?;
    }
    let mut scenarios = Vec::new();
    for (name, _) in KINDS {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            let scenario = Scenario::named(name, catalogue, users)?;
            scenario.check(bed).await?;
            scenarios.push(scenario);
        }
    }
    Ok(scenarios)
}

/// Measures one round, directly after its reference.
async fn measure(
    bed: &TestBed,
    scenario: &Scenario,
    bare: &BareServer,
    bare_hash_ms: f64,
    options: &Options,
) -> Result<Round> {
    let reference_ms = match scenario.reference {
        Reference::Hash => Some(bare_hash_ms),
        Reference::Request => {
            let brief = Duration::from_secs_f64(options.seconds / 4.0);
            bare.measure(options.concurrency, brief).await?
        }
    };
    let requests = &scenario.requests;
    let span = Span::seconds(options.seconds);
    let address = scenario.address(bed);
    let measurement =
        Measurement::measure(bed, address, requests, options.concurrency, span).await?;
    Ok(Round { measurement, reference_ms })
}

fn summary(scenario: &Scenario, rounds: &[Round]) -> Row {
    let middle = |figure: &dyn Fn(&Round) -> Option<f64>| median(rounds.iter().filter_map(figure));
    let mut all = crate::load::Outcome::default();
    rounds.iter().for_each(|round| all.add(&round.measurement.outcome));
    Row {
        name: scenario.name.to_owned(),
        work: scenario.work.to_owned(),
        requests: all.served.count(),
        per_second: all.per_second(),
        p50_ms: all.served.quantile_ms(0.5),
        p99_ms: all.served.quantile_ms(0.99),
        errors: all.requests() - all.served.count(),
        service_cpu_ms: middle(&|round| round.measurement.cpu_of(scenario.service)),
        services_cpu_ms: middle(&|round| round.measurement.cpu_of_all()),
        database_cpu_ms: middle(&|round| round.measurement.cpu_of_database()),
        relative: middle(&|round| Some(round.measurement.cpu_of_all()? / round.reference_ms?)),
    }
}

/// The sum of a figure of the memory of the three services.
fn services_memory(bed: &TestBed, figure: impl Fn(system::usage::Memory) -> f64) -> Option<f64> {
    let memory = bed.memory();
    memory[..3].iter().map(|memory| memory.map(&figure)).sum()
}
