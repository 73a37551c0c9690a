//! The environment of the attacks: a database, services in any number and configuration, and the
//! sizes and bounds of the chosen form.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use mongodb::Client;
use rustix::process::{Resource, getrlimit};
use system::database::{Database, Source, database_uri};
use system::services::Service;

/// The factor on time limits in the short form, which attacks debug builds on busy machines.
const SHORT_FORM_PATIENCE: u32 = 10;

/// Descriptors that are not available for attacking connections.
const RESERVED_DESCRIPTORS: u64 = 500;

pub struct TestBed {
    /// Whether it is the short form: fewer clients, less time, debug builds.
    pub short: bool,
    /// A client of the database, which bypasses the services.
    pub client: Client,
    /// The folder of the services' programs.
    pub programs: PathBuf,
    /// The connection string of the database server.
    server: String,
    pub database: Mutex<Database>,
    folder: tempfile::TempDir,
    /// The names of the databases that were created.
    databases: Mutex<Vec<String>>,
}

impl TestBed {
    /// Starts the database. Attacks start the services.
    pub async fn start(programs: PathBuf, short: bool) -> Result<Self> {
        let database = Database::start_temporary(&Source::find()?)?;
        let server = database.server().to_owned();
        let client = Client::with_uri_str(&server).await?;
        let folder = tempfile::tempdir()?;
        let database = Mutex::new(database);
        let databases = Mutex::default();
        Ok(Self { short, client, programs, server, database, folder, databases })
    }

    /// Stops a server that may not respond.
    pub fn abandon(self) {
        self.database.into_inner().unwrap_or_else(PoisonError::into_inner).stop();
    }

    /// Removes the databases and stops the server.
    pub async fn stop(self) -> Result<()> {
        let databases = self.databases.into_inner().unwrap_or_else(PoisonError::into_inner);
        for name in databases {
            let dropped = self.client.database(&name).drop().await;
            dropped.with_context(|| format!("cannot remove the database {name}"))?;
        }
        self.client.shutdown().await;
        self.database.into_inner().unwrap_or_else(PoisonError::into_inner).stop();
        Ok(())
    }

    /// The connection string of a database.
    pub fn uri(&self, database: &str) -> String {
        database_uri(&self.server, database)
    }

    /// The number and the name of a new database for a service.
    pub fn new_database(&self, service: Service) -> (usize, String) {
        let mut databases = self.databases.lock().unwrap_or_else(PoisonError::into_inner);
        let number = databases.len();
        let database = format!("attack-{}-{number}-{}", std::process::id(), service.database());
        databases.push(database.clone());
        (number, database)
    }

    /// The value for the full form, or that for the short one.
    pub fn size<T>(&self, full: T, short: T) -> T {
        if self.short { short } else { full }
    }

    /// A bound on a time, which is relaxed in the short form.
    pub fn patience(&self, bound: Duration) -> Duration {
        if self.short { bound * SHORT_FORM_PATIENCE } else { bound }
    }

    /// The wanted number of connections, or as many as the descriptor limit allows.
    pub fn connections(&self, wanted: usize) -> usize {
        let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        // Two attacks share the descriptors in the short form.
        let allowed = allowed.saturating_sub(RESERVED_DESCRIPTORS) / self.size(1, 2);
        usize::try_from(allowed).map_or(wanted, |allowed| wanted.min(allowed))
    }

    /// The path of a file that is removed with the test bed.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address of the database, if it is a single server without authentication.
    pub fn database_address(&self) -> Result<SocketAddr> {
        let hosts = self.server.trim_start_matches("mongodb://");
        let host = hosts.split(['/', '?']).next().unwrap_or_default();
        let found = tokio::task::block_in_place(|| std::net::ToSocketAddrs::to_socket_addrs(host));
        found
            .ok()
            .and_then(|mut addresses| addresses.next())
            .context("the attack needs a database at mongodb://HOST:PORT, without credentials")
    }
}

/// A loopback address that differs from that of the bystanders. Linux accepts all of 127.0.0.0/8.
pub const OTHER_CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
