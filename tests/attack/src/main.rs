//! `cargo dev attack`: attacks the running services as hostile or broken clients, databases and
//! upstreams would, and checks the cost for the service and the effect on other clients.
//!
//! Each attack starts the services that it needs, as processes under a memory limit and on separate
//! databases, and stops them. The time of each attack is bounded; an attack that exceeds it has
//! failed.

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
mod watchdog;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use futures_util::{StreamExt, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use system::arguments::attack::{Arguments, Format};
use system::{home, status};
use tokio::runtime::Builder;
use tokio::time::timeout;

use attack::{Attack, Measurement};
use report::Report;
use test_bed::TestBed;
use watchdog::DatabaseFailure;

/// The time limit of an attack in the full form and in the short one.
const TIMEOUT: Duration = Duration::from_secs(300);
const SHORT_TIMEOUT: Duration = Duration::from_secs(90);

/// The number of threads of the attackers. Bystanders have a separate one.
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

/// Thousands of connections need as many descriptors, in this process and in the services, which
/// inherit the limit.
fn raise_descriptor_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // With a lower limit, attacks make fewer connections.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Runs the attacks; returns whether every bound holds.
#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn run(arguments: &Arguments) -> Result<bool> {
    if arguments.list {
        println!("{}", report::list(&attacks::all()));
        return Ok(true);
    }
    match attack(arguments).await {
        // If an attack has caused it, it happens again.
        Err(error) if error.is::<DatabaseFailure>() => {
            status(format!("{error:#}"));
            status("attacking once more");
            attack(arguments).await
        }
        outcome => outcome,
    }
}

/// Attacks on a new test bed; returns whether every bound holds.
#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn attack(arguments: &Arguments) -> Result<bool> {
    let chosen = choose(arguments)?;
    let programs = arguments.services.clone().unwrap_or_else(home::programs);
    let bed = TestBed::start(programs, arguments.short).await?;
    let report = tokio::select! {
        report = run_all(&bed, &chosen) => Some(report),
        error = watchdog::failure(&bed) => {
            tokio::task::block_in_place(|| bed.abandon());
            return Err(error);
        }
        _ = tokio::signal::ctrl_c() => None,
    };
    let stopped = bed.stop().await;
    let Some(report) = report else { bail!("interrupted") };
    match arguments.format {
        Format::Table => println!("{}", report.table()),
        Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    stopped?;
    Ok(report.holds())
}

/// The attacks on the command line, or all attacks of the form.
fn choose(arguments: &Arguments) -> Result<Vec<Attack>> {
    let mut attacks = attacks::all();
    if let Some(unknown) =
        arguments.only.iter().find(|name| !attacks.iter().any(|attack| attack.name == **name))
    {
        bail!("unknown attack {unknown}; `cargo dev attack --list` shows all names");
    }
    attacks.retain(|attack| {
        if arguments.only.is_empty() {
            !(arguments.short && attack.full_only)
        } else {
            arguments.only.iter().any(|name| name == attack.name)
        }
    });
    Ok(attacks)
}

/// The number of simultaneous attacks in the short form, which mostly wait. In the full form, they
/// would distort each other's figures.
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
        Ok(Err(error)) => Measurement::failed("the attack runs", format!("{error:#}")),
        Err(_) => Measurement::failed("the attack ends", format!("not within {limit:?}")),
    };
    for broken in measurement.checks.iter().filter(|check| !check.holds) {
        status(format!("{} BROKEN: {}: {}", attack.name, broken.bound, broken.found));
    }
    measurement
}
