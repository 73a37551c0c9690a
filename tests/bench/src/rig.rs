//! The system that is measured: release builds of the three services on
//! databases of their own, which are removed in the end.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;

use mongodb::Client;
use system::database::{Database, Source, free_port};
use system::process::Process;
use system::system::{Ports, Service, build, start_guarded};
use system::usage::{Cpu, Memory, guarded};
use system::{Result, Stop, say, tools};

/// The running system.
pub struct Rig {
    /// Where the services are.
    pub ports: Ports,
    /// What serves as database, for the report.
    pub source: String,
    /// The database, for those who fill it.
    pub client: Client,
    services: Vec<Process>,
    /// The services' processes and the database's, where they can be told.
    processes: [Option<u32>; 4],
    database: Database,
    folder: tempfile::TempDir,
}

/// Processor time that was used: by each service, and by the database.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// In the order of [`Service::ALL`]; in seconds.
    pub services: [f64; 3],
    /// None if the database is no process of ours.
    pub database: Option<f64>,
}

/// A moment from which on processor time is counted.
pub struct Mark([Option<Cpu>; 4]);

impl Rig {
    /// Builds and starts everything.
    ///
    /// # Errors
    /// What does not build or come up.
    pub async fn start(yes: bool) -> Result<Self> {
        let source = source(yes)?;
        build(true)?;
        let folder =
            tempfile::tempdir().map_err(Stop::because("cannot make a temporary folder"))?;
        let mut database = launch(&source, &folder)?;
        let ports = Ports([free_port()?, free_port()?, free_port()?]);
        let mut services = Vec::new();
        for service in Service::ALL {
            say(format!("starting {} on port {}", service.name(), ports.of(service)));
            let uri = database.uri(&database_name(service));
            services.push(start_guarded(service, ports, &uri, &folder.path().join("logs"), true)?);
        }
        let process = |guard: &Process| guarded(guard.id());
        let processes = [
            process(&services[0]),
            process(&services[1]),
            process(&services[2]),
            database.process().and_then(|guard| process(guard)),
        ];
        let client = Client::with_uri_str(database.server())
            .await
            .map_err(Stop::because("the connection string"))?;
        let source = source_name(&source);
        Ok(Self { ports, source, client, services, processes, database, folder })
    }

    /// The address of a service.
    pub fn address(&self, service: Service) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.of(service)).into()
    }

    /// The collection of a service.
    pub fn collection(
        &self,
        service: Service,
        name: &str,
    ) -> mongodb::Collection<mongodb::bson::Document> {
        self.client.database(&database_name(service)).collection(name)
    }

    /// Processor time from now on.
    pub fn mark(&self) -> Mark {
        Mark(self.processes.map(|process| process.and_then(Cpu::of)))
    }

    /// Processor time since a mark; none where it cannot be told.
    pub fn used(&self, since: &Mark) -> Option<Used> {
        let now = self.mark();
        let used = |at: usize| Some(now.0[at]?.since(since.0[at]?));
        Some(Used { services: [used(0)?, used(1)?, used(2)?], database: used(3) })
    }

    /// Memory of the three services, and of the database.
    pub fn memory(&self) -> [Option<Memory>; 4] {
        self.processes.map(|process| process.and_then(Memory::of))
    }

    /// Empties the services' logs: at thousands of lines a second they fill a disk.
    pub fn forget_logs(&self) {
        for service in Service::ALL {
            let log = self.folder.path().join("logs").join(format!("{}.log", service.name()));
            // A log that cannot be emptied only costs space.
            let _ = File::options().write(true).open(log).and_then(|file| file.set_len(0));
        }
    }

    /// Stops everything and removes the databases.
    ///
    /// # Errors
    /// If a database of the server at `MONGO_URI` cannot be removed; it is named.
    pub async fn stop(self) -> Result<()> {
        for process in self.services.into_iter().rev() {
            process.stop();
        }
        for service in Service::ALL {
            let name = database_name(service);
            let dropped = self.client.database(&name).drop().await;
            dropped.map_err(Stop::because(format!("the database {name} is left over")))?;
        }
        self.client.shutdown().await;
        self.database.stop();
        Ok(())
    }
}

/// A name that no database of a server at `MONGO_URI` has already.
fn database_name(service: Service) -> String {
    format!("bench-{}-{}", std::process::id(), service.database())
}

/// A database that is fast enough to measure on: one that is here, or the
/// development database, which is built if nobody objects.
fn source(yes: bool) -> Result<Source> {
    if let Some(source) = Source::present() {
        return Ok(source);
    }
    let question = "secantusd-rs, the database to measure on, is not installed";
    if std::io::stdin().is_terminal() && !yes && !agreed(question)? {
        return Err(Stop(
            "there is no database; set MONGO_URI, put mongod on the PATH or run `cargo dev db install`"
                .to_owned(),
        ));
    }
    tools::install_secantusd().map(Source::Secantus)
}

fn agreed(question: &str) -> Result<bool> {
    eprint!("{question}; build it now, which takes 4 to 9 minutes? [Y/n] ");
    let mut answer = String::new();
    let read =
        std::io::stderr().flush().and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    read.map_err(Stop::because("standard input"))?;
    Ok(is_yes(&answer))
}

/// Return alone means yes, the end of the input does not.
fn is_yes(answer: &str) -> bool {
    answer.ends_with('\n') && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

fn launch(source: &Source, folder: &tempfile::TempDir) -> Result<Database> {
    let (port, data) = (free_port()?, folder.path().join("data"));
    match source.command(port, &data) {
        Some(command) => Database::launch(&for_speed(&command), port, &data),
        None => Database::start(source, port, &data),
    }
}

/// The same command without what only makes data outlive a crash, which would
/// measure the disk, and with room for a large catalogue.
fn for_speed(command: &Command) -> Command {
    let mut fast = Command::new(command.get_program());
    for argument in command.get_args().filter(|argument| *argument != "--sync-on-commit") {
        fast.arg(if argument == "256M" { "2G".as_ref() } else { argument });
    }
    fast
}

fn source_name(source: &Source) -> String {
    let name =
        |program: &PathBuf| program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match source {
        Source::Running(_) => "the server at MONGO_URI".to_owned(),
        Source::Mongod(program) | Source::Secantus(program) | Source::Wheel(program) => {
            name(program)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_database_does_not_wait_for_the_disk() {
        let source = Source::Secantus("secantusd-rs".into());
        let command = source.command(1, "data".as_ref()).unwrap();
        let arguments: Vec<_> = for_speed(&command).get_args().map(|a| a.to_owned()).collect();
        let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
        assert!(!has("--sync-on-commit") && !has("256M"));
        assert!(has("2G") && has("data") && has("1"));
    }

    #[test]
    fn only_a_yes_or_return_is_a_yes() {
        for yes in ["\n", "y\n", "Yes\n", " Y \n"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "n\n", "no\n", "what?\n"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
