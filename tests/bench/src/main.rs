//! `cargo dev bench`: measures the whole system, release builds on a fast
//! database, and compares with what was measured before. The README beside
//! says what is measured, and how the figures are to be read.
//!
//! Nothing here passes or fails by time: figures are printed as ratios, and
//! people judge them.

mod client;
mod data;
mod growth;
mod latency;
mod load;
mod machine;
mod measure;
mod overload;
mod plot;
mod process;
mod readme;
mod reference;
mod report;
mod rig;
mod run;
mod scenario;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use system::{Result, Stop, home, say};
use tokio::runtime::Builder;

use report::Report;
use rig::Rig;

/// Measures the product order system on this machine.
#[derive(Parser)]
#[command(
    name = "cargo dev bench",
    bin_name = "cargo dev bench",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    scenarios: Scenarios,
    /// Build the development database, if there is none, without asking
    #[arg(long, global = true)]
    yes: bool,
}

#[derive(Subcommand)]
enum Task {
    /// Measure how cost grows with items, products, connections and time; draw charts
    Growth(GrowthArguments),
    /// Measure what happens when more is asked for than can be done
    Overload(OverloadArguments),
    /// The bare HTTP server that others are compared with
    #[command(hide = true)]
    Reference {
        #[arg(long)]
        port: u16,
    },
}

#[derive(Args)]
struct Scenarios {
    /// One round of a second each
    #[arg(long)]
    quick: bool,
    /// Only these: live, get, list, orders, order1, order5, order20, login, post
    #[arg(long = "scenario", value_name = "NAME", num_args = 1..)]
    names: Vec<String>,
    /// Requests at once
    #[arg(long, default_value_t = 16)]
    concurrency: usize,
    /// Seconds for each scenario and round
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    seconds: f64,
    /// Rounds, of which the middle one counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Where the figures go [default: bench/results.json in the target folder]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Figures to compare with [default: tests/bench/baseline.json]
    #[arg(long)]
    baseline: Option<PathBuf>,
    /// Make these figures the ones to compare with
    #[arg(long)]
    save_baseline: bool,
}

#[derive(Args)]
struct GrowthArguments {
    /// A million products too
    #[arg(long)]
    all_sizes: bool,
    /// How long memory is watched
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    minutes: f64,
    /// Seconds for each figure
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    seconds: f64,
    /// Put figures and charts into tests/bench and its README
    #[arg(long)]
    save: bool,
}

#[derive(Args)]
struct OverloadArguments {
    /// Connections that are too many
    #[arg(long, default_value_t = 2_500)]
    connections: usize,
    /// Connections that sign in
    #[arg(long, default_value_t = 256)]
    flood: usize,
    /// Seconds for each figure
    #[arg(long, default_value_t = 5.0, value_parser = seconds)]
    seconds: f64,
    /// Put the figures into the README of tests/bench
    #[arg(long)]
    save: bool,
}

/// A length of time that can be measured for.
fn seconds(text: &str) -> std::result::Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.05..=3_600.0).contains(number));
    number.ok_or_else(|| "a number from 0.05 to 3600 is needed".to_owned())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<const N: usize>(arguments: [&str; N]) -> Option<Arguments> {
        Arguments::try_parse_from(["bench"].into_iter().chain(arguments)).ok()
    }

    #[test]
    fn scenarios_are_the_default_task() {
        let arguments = parse(["--quick", "--scenario", "get", "list", "--yes"]).unwrap();
        assert!(arguments.task.is_none() && arguments.yes && arguments.scenarios.quick);
        assert_eq!(arguments.scenarios.names, ["get", "list"]);
    }

    #[test]
    fn other_tasks_have_their_own_arguments() {
        let arguments = parse(["growth", "--minutes", "0.5", "--yes"]).unwrap();
        assert!(arguments.yes && matches!(arguments.task, Some(Task::Growth(_))));
        assert!(parse(["growth", "--quick"]).is_none());
        assert!(parse(["growth", "--minutes", "0"]).is_none());
        assert!(parse(["--quick", "growth"]).is_none());
    }
}
