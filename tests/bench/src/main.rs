//! `cargo dev bench`: measures release builds of the whole system on a fast database, and compares
//! the figures with a baseline. The README describes the method and how to interpret the figures.
//!
//! No figure passes or fails: the report shows ratios, which people judge.

mod client;
mod data;
mod holds;
mod latency;
mod load;
mod machine;
mod measurement;
mod overload;
mod plot;
mod readme;
mod reference;
mod report;
mod run;
mod scaling;
mod scenario;
mod test_bed;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use system::arguments::bench::{
    Arguments, HoldsArguments, OverloadArguments, ScalingArguments, ScenarioArguments, Task,
};
use system::{home, status};
use tokio::runtime::Builder;

use report::Report;
use test_bed::TestBed;

fn main() -> ExitCode {
    let Arguments { task, scenarios, yes } = Arguments::parse();
    let outcome = match task {
        Some(Task::Reference { port }) => reference(port),
        Some(Task::Scaling(arguments)) => {
            measure(yes, async |bed| measure_scaling(bed, &arguments).await)
        }
        Some(Task::Holds(arguments)) => {
            measure(yes, async |bed| measure_holds(bed, &arguments).await)
        }
        Some(Task::Overload(arguments)) => {
            measure(yes, async |bed| measure_overload(bed, &arguments).await)
        }
        None => measure(yes, async |bed| measure_scenarios(bed, &scenarios).await),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo dev bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn reference(port: u16) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot create a runtime")?.block_on(reference::serve(port))
}

/// Starts the system, measures, and removes everything, even after Ctrl-C. The load generator uses
/// one thread, so that it takes at most one core from the services.
fn measure(yes: bool, work: impl AsyncFnOnce(&TestBed) -> Result<()>) -> Result<()> {
    raise_descriptor_limit();
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.context("cannot create a runtime")?.block_on(async {
        let bed = TestBed::start(yes).await?;
        let outcome = tokio::select! {
            outcome = work(&bed) => outcome,
            _ = tokio::signal::ctrl_c() => Err(anyhow!("interrupted")),
        };
        let stopped = bed.stop().await;
        outcome.and(stopped)
    })
}

/// Thousands of connections need as many descriptors, in this process and in the services, which
/// inherit the limit.
fn raise_descriptor_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // With a lower limit, a large load fails to connect.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// The folder for figures that are not stored in the repository.
fn output() -> PathBuf {
    let programs = home::programs();
    programs.parent().unwrap_or(&programs).join("bench")
}

/// The folder of this package in the repository.
fn folder() -> PathBuf {
    home::workspace().join("tests/bench")
}

#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn measure_scenarios(bed: &TestBed, arguments: &ScenarioArguments) -> Result<()> {
    let (seconds, rounds) =
        if arguments.quick { (1.0, 1) } else { (arguments.seconds, arguments.rounds.max(1)) };
    let options = run::Options {
        scenarios: arguments.names.clone(),
        concurrency: arguments.concurrency.max(1),
        seconds,
        rounds,
    };
    let report = run::run(bed, &options).await?;
    let stored = folder().join("baseline.json");
    let file = arguments.baseline.as_deref().unwrap_or(&stored);
    let baseline = baseline(file, arguments.baseline.is_some())?;
    println!("{}", report.table(baseline.as_ref()));
    println!("{}", report.notes(baseline.as_ref()));
    let out = arguments.out.clone().unwrap_or_else(|| output().join("results.json"));
    report.write(&out)?;
    status(format!("the figures are in {}", out.display()));
    if arguments.save_baseline {
        report.write(&stored)?;
        status(format!("the new baseline is in {}", stored.display()));
    }
    Ok(())
}

/// Reads the baseline. Without the option, a missing file is not an error.
fn baseline(file: &Path, required: bool) -> Result<Option<Report>> {
    if !required && !file.exists() {
        return Ok(None);
    }
    Report::read(file).map(Some)
}

#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn measure_scaling(bed: &TestBed, arguments: &ScalingArguments) -> Result<()> {
    let options = scaling::Options {
        all_sizes: arguments.all_sizes,
        memory: Duration::from_secs_f64(arguments.minutes * 60.0),
        seconds: arguments.seconds,
    };
    let scaling = scaling::run(bed, &options).await?;
    println!("{}", scaling.section());
    scaling.write(&if arguments.save { folder() } else { output() })?;
    save(arguments.save, "scaling", &scaling.section())
}

#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn measure_holds(bed: &TestBed, arguments: &HoldsArguments) -> Result<()> {
    let holds = holds::run(bed, arguments.seconds).await?;
    println!("{}", holds.section());
    holds.write(&if arguments.save { folder() } else { output() })?;
    save(arguments.save, "holds", &holds.section())
}

#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn measure_overload(bed: &TestBed, arguments: &OverloadArguments) -> Result<()> {
    let options = overload::Options {
        connections: arguments.connections,
        flood: arguments.flood,
        seconds: arguments.seconds,
    };
    let overload = overload::run(bed, &options).await?;
    println!("{}", overload.section());
    overload.write(&output())?;
    save(arguments.save, "overload", &overload.section())
}

fn save(wanted: bool, section: &str, content: &str) -> Result<()> {
    if wanted {
        readme::replace(&folder().join("README.md"), section, content)?;
    }
    Ok(())
}
