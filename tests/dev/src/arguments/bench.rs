//! The arguments of `cargo dev bench`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Measure the system and compare with an earlier measurement
#[derive(Parser)]
#[command(
    name = "cargo dev bench",
    bin_name = "cargo dev bench",
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    #[command(subcommand)]
    pub task: Option<Task>,
    #[command(flatten)]
    pub scenarios: ScenarioArguments,
    /// Build the development database without asking if there is no other database
    #[arg(long, global = true)]
    pub yes: bool,
}

#[derive(Subcommand)]
pub enum Task {
    /// Measure how cost scales with items, products, connections and time; draw charts
    Scaling(ScalingArguments),
    /// Measure how a reservation scales with the orders that hold the same product
    Holds(HoldsArguments),
    /// Measure how the services shed load beyond their capacity
    Overload(OverloadArguments),
    /// Run the bare HTTP server that the services are compared with
    #[command(hide = true)]
    Reference {
        #[arg(long)]
        port: u16,
    },
}

#[derive(Args)]
pub struct ScenarioArguments {
    /// Measure one round of one second per scenario
    #[arg(long)]
    pub quick: bool,
    /// Measure only these scenarios: live, get, user, token, list, orders, order1, order5, order20,
    /// reserve1, reserve5, reserve20, login, post
    #[arg(long = "scenario", value_name = "NAME", num_args = 1..)]
    pub names: Vec<String>,
    /// Number of concurrent requests
    #[arg(long, default_value_t = 16)]
    pub concurrency: usize,
    /// Seconds per scenario and round
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    pub seconds: f64,
    /// Number of rounds; the median counts
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Write the figures to this file [default: bench/results.json in the target folder]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Compare with the figures of this file [default: tests/bench/baseline.json]
    #[arg(long)]
    pub baseline: Option<PathBuf>,
    /// Make these figures the baseline
    #[arg(long)]
    pub save_baseline: bool,
}

#[derive(Args)]
pub struct ScalingArguments {
    /// Include a catalogue of a million products
    #[arg(long)]
    pub all_sizes: bool,
    /// Minutes for which memory is observed
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    pub minutes: f64,
    /// Seconds per measurement
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    pub seconds: f64,
    /// Store figures and charts in tests/bench and its README
    #[arg(long)]
    pub save: bool,
}

#[derive(Args)]
pub struct HoldsArguments {
    /// Seconds per measurement
    #[arg(long, default_value_t = 4.0, value_parser = seconds)]
    pub seconds: f64,
    /// Store figures and chart in tests/bench and its README
    #[arg(long)]
    pub save: bool,
}

#[derive(Args)]
pub struct OverloadArguments {
    /// Number of connections that read or place orders
    #[arg(long, default_value_t = 2_500)]
    pub connections: usize,
    /// Number of connections that sign in
    #[arg(long, default_value_t = 256)]
    pub flood: usize,
    /// Seconds per measurement
    #[arg(long, default_value_t = 5.0, value_parser = seconds)]
    pub seconds: f64,
    /// Store the figures in the README of tests/bench
    #[arg(long)]
    pub save: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.05..=3_600.0).contains(number));
    number.ok_or_else(|| "expected a number from 0.05 to 3600".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<const N: usize>(arguments: [&str; N]) -> Option<Arguments> {
        Arguments::try_parse_from(["bench"].into_iter().chain(arguments)).ok()
    }

    #[test]
    fn scenarios_are_measured_by_default() {
        let arguments = parse(["--quick", "--scenario", "get", "list", "--yes"]).unwrap();
        assert!(arguments.task.is_none() && arguments.yes && arguments.scenarios.quick);
        assert_eq!(arguments.scenarios.names, ["get", "list"]);
    }

    #[test]
    fn subcommands_have_their_own_arguments() {
        let arguments = parse(["scaling", "--minutes", "0.5", "--yes"]).unwrap();
        assert!(arguments.yes && matches!(arguments.task, Some(Task::Scaling(_))));
        assert!(parse(["scaling", "--quick"]).is_none());
        assert!(parse(["scaling", "--minutes", "0"]).is_none());
        assert!(parse(["--quick", "scaling"]).is_none());
    }
}
