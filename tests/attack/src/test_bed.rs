//! What attacks run on: a database, services in any number and configuration,
//! and the bounds of the form that is run.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use mongodb::Client;
use mongodb::bson::Document;
use rustix::process::{Resource, getrlimit};
use system::database::{Database, Source, database_uri};
use system::process::Process;
use system::system::{Ports, Service, command};

use crate::running::RunningService;

/// What a service may allocate: heap, stacks and what the allocator reserves,
/// in KiB. 512 MiB, as in its container. It is RLIMIT_DATA because that works
/// the same for every user and in containers, where cgroups cannot be written
/// to; RLIMIT_AS would count what is mapped and never used.
const MEMORY_LIMIT_KIB: u32 = 512 * 1024;

/// How much more time everything may take in the short form, which attacks
/// debug builds on machines that do other things as well.
const SHORT_FORM_PATIENCE: u32 = 10;

/// Descriptors of the tool that are for anything but attacking connections.
const RESERVED_DESCRIPTORS: u64 = 500;

/// Everything that an attack needs.
pub struct TestBed {
    /// The short form: fewer clients, less time, debug builds.
    pub short: bool,
    /// Makes and reads documents behind the services' backs.
    pub client: Client,
    programs: PathBuf,
    database: Database,
    folder: tempfile::TempDir,
    /// The databases of all launches so far.
    databases: Mutex<Vec<String>>,
}

impl TestBed {
    /// Starts a database; services are started by the attacks.
    pub async fn start(programs: PathBuf, short: bool) -> Result<Self> {
        let database = Database::start_temporary(&Source::find()?)?;
        let client = Client::with_uri_str(database.server()).await?;
        let folder = tempfile::tempdir()?;
        Ok(Self { short, client, programs, database, folder, databases: Mutex::default() })
    }

    /// Stops everything, and removes the databases that were made.
    pub async fn stop(self) -> Result<()> {
        let databases = self.databases.into_inner().unwrap_or_else(PoisonError::into_inner);
        for name in databases {
            let dropped = self.client.database(&name).drop().await;
            dropped.with_context(|| format!("the database {name} is left over"))?;
        }
        self.client.shutdown().await;
        self.database.stop();
        Ok(())
    }

    /// A service that is about to be started, on a database that nothing else uses.
    pub fn service(&self, service: Service) -> Launch<'_> {
        let mut databases = self.databases.lock().unwrap_or_else(PoisonError::into_inner);
        let number = databases.len();
        let database = format!("attack-{}-{number}-{}", std::process::id(), service.database());
        databases.push(database.clone());
        Launch {
            bed: self,
            service,
            number,
            database,
            proxy: None,
            environment: Vec::new(),
            descriptors: None,
            log: None,
        }
    }

    /// The full form's figure, or the short one's.
    pub fn size<T>(&self, full: T, short: T) -> T {
        if self.short { short } else { full }
    }

    /// The bound on a time, which is relaxed in the short form.
    pub fn patience(&self, bound: Duration) -> Duration {
        if self.short { bound * SHORT_FORM_PATIENCE } else { bound }
    }

    /// As many connections as were asked for, or as the system allows this process.
    pub fn connections(&self, wanted: usize) -> usize {
        let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        // In the short form two attacks share them.
        let allowed = allowed.saturating_sub(RESERVED_DESCRIPTORS) / self.size(1, 2);
        usize::try_from(allowed).map_or(wanted, |allowed| wanted.min(allowed))
    }

    /// A file that goes away with the test bed.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the database listens, if it is one server of its own.
    pub fn database_address(&self) -> Result<SocketAddr> {
        let hosts = self.database.server().trim_start_matches("mongodb://");
        let host = hosts.split(['/', '?']).next().unwrap_or_default();
        let found = tokio::task::block_in_place(|| std::net::ToSocketAddrs::to_socket_addrs(host));
        found
            .ok()
            .and_then(|mut addresses| addresses.next())
            .context("the attack needs a database at mongodb://HOST:PORT, without a login")
    }
}

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

impl Launch<'_> {
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

/// An address of this machine that is not the bystanders'. On Linux all of
/// 127.0.0.0/8 is.
pub const OTHER_CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A port that is not used now and that the system gives to no client, as it
/// does with ports from 32768: attacks have thousands of clients.
fn unused_port() -> Result<u16> {
    const SERVERS: std::ops::Range<u16> = 10_000..30_000;
    let unused = |port: &u16| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| fastrand::u16(SERVERS)).take(100);
    ports.find(unused).context("no port is unused")
}
