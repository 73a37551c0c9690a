//! What attacks run on: a database, services in any number and configuration,
//! and the bounds of the form that is run.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use mongodb::Client;
use rustix::process::{Resource, getrlimit};
use system::database::{Database, Source};
use system::system::Service;

use crate::launch::Launch;

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
    /// Where the services' programs are.
    pub programs: PathBuf,
    /// The server of all databases.
    pub database: Database,
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
        Launch::new(self, service, number, database)
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

/// An address of this machine that is not the bystanders'. On Linux all of
/// 127.0.0.0/8 is.
pub const OTHER_CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
