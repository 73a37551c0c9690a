//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Measures the product order system on this machine.
#[derive(Parser)]
#[command(
    name = "cargo dev bench",
    bin_name = "cargo dev bench",
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    /// What else than the scenarios
    #[command(subcommand)]
    pub task: Option<Task>,
    /// The scenarios
    #[command(flatten)]
    pub scenarios: Scenarios,
    /// Build the development database, if there is none, without asking
    #[arg(long, global = true)]
    pub yes: bool,
}

/// What is measured.
#[derive(Subcommand)]
pub enum Task {
    /// Measure how cost grows with items, products, connections and time; draw charts
    Growth(GrowthArguments),
    /// Measure what happens when more is asked for than can be done
    Overload(OverloadArguments),
    /// The bare HTTP server that others are compared with
    #[command(hide = true)]
    Reference {
        /// Where it listens
        #[arg(long)]
        port: u16,
    },
}

/// How the scenarios are measured.
#[derive(Args)]
pub struct Scenarios {
    /// One round of a second each
    #[arg(long)]
    pub quick: bool,
    /// Only these: live, get, list, orders, order1, order5, order20, login, post
    #[arg(long = "scenario", value_name = "NAME", num_args = 1..)]
    pub names: Vec<String>,
    /// Requests at once
    #[arg(long, default_value_t = 16)]
    pub concurrency: usize,
    /// Seconds for each scenario and round
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    pub seconds: f64,
    /// Rounds, of which the middle one counts
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Where the figures go [default: bench/results.json in the target folder]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Figures to compare with [default: tests/bench/baseline.json]
    #[arg(long)]
    pub baseline: Option<PathBuf>,
    /// Make these figures the ones to compare with
    #[arg(long)]
    pub save_baseline: bool,
}

/// How growth is measured.
#[derive(Args)]
pub struct GrowthArguments {
    /// A million products too
    #[arg(long)]
    pub all_sizes: bool,
    /// How long memory is watched
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    pub minutes: f64,
    /// Seconds for each figure
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    pub seconds: f64,
    /// Put figures and charts into tests/bench and its README
    #[arg(long)]
    pub save: bool,
}

/// How overload is measured.
#[derive(Args)]
pub struct OverloadArguments {
    /// Connections that are too many
    #[arg(long, default_value_t = 2_500)]
    pub connections: usize,
    /// Connections that sign in
    #[arg(long, default_value_t = 256)]
    pub flood: usize,
    /// Seconds for each figure
    #[arg(long, default_value_t = 5.0, value_parser = seconds)]
    pub seconds: f64,
    /// Put the figures into the README of tests/bench
    #[arg(long)]
    pub save: bool,
}

/// A length of time that can be measured for.
fn seconds(text: &str) -> std::result::Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.05..=3_600.0).contains(number));
    number.ok_or_else(|| "a number from 0.05 to 3600 is needed".to_owned())
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
