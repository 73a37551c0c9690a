//! A MongoDB server: one that runs already, a `mongod`, a container, or SecantusDB, which speaks
//! MongoDB's protocol and can be installed from a package registry.

pub mod docker;
mod hello;

pub use hello::is_query_answered;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::home::{dev_home, on_path};
use crate::output::status;
use crate::ports::free_port;
use crate::process::Process;
use crate::tools;

/// How long a server may take to start. After a crash it replays its journal first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Settings of the storage engine below the Python package. By default, threads that read wait for
/// space once a fifth of the cache has changed. One that waits may hold a lock of the package for
/// which others wait, whose snapshots keep the engine from making space: the server then answers no
/// queries. With these, a thread waits only when the cache is nearly full, and fails after two
/// seconds.
const WHEEL_CACHE: &str =
    "eviction_dirty_trigger=90,eviction_updates_trigger=90,cache_max_wait_ms=2000";

/// The origin of a database server, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A running server, by its connection string.
    Running(String),
    /// The path of a `mongod`.
    Mongod(PathBuf),
    /// The path of a native SecantusDB.
    Secantus(PathBuf),
    /// The path of a `docker` that can run MongoDB's image.
    Docker(PathBuf),
    /// The path of a SecantusDB from its Python package.
    Wheel(PathBuf),
}

impl Source {
    /// The best source: an installed one, a running Docker, or SecantusDB's Python package, which
    /// is installed if necessary.
    pub fn find() -> Result<Self> {
        match Self::installed().or_else(|| docker::find().map(Self::Docker)) {
            Some(source) => Ok(source),
            None => Self::wheel(),
        }
    }

    /// The best source whose server is a process of this machine, which a test can kill.
    pub fn find_process() -> Result<Self> {
        Self::installed().map_or_else(Self::wheel, Ok)
    }

    fn wheel() -> Result<Self> {
        status(
            "no MongoDB found; using SecantusDB for Python (`cargo dev db install` builds a faster one)",
        );
        tools::secantusd_py().map(Self::Wheel)
    }

    /// The best of the fast sources that need no installation.
    pub fn installed() -> Option<Self> {
        if let Ok(uri) = env::var("MONGO_URI") {
            return Some(Self::Running(uri));
        }
        if let Some(mongod) = on_path("mongod") {
            return Some(Self::Mongod(mongod));
        }
        let built = Some(dev_home().join("tools/bin/secantusd-rs")).filter(|file| file.is_file());
        on_path("secantusd-rs").or(built).map(Self::Secantus)
    }

    /// The command that serves the data of a folder on a port, unless the server runs already. In a
    /// container the data is in a volume that is named like the folder.
    pub fn command(&self, port: u16, data: &Path) -> Option<Command> {
        match self {
            Self::Running(_) => None,
            Self::Mongod(program) => {
                let mut command = Command::new(program);
                command.args(["--bind_ip", "127.0.0.1", "--port", &port.to_string(), "--dbpath"]);
                command.arg(data);
                Some(command)
            }
            Self::Secantus(program) => {
                let options = ["--cache-size", "1G", "--log-file-max", "16MB"];
                Some(secantus(program, port, data, &options))
            }
            Self::Wheel(program) => {
                let mut command = secantus(program, port, data, &["--cache-size", "2G"]);
                command.env("WIREDTIGER_CONFIG", WHEEL_CACHE);
                Some(command)
            }
            Self::Docker(program) => {
                Some(docker::command(program, port, Some(&docker::volume(data))))
            }
        }
    }
}

fn secantus(program: &Path, port: u16, data: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--storage-path"]).arg(data);
    // Without --sync-on-commit, a crash loses acknowledged writes.
    command.arg("--sync-on-commit").args(options);
    command
}

/// A running database server.
#[derive(Debug)]
pub struct Database {
    uri: String,
    process: Option<Process>,
    /// The port of the process.
    port: Option<u16>,
    /// The folder of temporary data, removed with the server.
    _temporary: Option<tempfile::TempDir>,
}

