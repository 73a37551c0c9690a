//! `cargo dev bench`: every scenario, several rounds, one report.

use std::time::Duration;

use system::{Result, say};

use crate::data::{Catalogue, Users};
use crate::latency::median;
use crate::machine;
use crate::measure::{Cell, Span};
use crate::reference::{Bare, bare_hash};
use crate::report::{Report, Row, number};
use crate::rig::Rig;
use crate::scenario::{KINDS, Reference, Scenario};

/// Products in the catalogue. The development database reads all of them for
/// each list; more would only measure that.
const PRODUCTS: u64 = 2_000;

/// What is measured, and how.
pub struct Options {
    /// Names of scenarios; none means all.
    pub scenarios: Vec<String>,
    /// Requests at once.
    pub concurrency: usize,
    /// Seconds for each scenario and round.
    pub seconds: f64,
    /// Rounds, of which the middle figure counts.
    pub rounds: usize,
}

/// One round of a scenario, and the reference's cost beside it.
struct Round {
    cell: Cell,
    reference_ms: Option<f64>,
}

/// Measures.
///
/// # Errors
/// What cannot be reached, or answers with something else than what was asked for.
pub async fn run(rig: &Rig, options: &Options) -> Result<Report> {
    let idle_memory_mb = services_memory(rig, |memory| memory.resident);
    let mut catalogue = Catalogue::empty();
    catalogue.grow(rig, PRODUCTS).await?;
    let users = Users::register(rig, &catalogue).await?;
    let scenarios = chosen(rig, &catalogue, &users, &options.scenarios).await?;
    let folder = tempfile::tempdir().map_err(system::Stop::because("a temporary folder"))?;
    let bare = Bare::start(folder.path())?;
    let bare_hash_ms = bare_hash()?;
    let (mut rows, mut bare_requests) = (Vec::new(), Vec::new());
    for scenario in &scenarios {
        let mut rounds = Vec::new();
        for _ in 0..options.rounds {
            rounds.push(measure(rig, scenario, &bare, bare_hash_ms, options).await?);
        }
        if scenario.reference == Reference::Request {
            bare_requests.extend(rounds.iter().filter_map(|round| round.reference_ms));
        }
        let row = summary(scenario, &rounds);
        let cpu = number(row.services_cpu_ms);
        say(format!("{:34} {:>7.0}/s  {cpu:>7} ms CPU a request", row.work, row.per_second));
        rows.push(row);
    }
    Ok(Report {
        machine: machine::describe(),
        database: rig.source.clone(),
        concurrency: options.concurrency,
        seconds: options.seconds * options.rounds as f64,
        bare_request_ms: median(bare_requests),
        bare_hash_ms,
        rows,
        idle_memory_mb,
        peak_memory_mb: services_memory(rig, |memory| memory.peak),
    })
}

/// The scenarios of these names, or all, each tried once.
async fn chosen(
    rig: &Rig,
    catalogue: &Catalogue,
    users: &Users,
    names: &[String],
) -> Result<Vec<Scenario>> {
    // A name that is none must not be passed over.
    for name in names {
        Scenario::named(name, catalogue, users)?;
    }
    let mut scenarios = Vec::new();
    for (name, _) in KINDS {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            let scenario = Scenario::named(name, catalogue, users)?;
            scenario.check(rig).await?;
            scenarios.push(scenario);
        }
    }
    Ok(scenarios)
}

/// A round. The reference is measured right before, in the same weather.
async fn measure(
    rig: &Rig,
    scenario: &Scenario,
    bare: &Bare,
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
    let (asks, span) = (&scenario.asks, Span::seconds(options.seconds));
    let cell = Cell::measure(rig, scenario.service, asks, options.concurrency, span).await?;
    Ok(Round { cell, reference_ms })
}

fn summary(scenario: &Scenario, rounds: &[Round]) -> Row {
    let middle = |figure: &dyn Fn(&Round) -> Option<f64>| median(rounds.iter().filter_map(figure));
    let mut all = crate::load::Outcome::default();
    rounds.iter().for_each(|round| all.add(&round.cell.outcome));
    Row {
        name: scenario.name.to_owned(),
        work: scenario.work.to_owned(),
        requests: all.served.count(),
        per_second: all.per_second(),
        p50_ms: all.served.quantile_ms(0.5),
        p99_ms: all.served.quantile_ms(0.99),
        errors: all.requests() - all.served.count(),
        service_cpu_ms: middle(&|round| round.cell.cpu_of(scenario.service)),
        services_cpu_ms: middle(&|round| round.cell.cpu_of_all()),
        database_cpu_ms: middle(&|round| round.cell.cpu_of_database()),
        relative: middle(&|round| Some(round.cell.cpu_of_all()? / round.reference_ms?)),
    }
}

/// A figure of the memory of the three services, added up.
fn services_memory(rig: &Rig, figure: impl Fn(system::usage::Memory) -> f64) -> Option<f64> {
    let memory = rig.memory();
    memory[..3].iter().map(|memory| memory.map(&figure)).sum()
}
