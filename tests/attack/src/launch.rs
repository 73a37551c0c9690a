//! The start of a service: its configuration and limits.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use mongodb::bson::Document;
use system::ports::free_port;
use system::process::Process;
use system::services::{Ports, Service, command};

use crate::running::RunningService;
use crate::test_bed::TestBed;

/// The limit on the data of a service in KiB: 512 MiB of heap, stacks and memory that the allocator
/// reserves, as in its container. RLIMIT_DATA works for every user and in containers, where cgroups
/// are read-only; RLIMIT_AS would count mapped memory that is never used.
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

impl TestBed {
    /// A service that can be configured and started, with a separate database.
    pub fn service(&self, service: Service) -> Launch<'_> {
        let (number, database) = self.new_database(service);
        Launch::new(self, service, number, database)
    }
}

impl<'a> Launch<'a> {
    fn new(bed: &'a TestBed, service: Service, number: usize, database: String) -> Self {
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

    pub fn env(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets the ports of the user and product service that an order service calls.
    pub fn upstreams(self, users: u16, products: u16) -> Self {
        let url = |port| format!("http://127.0.0.1:{port}");
        self.env("USER_SERVICE_URL", url(users)).env("PRODUCT_SERVICE_URL", url(products))
    }

    /// Uses the database of another launch, of which this one is a replica.
    pub fn database_of(mut self, other: &str) -> Self {
        other.clone_into(&mut self.database);
        self
    }

    /// Connects to the database through a proxy.
    pub fn through(mut self, proxy: u16) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Limits the descriptors of the process.
    pub fn descriptors(mut self, count: u32) -> Self {
        self.descriptors = Some(count);
        self
    }

    /// Redirects standard output.
    pub fn log_to(mut self, path: &Path) -> Self {
        self.log = Some(path.to_owned());
        self
    }

    pub fn database_name(&self) -> &str {
        &self.database
    }

    /// A collection of the database.
    pub fn collection(&self, name: &str) -> mongodb::Collection<Document> {
        self.bed.client.database(&self.database).collection(name)
    }

    /// Starts the service and waits until it is healthy.
    pub async fn start(self) -> Result<RunningService> {
        let port = free_port()?;
        let uri = match self.proxy {
            Some(port) => {
                format!("mongodb://127.0.0.1:{port}/{}?directConnection=true", self.database)
            }
            None => self.bed.uri(&self.database),
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

    /// A shell script that sets soft and hard limits and executes its arguments.
    fn limits(&self) -> String {
        let descriptors = self.descriptors.map(|count| format!("ulimit -n {count} && "));
        let descriptors = descriptors.unwrap_or_default();
        format!("{descriptors}ulimit -d {MEMORY_LIMIT_KIB} && exec \"$@\"")
    }
}
