//! Tasks that run the system: up, demo, fuzz and the database alone.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use system::database::{Database, Source, docker};
use system::ports::{free_port, is_listening};
use system::scenario::{self, Clients};
use system::services::{ADMIN_EMAIL, ADMIN_PASSWORD, Authorization, Ports, Service, System, build};
use system::{fuzz, home, soak, status};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the system until Ctrl-C.
pub async fn up(ports: Ports, release: bool, auth: bool) -> Result<()> {
    let system = start(ports, release, auth).await?;
    status(format!("running; Ctrl-C stops everything. Logs: {}", logs().display()));
    interrupted().await?;
    status("stopping");
    system.stop();
    Ok(())
}

/// Runs the system for one order.
pub async fn demo(ports: Ports, release: bool, auth: bool) -> Result<()> {
    start(ports, release, auth).await?.stop();
    Ok(())
}

#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
async fn start(ports: Ports, release: bool, auth: bool) -> Result<System> {
    let started = Instant::now();
    // First of all, because the build takes long.
    ports.ensure_unused()?;
    build(release)?;
    let source = Source::find()?;
    status(format!("starting the database: {}", describe(&source)));
    let database = Database::start(&source, free_port()?, &data(&source))?;
    let authorization = auth.then(Authorization::new).transpose()?;
    let system = System::start(database, ports, &logs(), release, authorization.as_ref())?;
    let clients = Clients::new(ports)?;
    if auth {
        status(format!("signing in {ADMIN_EMAIL} with the password `{ADMIN_PASSWORD}`"));
        clients.sign_in_admin(ADMIN_EMAIL, ADMIN_PASSWORD).await?;
    }
    status("placing an order");
    let rows = scenario::run(&clients).await?;
    println!("\n{}", scenario::table(&rows));
    for service in Service::ALL {
        let port = ports.of(service);
        println!("  Swagger UI of the {:16} http://localhost:{port}/docs", service.name());
    }
    println!();
    status(format!("succeeded after {:.1} s", started.elapsed().as_secs_f64()));
    Ok(system)
}

/// Places orders while processes are killed. Fails unless all stock is accounted for.
#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
pub async fn soak(orders: usize) -> Result<()> {
    // Debug builds have fail points.
    build(false)?;
    let kill_interval = Duration::from_secs(2);
    let options = soak::Options { orders, kill_interval, fail_points: 0.002 };
    let source = Source::find()?;
    let report = tokio::select! {
        report = soak::run(&source, options) => report?,
        // Ends the processes.
        outcome = interrupted() => return outcome,
    };
    println!("\n{}", report.table());
    if !report.is_correct() {
        bail!("the orders and the stock contradict each other");
    }
    Ok(())
}

/// Runs only the database until Ctrl-C.
pub async fn database(port: u16) -> Result<()> {
    if is_listening(port) {
        bail!("port {port} is in use; choose another one with --port");
    }
    let source = Source::find()?;
    let database = Database::start(&source, port, &data(&source))?;
    status(format!("{} serves {}; Ctrl-C stops it", describe(&source), database.server()));
    interrupted().await?;
    database.stop();
    Ok(())
}

/// Fuzzes one service or all of them on a temporary database.
#[expect(clippy::print_stdout, reason = "progress goes to standard error, the result does not")]
pub async fn fuzz(examples: u32, service: Option<&str>) -> Result<()> {
    let chosen = |known: &Service| service.is_none_or(|name| name == known.name());
    let services: Vec<Service> = Service::ALL.into_iter().filter(chosen).collect();
    if services.is_empty() {
        bail!("unknown service; expected user-service, product-service or order-service");
    }
    build(false)?;
    let database = Database::start_temporary(&Source::find()?)?;
    let ports = Ports::free()?;
    let system = System::start(database, ports, &logs(), false, None)?;
    let (table, failed) = fuzz::table(&fuzz::run(ports, &services, examples).await?);
    println!("\n{table}");
    system.stop();
    if failed {
        bail!("some responses do not conform to their spec; see above");
    }
    Ok(())
}

/// The folder of the persistent data. MongoDB cannot read the files of SecantusDB.
fn data(source: &Source) -> PathBuf {
    let folder = if matches!(source, Source::Mongod(_)) { "data-mongod" } else { "data" };
    home::dev_home().join(folder)
}

fn logs() -> PathBuf {
    home::dev_home().join("logs")
}

/// Names a database for progress messages.
pub fn describe(source: &Source) -> String {
    match source {
        Source::Running(_) => "the server at MONGO_URI".to_owned(),
        Source::Mongod(program) | Source::Secantus(program) | Source::Wheel(program) => {
            program.display().to_string()
        }
        Source::Docker(_) => format!("{} in Docker", docker::IMAGE),
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn interrupted() -> Result<()> {
    let mut terminate =
        signal(SignalKind::terminate()).context("cannot install a signal handler")?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome.context("cannot install a signal handler"),
        _ = terminate.recv() => Ok(()),
    }
}
