//! `cargo dev`: the one command of this project.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::{Parser, Subcommand};
use system::database::{Database, Source, accepts, free_port};
use system::scenario::{self, Clients};
use system::system::{Ports, Service, System, build};
use system::{Result, Stop, fuzz, home, say, tools};

/// Runs and tests the product order system on this machine.
#[derive(Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Start a database and the services, place an order, stay up until Ctrl-C
    Up(Run),
    /// Start a database and the services, place an order, stop; fails if anything is not as expected
    Demo(Run),
    /// Run every test there is against a database of its own
    Test {
        /// Passed on to `cargo test`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Ask every endpoint what its spec allows and forbids, and check the answers (schemathesis)
    Fuzz {
        /// Cases for each operation and phase
        #[arg(long, default_value_t = 100)]
        examples: u32,
        /// One service instead of all: user-service, product-service or order-service
        #[arg(long)]
        service: Option<String>,
    },
    /// Measure the system and compare with what was measured before; `bench --help` says more
    #[command(disable_help_flag = true)]
    Bench {
        /// Passed on to the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Attack the services and check what they bear; `attack --help` says more
    #[command(disable_help_flag = true)]
    Attack {
        /// Passed on to the attacks
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// The development database
    #[command(subcommand)]
    Db(Db),
}

#[derive(clap::Args)]
struct Run {
    /// Ports of the user, product and order service, separated by commas
    #[arg(long, default_value = "3001,3002,3003", value_parser = ports)]
    ports: Ports,
    /// Build with optimisations
    #[arg(long)]
    release: bool,
}

#[derive(Subcommand)]
enum Db {
    /// Build the fast development database into .dev/tools (4 to 9 minutes, once)
    Install,
    /// Start the database alone, with the data of `cargo dev up`, until Ctrl-C
    Start {
        /// Port to listen on
        #[arg(long, default_value_t = 27017)]
        port: u16,
    },
}

/// Three ports.
fn ports(text: &str) -> std::result::Result<Ports, String> {
    let wrong = || "three ports are needed, such as 3001,3002,3003".to_owned();
    let read: Option<Vec<u16>> = text.split(',').map(|port| port.trim().parse().ok()).collect();
    read.and_then(|ports| ports.try_into().ok()).map(Ports).ok_or_else(wrong)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Up(run) => up(&run, true).await,
        Task::Demo(run) => up(&run, false).await,
        Task::Test { arguments } => test(&arguments),
        Task::Fuzz { examples, service } => fuzz(examples, service.as_deref()).await,
        Task::Bench { arguments } => bench(&arguments),
        Task::Attack { arguments } => attack(&arguments),
        Task::Db(Db::Install) => tools::install_secantusd()
            .map(|program| say(format!("installed {}", program.display()))),
        Task::Db(Db::Start { port }) => start_database(port).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop(why)) => {
            eprintln!("cargo dev: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder whose data is there again next time.
fn data() -> PathBuf {
    home::dev_home().join("data")
}

#[expect(clippy::print_stdout, reason = "the table is the answer; progress goes to standard error")]
async fn up(run: &Run, stay: bool) -> Result<()> {
    let started = Instant::now();
    let ports = run.ports;
    // Before the long work: who cannot start should hear it at once.
    for service in Service::ALL {
        let port = ports.of(service);
        if accepts(port) {
            return Err(Stop(format!(
                "port {port} is in use; stop what uses it (another `cargo dev up`?) or choose others with --ports"
            )));
        }
    }
    build(run.release)?;
    let source = Source::find()?;
    say(format!("starting the database: {}", describe(&source)));
    let database = Database::start(&source, free_port()?, &data())?;
    let system = System::start(database, ports, &home::dev_home().join("logs"), run.release)?;
    say("placing an order");
    let rows = scenario::run(&Clients::new(ports)?).await?;
    println!("\n{}", scenario::table(&rows));
    for service in Service::ALL {
        println!(
            "  Swagger UI of the {:16} http://localhost:{}/docs",
            service.name(),
            ports.of(service)
        );
    }
    println!();
    say(format!("all as expected after {:.1} s", started.elapsed().as_secs_f64()));
    if stay {
        say(format!(
            "up; Ctrl-C stops everything. Logs: {}",
            home::dev_home().join("logs").display()
        ));
        interrupted().await?;
        say("stopping");
    }
    system.stop();
    Ok(())
}

fn describe(source: &Source) -> String {
    match source {
        Source::Running(_) => "the one at MONGO_URI".to_owned(),
        Source::Mongod(program) | Source::Secantus(program) | Source::Wheel(program) => {
            program.display().to_string()
        }
    }
}

async fn start_database(port: u16) -> Result<()> {
    if accepts(port) {
        return Err(Stop(format!("port {port} is in use; choose another with --port")));
    }
    let source = Source::find()?;
    let database = Database::start(&source, port, &data())?;
    say(format!("{} serves {}; Ctrl-C stops it", describe(&source), database.server()));
    interrupted().await?;
    database.stop();
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
async fn interrupted() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate =
        signal(SignalKind::terminate()).map_err(Stop::because("cannot listen to signals"))?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome.map_err(Stop::because("cannot listen to signals")),
        _ = terminate.recv() => Ok(()),
    }
}

#[expect(clippy::print_stdout, reason = "the table is the answer; progress goes to standard error")]
async fn fuzz(examples: u32, service: Option<&str>) -> Result<()> {
    let chosen = |known: &Service| service.is_none_or(|name| name == known.name());
    let services: Vec<Service> = Service::ALL.into_iter().filter(chosen).collect();
    if services.is_empty() {
        return Err(Stop("--service is user-service, product-service or order-service".to_owned()));
    }
    build(false)?;
    let database = Database::start_temporary(&Source::find()?)?;
    let ports = Ports([free_port()?, free_port()?, free_port()?]);
    let system = System::start(database, ports, &home::dev_home().join("logs"), false)?;
    let (table, failed) = fuzz::table(&fuzz::run(ports, &services, examples).await?);
    println!("\n{table}");
    system.stop();
    if failed {
        Err(Stop("some answers are not as their spec says; see above".to_owned()))
    } else {
        Ok(())
    }
}

/// cargo in the workspace.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(home::workspace());
    cargo
}

/// The benchmark is a package of its own: asking fast enough needs a release build.
fn bench(arguments: &[String]) -> Result<()> {
    say("building the benchmark");
    let mut build = cargo();
    build.args(["build", "--release", "--package", "system-bench"]);
    tools::run(build, "cargo build")?;
    // It takes this process's place, so that Ctrl-C ends one program and not two.
    let mut bench = Command::new(home::programs().with_file_name("release").join("bench"));
    let error = std::os::unix::process::CommandExt::exec(bench.args(arguments));
    Err(Stop(format!("cannot start the benchmark: {error}")))
}

/// The full form attacks release builds, whose speed its bounds are about; the
/// short form the debug builds of `cargo dev test`.
fn attack(arguments: &[String]) -> Result<()> {
    let has = |wanted: &[&str]| arguments.iter().any(|argument| wanted.contains(&&**argument));
    let debug = has(&["--short", "--list", "--help", "-h"]);
    say("building the services and the attacks");
    let mut build = cargo();
    if debug {
        build.args(["build", "--workspace"]);
    } else {
        build.args(["build", "--release", "--package", "system-attack"]);
        build.args(Service::ALL.map(|service| format!("--package={}", service.name())));
    }
    tools::run(build, "cargo build")?;
    let folder = if debug { "debug" } else { "release" };
    // As with the benchmark.
    let mut attack = Command::new(home::programs().with_file_name(folder).join("attack"));
    let error = std::os::unix::process::CommandExt::exec(attack.args(arguments));
    Err(Stop(format!("cannot start the attacks: {error}")))
}

fn test(arguments: &[String]) -> Result<()> {
    say("building everything");
    let mut build = cargo();
    build.args(["build", "--workspace", "--all-targets"]);
    tools::run(build, "cargo build")?;
    let source = Source::find()?;
    say(format!("starting a database for the tests: {}", describe(&source)));
    let database = Database::start_temporary(&source)?;
    let mut test = cargo();
    test.args(["test", "--workspace", "--no-fail-fast"])
        .args(arguments)
        .env("TEST_MONGO_URI", database.server());
    say("running cargo test --workspace");
    let mut outcome = tools::run(test, "cargo test");
    // Whoever chooses tests wants those. The attacks measure with what only Linux has.
    if arguments.is_empty() && cfg!(target_os = "linux") {
        say("attacking the services");
        let mut attack = Command::new(home::programs().join("attack"));
        attack.arg("--short").env("MONGO_URI", database.server());
        outcome = outcome.and(tools::run(attack, "cargo dev attack --short"));
    }
    database.stop();
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_three_numbers() {
        let parse = |ports| Arguments::try_parse_from(["cargo dev", "demo", "--ports", ports]);
        let Ok(Arguments { task: Task::Demo(run) }) = parse("4001,4002, 4003") else {
            panic!("refused")
        };
        assert_eq!(run.ports.0, [4001, 4002, 4003]);
        for wrong in ["4001", "4001,4002,4003,4004", "a,b,c", "1,2,70000"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
