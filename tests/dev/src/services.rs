//! The three services as processes.

mod authorization;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::database::Database;
use crate::home::programs;
use crate::output::status;
use crate::ports::{free_port, is_listening};
use crate::process::{self, Process};
pub use authorization::{ADMIN_EMAIL, ADMIN_PASSWORD, Authorization};

/// How long a service may take to become healthy: a few attempts to connect to its database.
pub const START_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    User,
    Product,
    Order,
}

impl Service {
    /// All services, in the order in which they start.
    pub const ALL: [Self; 3] = [Self::User, Self::Product, Self::Order];

    /// The name of the package and of the program.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user-service",
            Self::Product => "product-service",
            Self::Order => "order-service",
        }
    }

    /// The name of the database.
    pub fn database(self) -> &'static str {
        match self {
            Self::User => "userdb",
            Self::Product => "productdb",
            Self::Order => "orderdb",
        }
    }
}

/// The ports of the three services, in the order of [`Service::ALL`].
#[derive(Debug, Clone, Copy)]
pub struct Ports(pub [u16; 3]);

impl Ports {
    /// Three ports on which no program listens.
    pub fn free() -> Result<Self> {
        Ok(Self([free_port()?, free_port()?, free_port()?]))
    }

    pub fn of(self, service: Service) -> u16 {
        self.0[service as usize]
    }

    pub fn url(self, service: Service) -> String {
        format!("http://127.0.0.1:{}", self.of(service))
    }

    /// Fails if a program listens on one of the ports.
    pub fn ensure_unused(self) -> Result<()> {
        Service::ALL.into_iter().try_for_each(|service| ensure_unused(self.of(service)))
    }
}

fn ensure_unused(port: u16) -> Result<()> {
    if is_listening(port) {
        bail!(
            "port {port} is in use; stop the program that uses it (another `cargo dev up`?) or choose other ports with --ports"
        );
    }
    Ok(())
}

/// Builds the services with cargo, whose progress the user sees.
pub fn build(release: bool) -> Result<()> {
    status("building the services");
    build_with(None, release)
}

/// Builds the services together with another package of the workspace. Cargo then unifies the
/// features of their dependencies, so that none is built twice.
pub fn build_with(package: Option<&str>, release: bool) -> Result<()> {
    let mut build = cargo();
    build.arg("build").args(release.then_some("--release"));
    let services = Service::ALL.map(Service::name);
    for package in services.into_iter().chain(package) {
        build.args(["--package", package]);
    }
    process::run(build, "cargo build")
}

/// Starts a service and waits until it is healthy.
pub fn start(
    service: Service,
    ports: Ports,
    mongo_uri: &str,
    logs: &Path,
    release: bool,
) -> Result<Process> {
    let mut command = command(service, ports, mongo_uri, release);
    launch(service, ports, logs, |log| Process::start(service.name(), &mut command, log))
}

/// Starts a service that ends with this program, even if that is killed.
pub fn start_guarded(
    service: Service,
    ports: Ports,
    mongo_uri: &str,
    logs: &Path,
    release: bool,
) -> Result<Process> {
    let command = command(service, ports, mongo_uri, release);
    launch(service, ports, logs, |log| Process::start_guarded(service.name(), &command, log))
}

fn launch(
    service: Service,
    ports: Ports,
    logs: &Path,
    start: impl FnOnce(&Path) -> Result<Process>,
) -> Result<Process> {
    let port = ports.of(service);
    ensure_unused(port)?;
    fs::create_dir_all(logs).with_context(|| logs.display().to_string())?;
    let mut process = start(&logs.join(format!("{}.log", service.name())))?;
    process.wait_until(START_TIMEOUT, || is_healthy(port))?;
    Ok(process)
}

/// The command that runs a service, with its whole configuration.
pub fn command(service: Service, ports: Ports, mongo_uri: &str, release: bool) -> Command {
    let folder = programs();
    let folder = if release { folder.with_file_name("release") } else { folder };
    let mut command = Command::new(folder.join(service.name()));
    command.env("PORT", ports.of(service).to_string()).env("MONGO_URI", mongo_uri);
    if service != Service::User {
        let keys = format!("{}/.well-known/jwks.json", ports.url(Service::User));
        command.env("JWKS_URL", keys);
    }
    match service {
        Service::User | Service::Product => {}
        Service::Order => {
            command.env("USER_SERVICE_URL", ports.url(Service::User));
            command.env("PRODUCT_SERVICE_URL", ports.url(Service::Product));
        }
    }
    command
}

/// A key for `JWT_SIGNING_KEY`, which the replicas of a user service share. `programs` is the
/// folder of the services' programs.
pub fn generate_signing_key(programs: &Path) -> Result<String> {
    let mut program = Command::new(programs.join(Service::User.name()));
    let output = program.arg("--generate-key").output().context("user-service --generate-key")?;
    if !output.status.success() {
        bail!("user-service --generate-key: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Whether the service on a port answers `GET /health` with 200.
pub fn is_healthy(port: u16) -> bool {
    let request = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream
            .write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        Ok(response)
    };
    request().is_ok_and(|response| response.starts_with("HTTP/1.1 200 "))
}

/// A database and the three services.
pub struct System {
    pub ports: Ports,
    services: Vec<Process>,
    database: Database,
}

impl System {
    /// Starts the services on a running database. Without `authorization` they serve everyone.
    pub fn start(
        database: Database,
        ports: Ports,
        logs: &Path,
        release: bool,
        authorization: Option<&Authorization>,
    ) -> Result<Self> {
        let mut services = Vec::new();
        for service in Service::ALL {
            status(format!("starting {} on port {}", service.name(), ports.of(service)));
            let uri = database.uri(service.database());
            let mut command = command(service, ports, &uri, release);
            if service == Service::Order {
                // As in docker-compose.yml and kustomize/.
                command.env("UPSTREAM_BREAKER", "on").env("STOCK", "reserved");
            }
            if let Some(authorization) = authorization {
                authorization.configure(service, &mut command);
            }
            services.push(launch(service, ports, logs, |log| {
                Process::start_guarded(service.name(), &command, log)
            })?);
        }
        Ok(Self { ports, services, database })
    }

    /// Stops the services in reverse order, then the database.
    pub fn stop(self) {
        for process in self.services.into_iter().rev() {
            process.stop();
        }
        self.database.stop();
    }
}
