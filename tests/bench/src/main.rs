//! `cargo dev bench`: measures the whole system, release builds on a fast
//! database, and compares with what was measured before. The README beside
//! says what is measured, and how the figures are to be read.
//!
//! Nothing here passes or fails by time: figures are printed as ratios, and
//! people judge them.

mod arguments;
mod client;
mod data;
mod growth;
mod latency;
mod load;
mod machine;
mod measure;
mod overload;
mod plot;
mod readme;
mod reference;
mod report;
mod rig;
mod run;
mod scenario;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use system::{Result, Stop, home, say};
use tokio::runtime::Builder;

use arguments::{Arguments, GrowthArguments, OverloadArguments, Scenarios, Task};
use report::Report;
use rig::Rig;

fn main() -> ExitCode {
    let Arguments { task, scenarios, yes } = Arguments::parse();
    let outcome = match task {
        Some(Task::Reference { port }) => reference(port),
        Some(Task::Growth(arguments)) => measure(yes, async |rig| grow(rig, &arguments).await),
        Some(Task::Overload(arguments)) => measure(yes, async |rig| flood(rig, &arguments).await),
        None => measure(yes, async |rig| compare(rig, &scenarios).await),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop(why)) => {
            eprintln!("cargo dev bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn reference(port: u16) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.map_err(Stop::because("the runtime"))?.block_on(reference::serve(port))
}

/// Starts the system, measures, and removes everything, even after Ctrl-C.
/// One thread asks, so that at most one core is lost to asking.
fn measure(yes: bool, work: impl AsyncFnOnce(&Rig) -> Result<()>) -> Result<()> {
    allow_connections();
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(Stop::because("the runtime"))?.block_on(async {
        let rig = Rig::start(yes).await?;
        let outcome = tokio::select! {
            outcome = work(&rig) => outcome,
            _ = tokio::signal::ctrl_c() => Err(Stop("stopped".to_owned())),
        };
        let stopped = rig.stop().await;
        outcome.and(stopped)
    })
}

/// Thousands of connections need as many files, here and in the services,
/// which inherit the limit.
fn allow_connections() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // With less, a large load says that it cannot connect.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Where figures go that are not to be kept.
fn output() -> PathBuf {
    let programs = home::programs();
    programs.parent().unwrap_or(&programs).join("bench")
}

/// This package's folder in the repository.
fn folder() -> PathBuf {
    home::workspace().join("tests/bench")
}

#[expect(clippy::print_stdout, reason = "the table is the answer; progress goes to standard error")]
async fn compare(rig: &Rig, arguments: &Scenarios) -> Result<()> {
    let (seconds, rounds) = match arguments.quick {
        true => (1.0, 1),
        false => (arguments.seconds, arguments.rounds.max(1)),
    };
    let options = run::Options {
        scenarios: arguments.names.clone(),
        concurrency: arguments.concurrency.max(1),
        seconds,
        rounds,
    };
    let report = run::run(rig, &options).await?;
    let stored = folder().join("baseline.json");
    let file = arguments.baseline.as_deref().unwrap_or(&stored);
    let baseline = baseline(file, arguments.baseline.is_some())?;
    println!("{}", report.table(baseline.as_ref()));
    println!("{}", report.notes(baseline.as_ref()));
    let out = arguments.out.clone().unwrap_or_else(|| output().join("results.json"));
    report.write(&out)?;
    say(format!("figures are in {}", out.display()));
    if arguments.save_baseline {
        report.write(&stored)?;
        say(format!("{} has the new baseline", stored.display()));
    }
    Ok(())
}

/// The stored figures; there need be none unless they were asked for.
fn baseline(file: &Path, asked_for: bool) -> Result<Option<Report>> {
    match file.exists() || asked_for {
        true => Report::read(file).map(Some),
        false => Ok(None),
    }
}

#[expect(clippy::print_stdout, reason = "the tables are the answer")]
async fn grow(rig: &Rig, arguments: &GrowthArguments) -> Result<()> {
    let options = growth::Options {
        all_sizes: arguments.all_sizes,
        memory: Duration::from_secs_f64(arguments.minutes * 60.0),
        seconds: arguments.seconds,
    };
    let growth = growth::run(rig, &options).await?;
    println!("{}", growth.section());
    growth.write(&if arguments.save { folder() } else { output() })?;
    save(arguments.save, "growth", &growth.section())
}

#[expect(clippy::print_stdout, reason = "the table is the answer")]
async fn flood(rig: &Rig, arguments: &OverloadArguments) -> Result<()> {
    let options = overload::Options {
        connections: arguments.connections,
        flood: arguments.flood,
        seconds: arguments.seconds,
    };
    let overload = overload::run(rig, &options).await?;
    println!("{}", overload.section());
    overload.write(&output())?;
    save(arguments.save, "overload", &overload.section())
}

fn save(wanted: bool, section: &str, content: &str) -> Result<()> {
    match wanted {
        true => readme::replace(&folder().join("README.md"), section, content),
        false => Ok(()),
    }
}
