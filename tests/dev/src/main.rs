//! `cargo dev`: starts, tests, measures and attacks the system.

mod check;
mod corpus;
mod up;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use system::arguments::{attack, bench};
use system::services::Ports;
use system::{status, tools};

/// Run and test the product order system on this machine
#[derive(Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Start a database and the services, place an order, run until Ctrl-C
    Up(RunArguments),
    /// Start a database and the services, place an order, stop; fails on any unexpected response
    Demo(RunArguments),
    /// Run all tests against a temporary database
    Test {
        /// Arguments of `cargo test`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Send valid and invalid requests to every endpoint and check the responses (schemathesis)
    Fuzz {
        /// Examples per operation and phase
        #[arg(long, default_value_t = 100)]
        examples: u32,
        /// Fuzz one service: user-service, product-service or order-service
        #[arg(long)]
        service: Option<String>,
    },
    /// Place many orders while the services and the database are killed, then account for all stock
    Soak {
        /// Orders to place
        #[arg(long, default_value_t = 1_000)]
        orders: usize,
    },
    /// Generate servers from all documents of a folder, compile them, and compare their validation
    Corpus(corpus::Arguments),
    Bench(Box<bench::Arguments>),
    Attack(attack::Arguments),
    /// Manage the development database
    #[command(subcommand)]
    Db(Db),
}

#[derive(clap::Args)]
struct RunArguments {
    /// Ports of the user, product and order service, separated by commas
    #[arg(long, default_value = "3001,3002,3003", value_parser = ports)]
    ports: Ports,
    /// Build with optimizations
    #[arg(long)]
    release: bool,
    /// Require authorization, with admin@example.com as the administrator
    #[arg(long)]
    auth: bool,
}

#[derive(Subcommand)]
enum Db {
    /// Build the fast development database into .dev/tools (4 to 9 minutes, once)
    Install,
    /// Start only the database, with the data of `cargo dev up`, until Ctrl-C
    Start {
        /// Port to listen on
        #[arg(long, default_value_t = 27017)]
        port: u16,
    },
}

fn ports(text: &str) -> Result<Ports, String> {
    let numbers: Option<Vec<u16>> = text.split(',').map(|port| port.trim().parse().ok()).collect();
    let ports: Option<[u16; 3]> = numbers.and_then(|ports| ports.try_into().ok());
    let ports = ports.ok_or("expected three ports, such as 3001,3002,3003")?;
    for (index, port) in ports.iter().enumerate() {
        if ports[..index].contains(port) {
            return Err(format!("port {port} is repeated; expected three different ports"));
        }
    }
    Ok(Ports(ports))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Up(run) => up::up(run.ports, run.release, run.auth).await,
        Task::Demo(run) => up::demo(run.ports, run.release, run.auth).await,
        Task::Test { arguments } => check::test(&arguments),
        Task::Fuzz { examples, service } => up::fuzz(examples, service.as_deref()).await,
        Task::Soak { orders } => up::soak(orders).await,
        Task::Corpus(arguments) => corpus::run(&arguments),
        Task::Bench(_) => check::bench(),
        Task::Attack(arguments) => check::attack(&arguments),
        Task::Db(Db::Install) => tools::install_secantusd()
            .map(|program| status(format!("installed {}", program.display()))),
        Task::Db(Db::Start { port }) => up::database(port).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo dev: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<const N: usize>(arguments: [&str; N]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["cargo dev"].into_iter().chain(arguments))
    }

    #[test]
    fn ports_are_three_different_numbers() {
        let Ok(Arguments { task: Task::Demo(run) }) = parse(["demo", "--ports", "4001,4002, 4003"])
        else {
            panic!("rejected")
        };
        assert_eq!(run.ports.0, [4001, 4002, 4003]);
        for wrong in ["4001", "4001,4002,4003,4004", "a,b,c", "1,2,70000"] {
            let error = parse(["demo", "--ports", wrong]).err().expect(wrong).to_string();
            assert!(error.contains("expected three ports"), "{wrong}: {error}");
        }
        let error = parse(["demo", "--ports", "4001,4002,4001"]).err().unwrap().to_string();
        assert!(error.contains("port 4001 is repeated"), "{error}");
    }

    #[test]
    fn help_of_benchmark_and_attacks_needs_no_build() {
        for (task, option) in [("bench", "--save-baseline"), ("attack", "--only")] {
            let error = parse([task, "--help"]).err().expect(task);
            assert_eq!(error.kind(), clap::error::ErrorKind::DisplayHelp, "{task}");
            assert!(error.to_string().contains(option), "{task}: {error}");
        }
        assert!(parse(["bench", "--no-such-option"]).is_err());
    }
}