impl Database {
    /// Starts a server on a port, with persistent data. A folder serves one server at a time.
    pub fn start(source: &Source, port: u16, data: &Path) -> Result<Self> {
        match (source, source.command(port, data)) {
            (Source::Running(uri), _) => {
                Ok(Self { uri: uri.clone(), process: None, port: None, _temporary: None })
            }
            (_, Some(command)) => Self::launch(&command, port, data),
            (source, None) => bail!("{source:?} has no command"),
        }
    }

    /// Starts a server with a custom command, which must serve `data` on `port`.
    pub fn launch(command: &Command, port: u16, data: &Path) -> Result<Self> {
        fs::create_dir_all(data).with_context(|| data.display().to_string())?;
        let log = data.with_extension("log");
        let mut process = Process::start_guarded("the database", command, &log)?;
        process.wait_until(START_TIMEOUT, || hello::is_answered(port)).map_err(|error| {
            // WiredTiger's message when another server has locked the folder.
            if error.to_string().contains("resource busy") {
                let folder = data.display();
                return error.context(format!(
                    "another database uses {folder}; stop the other `cargo dev up` and try again"
                ));
            }
            error
        })?;
        Ok(Self {
            uri: format!("mongodb://127.0.0.1:{port}"),
            process: Some(process),
            port: Some(port),
            _temporary: None,
        })
    }

    /// Starts a server with data that is removed when it stops.
    pub fn start_temporary(source: &Source) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
        let (port, data) = (free_port()?, folder.path().join("data"));
        let mut database = match source {
            Source::Docker(program) => {
                Self::launch(&docker::command(program, port, None), port, &data)?
            }
            source => Self::start(source, port, &data)?,
        };
        database._temporary = Some(folder);
        Ok(database)
    }

    /// The connection string of one database on the server.
    pub fn uri(&self, name: &str) -> String {
        database_uri(&self.uri, name)
    }

    /// The connection string of the server.
    pub fn server(&self) -> &str {
        &self.uri
    }

    /// The server's process, unless it ran already.
    pub fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    /// The port of the server, unless it ran already.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Fails with the last output of the server if it has ended.
    pub fn check_running(&mut self) -> Result<()> {
        let Some(process) = &mut self.process else { return Ok(()) };
        match process.exit_status() {
            None => Ok(()),
            Some(status) => bail!("the database ended ({status}):\n{}", process.tail()),
        }
    }

    /// The last lines of the server's output; empty if it ran already.
    pub fn last_output(&self) -> String {
        self.process.as_ref().map(Process::tail).unwrap_or_default()
    }

    /// Stops the server, unless it ran already.
    pub fn stop(self) {
        if let Some(process) = self.process {
            process.stop();
        }
    }
}

/// Replaces the database in a connection string: the part between the hosts and `?`.
pub fn database_uri(server: &str, name: &str) -> String {
    let (start, options) = match server.split_once('?') {
        Some((start, options)) => (start, format!("?{options}")),
        None => (server, String::new()),
    };
    let hosts = start.find("://").map_or(0, |at| at + 3);
    let end = start[hosts..].find('/').map_or(start.len(), |at| hosts + at);
    format!("{}/{name}{options}", &start[..end])
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Database, database_uri};
    use crate::process::Process;

    #[test]
    fn ended_server_is_reported_with_its_last_output() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo out of disk space; exit 3"]);
        let log = folder.path().join("log");
        let process = Process::start_guarded("the database", &command, &log).unwrap();
        let mut database =
            Database { uri: String::new(), process: Some(process), port: None, _temporary: None };
        let process = database.process.as_mut().unwrap();
        let waited = process.wait_until(std::time::Duration::from_secs(10), || false);
        assert!(waited.is_err(), "it has ended");
        let error = database.check_running().unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("out of disk space"), "{error}");
    }

    #[test]
    fn database_of_a_connection_string_is_replaced() {
        for (server, expected) in [
            ("mongodb://127.0.0.1:27017", "mongodb://127.0.0.1:27017/userdb"),
            ("mongodb://a,b:2/old?replicaSet=rs0", "mongodb://a,b:2/userdb?replicaSet=rs0"),
            ("mongodb+srv://u:p@host/?w=1", "mongodb+srv://u:p@host/userdb?w=1"),
        ] {
            assert_eq!(database_uri(server, "userdb"), expected, "{server}");
        }
    }
}
