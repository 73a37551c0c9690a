//! The three services as processes.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::database::{Database, accepts};
use crate::home::{programs, workspace};
use crate::process::Process;
use crate::{Result, Stop, say, tools};

/// How long a service may take to answer: as long as it tries to reach its
/// database a few times.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Registers users.
    User,
    /// Keeps the catalogue.
    Product,
    /// Places orders.
    Order,
}

impl Service {
    /// All three, in the order in which they are started.
    pub const ALL: [Self; 3] = [Self::User, Self::Product, Self::Order];

    /// The executable's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user-service",
            Self::Product => "product-service",
            Self::Order => "order-service",
        }
    }

    /// The database's name.
    pub fn database(self) -> &'static str {
        match self {
            Self::User => "userdb",
            Self::Product => "productdb",
            Self::Order => "orderdb",
        }
    }
}

/// The ports of the three services.
#[derive(Debug, Clone, Copy)]
pub struct Ports(pub [u16; 3]);

impl Ports {
    /// The port of a service.
    pub fn of(self, service: Service) -> u16 {
        self.0[service as usize]
    }

    /// The address of a service.
    pub fn url(self, service: Service) -> String {
        format!("http://127.0.0.1:{}", self.of(service))
    }
}

/// Builds the services with cargo, whose progress people see.
///
/// # Errors
/// If they do not build.
pub fn build(release: bool) -> Result<()> {
    say("building the services");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace()).arg("build");
    for service in Service::ALL {
        cargo.args(["--package", service.name()]);
    }
    cargo.args(release.then_some("--release"));
    tools::run(cargo, "cargo build")
}

/// Starts one service and waits until it is healthy.
///
/// # Errors
/// If its port is taken or it does not come up.
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

/// The same for a service that must not outlive this program, even if that is killed.
///
/// # Errors
/// If its port is taken or it does not come up.
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
    if accepts(port) {
        return Err(Stop(format!(
            "port {port} is in use; stop what uses it (another `cargo dev up`?) or choose others with --ports"
        )));
    }
    fs::create_dir_all(logs).map_err(Stop::because(logs.display()))?;
    let mut process = start(&logs.join(format!("{}.log", service.name())))?;
    process.wait_until(START_TIMEOUT, || healthy(port))?;
    Ok(process)
}

/// The command that runs a service, with its whole environment.
pub fn command(service: Service, ports: Ports, mongo_uri: &str, release: bool) -> Command {
    let folder = programs();
    let folder = if release { folder.with_file_name("release") } else { folder };
    let mut command = Command::new(folder.join(service.name()));
    command.env("PORT", ports.of(service).to_string()).env("MONGO_URI", mongo_uri);
    match service {
        Service::User if env::var_os("JWT_SECRET").is_none() => {
            command.env("ENVIRONMENT", "development");
        }
        Service::User | Service::Product => {}
        Service::Order => {
            command.env("USER_SERVICE_URL", ports.url(Service::User));
            command.env("PRODUCT_SERVICE_URL", ports.url(Service::Product));
        }
    }
    command
}

/// Whether the service on a port says that it is healthy.
pub fn healthy(port: u16) -> bool {
    use std::io::{Read, Write};
    let ask = || -> std::io::Result<bool> {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream
            .write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200 "))
    };
    ask().unwrap_or(false)
}

/// A database and the three services.
pub struct System {
    /// Where the services are.
    pub ports: Ports,
    services: Vec<Process>,
    database: Database,
}

impl System {
    /// Starts the services on a database that is up.
    ///
    /// # Errors
    /// The first one that does not come up.
    pub fn start(database: Database, ports: Ports, logs: &Path, release: bool) -> Result<Self> {
        let mut services = Vec::new();
        for service in Service::ALL {
            say(format!("starting {} on port {}", service.name(), ports.of(service)));
            let uri = database.uri(service.database());
            let mut command = command(service, ports, &uri, release);
            if service == Service::Order {
                // As in docker-compose.yml and kustomize/.
                command.env("UPSTREAM_BREAKER", "on");
            }
            services.push(launch(service, ports, logs, |log| {
                Process::start_guarded(service.name(), &command, log)
            })?);
        }
        Ok(Self { ports, services, database })
    }

    /// The services' processes, in the order of [`Service::ALL`].
    pub fn services(&mut self) -> &mut [Process] {
        &mut self.services
    }

    /// Stops everything, what depends on others first.
    pub fn stop(self) {
        for process in self.services.into_iter().rev() {
            process.stop();
        }
        self.database.stop();
    }
}
