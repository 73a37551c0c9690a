//! The measured system: release builds of the three services on temporary databases.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use mongodb::Client;
use system::database::{Database, Source, docker};
use system::ports::free_port;
use system::process::Process;
use system::services::{
    Authorization, Ports, START_TIMEOUT, Service, build, command, is_healthy, start_guarded,
};
use system::usage::{CpuTime, Memory, guarded_process};
use system::{status, tools};

pub struct TestBed {
    pub ports: Ports,
    /// The name of the database server, for the report.
    pub database_name: String,
    pub client: Client,
    services: Vec<Process>,
    /// The port of a second order service, which reserves stock.
    reserving_port: u16,
    /// The port of a second user service, which requires authorization.
    authorized_port: u16,
    /// The process ids of the services, of the database, of the second order service and of the
    /// second user service, on Linux.
    processes: [Option<u32>; 6],
    database: Database,
    folder: tempfile::TempDir,
}

/// Processor time in seconds.
#[derive(Debug, Clone, Copy)]
pub struct CpuUsage {
    /// In the order of [`Service::ALL`]; both services of a kind are added up.
    pub services: [f64; 3],
    /// `None` if the database ran already.
    pub database: Option<f64>,
}

/// The processor time that each process has used up to a moment.
pub struct CpuSnapshot([Option<CpuTime>; 6]);

impl TestBed {
    /// Builds and starts the system. `yes` allows to build a database without a question.
    pub async fn start(yes: bool) -> Result<Self> {
        let source = source(yes)?;
        build(true)?;
        let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
        let database = launch(&source, &folder)?;
        let ports = Ports::free()?;
        let mut services = Vec::new();
        for service in Service::ALL {
            status(format!("starting {} on port {}", service.name(), ports.of(service)));
            let uri = database.uri(&database_name(service));
            services.push(start_guarded(service, ports, &uri, &folder.path().join("logs"), true)?);
        }
        let reserving_port = free_port()?;
        services.push(start_reserving(&database, ports, reserving_port, folder.path())?);
        let authorized_port = free_port()?;
        services.push(start_authorized(&database, ports, authorized_port, folder.path())?);
        let process = |guard: &Process| guarded_process(guard.id());
        let processes = [
            process(&services[0]),
            process(&services[1]),
            process(&services[2]),
            database.process().and_then(process),
            process(&services[3]),
            process(&services[4]),
        ];
        let client =
            Client::with_uri_str(database.server()).await.context("invalid connection string")?;
        let database_name = server_name(&source);
        Ok(Self {
            ports,
            database_name,
            client,
            services,
            reserving_port,
            authorized_port,
            processes,
            database,
            folder,
        })
    }

    pub fn address(&self, service: Service) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.of(service)).into()
    }

    /// The address of the order service that reserves stock.
    pub fn reserving_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.reserving_port).into()
    }

    /// The address of the user service that requires authorization.
    pub fn authorized_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.authorized_port).into()
    }

    pub fn collection(
        &self,
        service: Service,
        name: &str,
    ) -> mongodb::Collection<mongodb::bson::Document> {
        self.client.database(&database_name(service)).collection(name)
    }

    pub fn cpu_snapshot(&self) -> CpuSnapshot {
        CpuSnapshot(self.processes.map(|process| process.and_then(CpuTime::of)))
    }

    /// The processor time since a snapshot, on Linux.
    pub fn cpu_usage(&self, since: &CpuSnapshot) -> Option<CpuUsage> {
        let now = self.cpu_snapshot();
        let used = |at: usize| Some(now.0[at]?.since(since.0[at]?));
        let services = [used(0)? + used(5)?, used(1)?, used(2)? + used(4)?];
        Some(CpuUsage { services, database: used(3) })
    }

    /// The memory of the three services and of the database, on Linux.
    pub fn memory(&self) -> [Option<Memory>; 4] {
        let [user, product, order, database, ..] = self.processes;
        [user, product, order, database].map(|process| process.and_then(Memory::of))
    }

    /// Truncates the logs of the services, which grow by thousands of lines per second.
    pub fn truncate_logs(&self) {
        for name in Service::ALL.map(Service::name).into_iter().chain([RESERVING, AUTHORIZED]) {
            let log = self.folder.path().join("logs").join(format!("{name}.log"));
            // A failure only costs space.
            let _ = File::options().write(true).open(log).and_then(|file| file.set_len(0));
        }
    }

    /// Stops the system and removes its databases.
    pub async fn stop(self) -> Result<()> {
        for process in self.services.into_iter().rev() {
            process.stop();
        }
        for service in Service::ALL {
            let name = database_name(service);
            let dropped = self.client.database(&name).drop().await;
            dropped.with_context(|| format!("cannot remove the database {name}"))?;
        }
        self.client.shutdown().await;
        self.database.stop();
        Ok(())
    }
}

