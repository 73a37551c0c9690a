//! A MongoDB, from wherever one can be had: a server that runs already, a
//! `mongod`, or an embedded server that speaks MongoDB's protocol.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::home::{dev_home, on_path};
use crate::process::Process;
use crate::{Result, Stop, say, tools};

/// How long a server may take to come up: one that recovers after a crash
/// reads its log first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// What can serve as database, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A server that runs already, by its connection string.
    Running(String),
    /// A real MongoDB.
    Mongod(PathBuf),
    /// SecantusDB, natively.
    Secantus(PathBuf),
    /// SecantusDB, from its Python package.
    Wheel(PathBuf),
}

impl Source {
    /// The best there is; installs the Python package if there is nothing else.
    ///
    /// # Errors
    /// What is missing for that.
    pub fn find() -> Result<Self> {
        if let Some(source) = Self::present() {
            return Ok(source);
        }
        say(
            "no MongoDB here; using SecantusDB for Python (`cargo dev db install` builds a faster one)",
        );
        tools::secantusd_py().map(Self::Wheel)
    }

    /// The best of what is fast and needs no installation.
    pub fn present() -> Option<Self> {
        if let Ok(uri) = env::var("MONGO_URI") {
            return Some(Self::Running(uri));
        }
        if let Some(mongod) = on_path("mongod") {
            return Some(Self::Mongod(mongod));
        }
        let installed =
            Some(dev_home().join("tools/bin/secantusd-rs")).filter(|file| file.is_file());
        on_path("secantusd-rs").or(installed).map(Self::Secantus)
    }

    /// The command that serves a folder on a port; none for a server that runs already.
    pub fn command(&self, port: u16, data: &Path) -> Option<Command> {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Running(_) => return None,
            Self::Mongod(program) => {
                let mut command = Command::new(program);
                command
                    .args(["--bind_ip", "127.0.0.1", "--port", &port.to_string(), "--dbpath"])
                    .arg(data);
                return Some(command);
            }
            // Without --sync-on-commit a crash loses writes that were acknowledged.
            Self::Secantus(program) => {
                (program, &["--sync-on-commit", "--cache-size", "256M", "--log-file-max", "16MB"])
            }
            Self::Wheel(program) => (program, &["--sync-on-commit", "--cache-size", "256M"]),
        };
        let mut command = Command::new(program);
        command
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--storage-path"])
            .arg(data);
        command.args(arguments);
        Some(command)
    }
}

/// A database server that is up.
#[derive(Debug)]
pub struct Database {
    uri: String,
    process: Option<Process>,
    /// Removed in the end, if it was only for now.
    _temporary: Option<tempfile::TempDir>,
}

impl Database {
    /// Starts a server on a port, with its data in a folder that is kept. One
    /// server per folder: a second one refuses to start.
    ///
    /// # Errors
    /// Why it does not come up.
    pub fn start(source: &Source, port: u16, data: &Path) -> Result<Self> {
        match source.command(port, data) {
            Some(command) => Self::launch(&command, port, data),
            None => Self::running(source),
        }
    }

    /// The same with a command of the caller's, which serves `data` on `port`.
    ///
    /// # Errors
    /// Why it does not come up.
    pub fn launch(command: &Command, port: u16, data: &Path) -> Result<Self> {
        fs::create_dir_all(data).map_err(Stop::because(data.display()))?;
        let log = data.with_extension("log");
        let mut process = Process::start_guarded("the database", command, &log)?;
        process.wait_until(START_TIMEOUT, || accepts(port)).map_err(|Stop(why)| {
            // What WiredTiger says when another server has the folder.
            if why.contains("resource busy") {
                let folder = data.display();
                return Stop(format!(
                    "another database uses {folder}; stop the other `cargo dev up` and try again"
                ));
            }
            Stop(why)
        })?;
        Ok(Self {
            uri: format!("mongodb://127.0.0.1:{port}"),
            process: Some(process),
            _temporary: None,
        })
    }

    /// The same with data that is forgotten.
    ///
    /// # Errors
    /// Why it does not come up.
    pub fn start_temporary(source: &Source) -> Result<Self> {
        let folder =
            tempfile::tempdir().map_err(Stop::because("cannot make a temporary folder"))?;
        let mut database = Self::start(source, free_port()?, &folder.path().join("data"))?;
        database._temporary = Some(folder);
        Ok(database)
    }

    fn running(source: &Source) -> Result<Self> {
        let Source::Running(uri) = source else { return Err(Stop("no such database".to_owned())) };
        Ok(Self { uri: uri.clone(), process: None, _temporary: None })
    }

    /// The connection string of one of the server's databases.
    pub fn uri(&self, name: &str) -> String {
        database_uri(&self.uri, name)
    }

    /// The connection string of the server.
    pub fn server(&self) -> &str {
        &self.uri
    }

    /// The server's process, if it is ours.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.process.as_mut()
    }

    /// Stops the server, if it is ours.
    pub fn stop(self) {
        self.process.map(Process::stop);
    }
}

/// A connection string with another database in it: what stands between host
/// and `?` is replaced.
pub fn database_uri(server: &str, name: &str) -> String {
    let (start, options) = match server.split_once('?') {
        Some((start, options)) => (start, format!("?{options}")),
        None => (server, String::new()),
    };
    let hosts = start.find("://").map_or(0, |at| at + 3);
    let end = start[hosts..].find('/').map_or(start.len(), |at| hosts + at);
    format!("{}/{name}{options}", &start[..end])
}

/// Whether something listens on a port of this machine.
pub fn accepts(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

/// A port that nothing listens on now.
///
/// # Errors
/// If the system has none.
pub fn free_port() -> Result<u16> {
    let free =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    free.map(|address| address.port()).map_err(Stop::because("no free port"))
}

#[cfg(test)]
mod tests {
    use super::database_uri;

    #[test]
    fn the_database_of_a_connection_string_is_replaced() {
        for (server, expected) in [
            ("mongodb://127.0.0.1:27017", "mongodb://127.0.0.1:27017/userdb"),
            ("mongodb://a,b:2/old?replicaSet=rs0", "mongodb://a,b:2/userdb?replicaSet=rs0"),
            ("mongodb+srv://u:p@host/?w=1", "mongodb+srv://u:p@host/userdb?w=1"),
        ] {
            assert_eq!(database_uri(server, "userdb"), expected);
        }
    }
}
