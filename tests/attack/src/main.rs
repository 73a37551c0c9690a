//! `cargo dev attack`: attacks the running services as a hostile or broken
//! client, database or upstream would, and checks what that costs the service
//! and what others notice of it.
//!
//! Each attack starts the services that it needs, as processes under a memory
//! limit and on databases that nothing else uses, and ends them. An attack
//! that a service does not bear ends as well, as broken: its time is bounded.

mod arguments;
mod attack;
mod attacks;
mod balancer;
mod bystanders;
mod deployment;
mod http;
mod launch;
mod proxy;
mod report;
mod running;
mod seed;
mod socket;
mod test_bed;
mod upstream;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use futures_util::{StreamExt, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use system::say as status;
use tokio::runtime::Builder;
use tokio::time::timeout;

use arguments::{Arguments, Format};
use attack::{Attack, Measurement};
use report::Report;
use test_bed::TestBed;

/// The longest that one attack may take, in the full form and in the short one.
const TIMEOUT: Duration = Duration::from_secs(300);
const SHORT_TIMEOUT: Duration = Duration::from_secs(90);

/// Threads of the attackers. Bystanders have another.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    raise_descriptor_limit();
    let outcome = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo dev attack: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Thousands of connections need as many descriptors, here and in the
/// services, which inherit the limit.
fn raise_descriptor_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // With less there are fewer connections.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Whether every bound holds.
#[expect(clippy::print_stdout, reason = "the table is the answer; progress goes to standard error")]
async fn run(arguments: &Arguments) -> Result<bool> {
    if arguments.list {
        println!("{}", report::list(&attacks::all()));
        return Ok(true);
    }
    let chosen = choose(arguments)?;
    let bed = TestBed::start(arguments.services(), arguments.short).await?;
    let report = tokio::select! {
        report = run_all(&bed, &chosen) => Ok(report),
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    let stopped = bed.stop().await;
    let report = report?;
    stopped?;
    match arguments.format {
        Format::Table => println!("{}", report.table()),
        Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    Ok(report.holds())
}

/// The attacks of the command line; all that belong to the form without any.
fn choose(arguments: &Arguments) -> Result<Vec<Attack>> {
    let mut attacks = attacks::all();
    if let Some(unknown) =
        arguments.only.iter().find(|name| !attacks.iter().any(|attack| attack.name == **name))
    {
        bail!("no attack is called {unknown}; `cargo dev attack --list` shows their names");
    }
    attacks.retain(|attack| match arguments.only.is_empty() {
        true => !(arguments.short && attack.full_only),
        false => arguments.only.iter().any(|name| name == attack.name),
    });
    Ok(attacks)
}

/// Attacks that are run simultaneously in the short form, most of which wait
/// most of the time. In the full form one would show in the figures of another.
const SHORT_CONCURRENCY: usize = 2;

async fn run_all(bed: &TestBed, attacks: &[Attack]) -> Report {
    let runs =
        attacks.iter().map(|attack| async move { (attack.name, run_one(bed, attack).await) });
    let mut runs = stream::iter(runs).buffered(bed.size(1, SHORT_CONCURRENCY));
    let mut report = Report::new(bed.short);
    while let Some((name, measurement)) = runs.next().await {
        report.add(name, measurement);
    }
    report
}

async fn run_one(bed: &TestBed, attack: &Attack) -> Measurement {
    status(format!("{}: {}", attack.name, attack.summary));
    let limit = bed.size(TIMEOUT, SHORT_TIMEOUT);
    let measurement = match timeout(limit, (attack.run)(bed)).await {
        Ok(Ok(measurement)) => measurement,
        Ok(Err(error)) => Measurement::failed("the attack can be made", format!("{error:#}")),
        Err(_) => Measurement::failed("the attack ends", format!("not within {limit:?}")),
    };
    for broken in measurement.checks.iter().filter(|check| !check.holds) {
        status(format!("{} BROKEN: {}: {}", attack.name, broken.bound, broken.found));
    }
    measurement
}