/// The name of the log of the second order service.
const RESERVING: &str = "reserving-order-service";

/// The name of the log of the second user service.
const AUTHORIZED: &str = "authorized-user-service";

/// Starts a second order service, which shares the database of the first.
fn start_reserving(
    database: &Database,
    ports: Ports,
    port: u16,
    folder: &std::path::Path,
) -> Result<Process> {
    status(format!("starting order-service with STOCK=reserved on port {port}"));
    let uri = database.uri(&database_name(Service::Order));
    let mut command = command(Service::Order, ports, &uri, true);
    command.env("STOCK", "reserved");
    start_second(RESERVING, command, port, folder)
}

/// Starts a second user service, which shares the database of the first.
fn start_authorized(
    database: &Database,
    ports: Ports,
    port: u16,
    folder: &std::path::Path,
) -> Result<Process> {
    status(format!("starting user-service with AUTH=required on port {port}"));
    let uri = database.uri(&database_name(Service::User));
    let mut command = command(Service::User, ports, &uri, true);
    Authorization::new()?.configure(Service::User, &mut command);
    start_second(AUTHORIZED, command, port, folder)
}

fn start_second(
    name: &str,
    mut command: Command,
    port: u16,
    folder: &std::path::Path,
) -> Result<Process> {
    command.env("PORT", port.to_string());
    let log = folder.join("logs").join(format!("{name}.log"));
    let mut process = Process::start_guarded(name, &command, &log)?;
    process.wait_until(START_TIMEOUT, || is_healthy(port))?;
    Ok(process)
}

/// A name that is unique on a server at `MONGO_URI`.
fn database_name(service: Service) -> String {
    format!("bench-{}-{}", std::process::id(), service.database())
}

/// A database that is fast enough for measurements: an installed one, or the development database,
/// which is built if the user agrees.
fn source(yes: bool) -> Result<Source> {
    if let Some(source) = Source::installed() {
        return Ok(source);
    }
    let question = "secantusd-rs, the database for measurements, is not installed";
    if std::io::stdin().is_terminal() && !yes && !agreed(question)? {
        bail!("no database; set MONGO_URI, put mongod on the PATH or run `cargo dev db install`");
    }
    tools::install_secantusd().map(Source::Secantus)
}

fn agreed(question: &str) -> Result<bool> {
    eprint!("{question}; build it now (4 to 9 minutes)? [Y/n] ");
    let mut response = String::new();
    let read =
        std::io::stderr().flush().and_then(|()| std::io::stdin().lock().read_line(&mut response));
    read.context("cannot read standard input")?;
    Ok(is_consent(&response))
}

/// An empty line means yes, the end of the input means no.
fn is_consent(response: &str) -> bool {
    response.ends_with('\n') && matches!(response.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

fn launch(source: &Source, folder: &tempfile::TempDir) -> Result<Database> {
    let port = free_port()?;
    let data = folder.path().join("data");
    match source.command(port, &data) {
        Some(command) => Database::launch(&for_speed(&command), port, &data),
        None => Database::start(source, port, &data),
    }
}

/// Modifies the command of a database: without durability, whose cost would be that of the disk,
/// and with a cache for a large catalogue.
fn for_speed(command: &Command) -> Command {
    let mut fast = Command::new(command.get_program());
    for argument in command.get_args().filter(|argument| *argument != "--sync-on-commit") {
        fast.arg(if argument == "1G" { "2G".as_ref() } else { argument });
    }
    fast
}

fn server_name(source: &Source) -> String {
    let name =
        |program: &PathBuf| program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match source {
        Source::Running(_) => "the server at MONGO_URI".to_owned(),
        Source::Mongod(program) | Source::Secantus(program) | Source::Wheel(program) => {
            name(program)
        }
        Source::Docker(_) => docker::IMAGE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_database_does_not_wait_for_the_disk() {
        let source = Source::Secantus("secantusd-rs".into());
        let command = source.command(1, "data".as_ref()).unwrap();
        let arguments: Vec<_> = for_speed(&command).get_args().map(|a| a.to_owned()).collect();
        let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
        assert!(!has("--sync-on-commit") && !has("1G"));
        assert!(has("2G") && has("data") && has("1"));
    }

    #[test]
    fn only_yes_or_an_empty_line_is_consent() {
        for yes in ["\n", "y\n", "Yes\n", " Y \n"] {
            assert!(is_consent(yes), "{yes:?}");
        }
        for no in ["", "n\n", "no\n", "what?\n"] {
            assert!(!is_consent(no), "{no:?}");
        }
    }
}
