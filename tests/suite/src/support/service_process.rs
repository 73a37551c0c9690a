//! A service as a process on a separate database, for tests that store documents, read the log,
//! measure the process or kill it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document};
use mongodb::{Client, Collection};
use serde_json::Value;
use system::database::{Database, Source};
use system::process::Process;
use system::services::{Ports, Service, command, is_healthy};
use system::usage::Memory;

use super::api::Api;
use super::system::mongo_uri;

/// The time a service has to become healthy.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The configuration of a service that has not started yet.
pub struct Configuration {
    service: Service,
    ports: Ports,
    uri: String,
    database: Option<Database>,
    limits: String,
    environment: Vec<(String, String)>,
}

impl Configuration {
    /// Starts a database server for this service alone, so that other tests do not wait for a
    /// server that is busy with large documents.
    pub fn separate_server(mut self) -> Self {
        let database = Database::start_temporary(&Source::find().unwrap()).unwrap();
        // Unless `MONGO_URI` names a server, which the tests share.
        let name = format!("{}_{}", self.service.database(), ObjectId::new());
        self.uri = database.uri(&name);
        self.database = Some(database);
        self
    }

    pub fn ports(mut self, ports: Ports) -> Self {
        self.ports = ports;
        self
    }

    /// The connection string of the database.
    pub fn mongo_uri(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.uri);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shell commands that limit or redirect the process before it executes the service.
    pub fn shell(mut self, commands: &str) -> Self {
        commands.clone_into(&mut self.limits);
        self
    }

    /// Starts the service and waits until it is healthy.
    pub fn start(self) -> ServiceProcess {
        let mut service = self.start_unhealthy();
        let port = service.port;
        service.process.wait_until(START_TIMEOUT, || is_healthy(port)).unwrap();
        service
    }

    /// Starts the service without waiting for it.
    pub fn start_unhealthy(self) -> ServiceProcess {
        let Self { service, ports, uri, database, limits, environment } = self;
        let program = command(service, ports, &uri, false);
        let file = Path::new(program.get_program());
        assert!(file.is_file(), "there is no {}; run `cargo build` first", file.display());
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{limits} exec \"$0\"")]).arg(program.get_program());
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.envs(environment);
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("service.log");
        let process = Process::start(service.name(), &mut shell, &log).unwrap();
        let api = Api { url: ports.url(service) };
        let port = ports.of(service);
        ServiceProcess { api, process, port, uri, log, _database: database, _folder: folder }
    }
}

/// A running service. Dropping it kills it.
pub struct ServiceProcess {
    pub api: Api,
    pub process: Process,
    pub port: u16,
    uri: String,
    log: PathBuf,
    _database: Option<Database>,
    _folder: tempfile::TempDir,
}

impl ServiceProcess {
    /// Starts a service on an empty database.
    pub fn start(service: Service) -> Self {
        Self::configure(service).start()
    }

    /// Configures a service, by default on an empty database and free ports.
    pub fn configure(service: Service) -> Configuration {
        let uri = mongo_uri(service, &format!("_{}", ObjectId::new()));
        let ports = Ports::free().unwrap();
        let (limits, environment) = (String::new(), Vec::new());
        Configuration { service, ports, uri, database: None, limits, environment }
    }

    /// A collection of the database.
    pub async fn collection(&self, name: &str) -> Collection<Document> {
        let client = Client::with_uri_str(&self.uri).await.unwrap();
        client.default_database().unwrap().collection(name)
    }

    /// The peak of the resident memory so far, in MiB.
    pub fn peak_memory_mib(&self) -> f64 {
        Memory::of(self.process.id()).unwrap().peak * 1e6 / f64::from(1 << 20)
    }

    /// Waits for the end of the process; returns the time it took.
    pub fn ends_within(&mut self, limit: Duration) -> Duration {
        let started = Instant::now();
        while self.process.exit_status().is_none() {
            assert!(started.elapsed() < limit, "still running: {}", self.process.tail());
            std::thread::sleep(Duration::from_millis(5));
        }
        started.elapsed()
    }

    /// The log so far, with a delay because the service writes it in batches.
    pub fn log(&self) -> String {
        std::thread::sleep(Duration::from_millis(500));
        self.process.output()
    }

    /// The log lines so far, in JSON.
    fn log_lines(&self) -> Vec<Value> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The log lines with a message.
    pub fn log_lines_with(&self, message: &str) -> Vec<Value> {
        std::thread::sleep(Duration::from_millis(500));
        self.log_lines().into_iter().filter(|line| line["message"] == message).collect()
    }

    /// Waits for a log line that meets a condition.
    pub fn wait_for_log(&self, condition: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            if let Some(line) = self.log_lines().into_iter().find(&condition) {
                return line;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{}", self.process.tail());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A date for stored documents. A greater number means a later date.
pub fn timestamp(milliseconds: i64) -> DateTime {
    DateTime::from_millis(1_767_225_600_000 + milliseconds)
}

/// An id for stored documents. A greater number means a greater id.
pub fn object_id(number: u32) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}
