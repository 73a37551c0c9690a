//! How a service is started: its configuration and its limits.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use mongodb::bson::Document;
use system::database::database_uri;
use system::process::Process;
use system::system::{Ports, Service, command};

use crate::running::RunningService;
use crate::test_bed::TestBed;

/// What a service may allocate: heap, stacks and what the allocator reserves,
/// in KiB. 512 MiB, as in its container. It is RLIMIT_DATA because that works
/// the same for every user and in containers, where cgroups cannot be written
/// to; RLIMIT_AS would count what is mapped and never used.
const MEMORY_LIMIT_KIB: u32 = 512 * 1024;

/// A service's configuration.
pub struct Launch<'a> {
    bed: &'a TestBed,
    service: Service,
    number: usize,
    database: String,
    proxy: Option<u16>,
    environment: Vec<(String, String)>,
    descriptors: Option<u32>,
    log: Option<PathBuf>,
}

impl<'a> Launch<'a> {
    /// A service with the configuration of an attack without wishes.
    pub fn new(bed: &'a TestBed, service: Service, number: usize, database: String) -> Self {
        Self {
            bed,
            service,
            number,
            database,
            proxy: None,
            environment: Vec::new(),
            descriptors: None,
            log: None,
        }
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    /// For the order service: the ports of the user and the product service.
    pub fn upstreams(self, users: u16, products: u16) -> Self {
        let url = |port| format!("http://127.0.0.1:{port}");
        self.env("USER_SERVICE_URL", url(users)).env("PRODUCT_SERVICE_URL", url(products))
    }

    /// The database of another launch, of which this one is a replica.
    pub fn database_of(mut self, other: &str) -> Self {
        other.clone_into(&mut self.database);
        self
    }

    /// Reaches the database through a proxy.
    pub fn through(mut self, proxy: u16) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// The most descriptors that the process may open, which it cannot raise.
    pub fn descriptors(mut self, count: u32) -> Self {
        self.descriptors = Some(count);
        self
    }

    /// Where its standard output goes instead of a file.
    pub fn log_to(mut self, path: &Path) -> Self {
        self.log = Some(path.to_owned());
        self
    }

    /// The name of its database.
    pub fn database_name(&self) -> &str {
        &self.database
    }

    /// Its collection, behind its back.
    pub fn collection(&self, name: &str) -> mongodb::Collection<Document> {
        self.bed.client.database(&self.database).collection(name)
    }

    /// Starts it and waits until it is healthy.
    pub async fn start(self) -> Result<RunningService> {
        let port = unused_port()?;
        let uri = match self.proxy {
            Some(port) => {
                format!("mongodb://127.0.0.1:{port}/{}?directConnection=true", self.database)
            }
            None => database_uri(self.bed.database.server(), &self.database),
        };
        let ports = Ports([port; 3]);
        let configured = command(self.service, ports, &uri, false);
        let program = self.bed.programs.join(self.service.name());
        let mut limited = Command::new("sh");
        limited.args(["-c", &self.limits(), "sh"]).arg(&program);
        for (name, value) in configured.get_envs() {
            limited.envs(value.map(|value| (name, value)));
        }
        limited.envs(self.environment);
        let default = self.bed.file(&format!("{}-{}.log", self.number, self.service.name()));
        let log = self.log.unwrap_or(default);
        let process = Process::start_guarded(self.service.name(), &limited, &log)?;
        RunningService::watch(process, &program, port)
            .await
            .with_context(|| format!("{} does not start", self.service.name()))
    }

    /// Sets the limits, soft and hard, and becomes the program.
    fn limits(&self) -> String {
        let descriptors = self.descriptors.map(|count| format!("ulimit -n {count} && "));
        let descriptors = descriptors.unwrap_or_default();
        format!("{descriptors}ulimit -d {MEMORY_LIMIT_KIB} && exec \"$@\"")
    }
}

/// A port that is not used now and that the system gives to no client, as it
/// does with ports from 32768: attacks have thousands of clients.
fn unused_port() -> Result<u16> {
    const SERVERS: std::ops::Range<u16> = 10_000..30_000;
    let unused = |port: &u16| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| fastrand::u16(SERVERS)).take(100);
    ports.find(unused).context("no port is unused")
}
