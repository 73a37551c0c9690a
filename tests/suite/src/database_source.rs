//! The database that `cargo dev` uses on machines that differ in what is installed.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use system::home::{on_path, programs};
use system::ports::free_port;
use system::process::Process;
use tempfile::TempDir;

/// The time that `cargo dev` has for one step.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// A machine with nothing on its `PATH` but a shell and a `docker` that records its calls.
struct Machine {
    folder: TempDir,
    dev: Process,
}

impl Machine {
    /// Starts only the database, on a port. `docker_info` is the exit status of `docker info`.
    fn start(port: u16, docker_info: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for tool in ["sh", "cat", "sleep"] {
            std::os::unix::fs::symlink(on_path(tool).unwrap(), bin.join(tool)).unwrap();
        }
        fake_docker(&bin.join("docker"), &folder.path().join("calls"), docker_info);
        let mut command = Command::new(programs().join("dev"));
        command.args(["db", "start", "--port", &port.to_string()]);
        command.env("PATH", &bin).env("DEV_HOME", folder.path()).env_remove("MONGO_URI");
        let dev = Process::start("cargo dev", &mut command, &folder.path().join("log")).unwrap();
        Self { folder, dev }
    }

    /// The calls of `docker` so far.
    fn calls(&self) -> String {
        fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default()
    }
}

/// Writes a `docker` whose containers run until SIGTERM.
fn fake_docker(file: &Path, calls: &Path, info: u8) {
    let calls: PathBuf = calls.into();
    let script = format!(
        r#"#!/bin/sh
echo "$*" >>'{calls}'
case $1 in
info) exit {info} ;;
run) trap 'echo stopped >>"{calls}"; exit 0' TERM; sleep 60 & wait ;;
esac
"#,
        calls = calls.display()
    );
    fs::write(file, script).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn running_docker_serves_the_database() {
    let port = free_port().unwrap();
    let mut machine = Machine::start(port, 0);
    let calls = machine.folder.path().join("calls");
    let read = || fs::read_to_string(&calls).unwrap_or_default();
    machine.dev.wait_until(STEP_TIMEOUT, || read().contains("run ")).unwrap();
    // In place of the server in the container.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            // The client may have closed it.
            let _ = connection.write_all(b"hello");
        }
    });
    let log = machine.folder.path().join("log");
    let serves = format!("mongo:8.0.15 in Docker serves mongodb://127.0.0.1:{port}");
    let started = || fs::read_to_string(&log).unwrap_or_default().contains(&serves);
    machine.dev.wait_until(STEP_TIMEOUT, started).unwrap();
    let publish = format!("run --rm --publish 127.0.0.1:{port}:27017 --volume mongodb");
    assert!(machine.calls().contains(&publish), "{}", machine.calls());
    let Machine { folder, dev } = machine;
    assert!(dev.stop().is_some_and(|status| status.success()));
    assert!(read().ends_with("stopped\n"), "{}", read());
    drop(folder);
}

#[test]
fn missing_database_is_reported_with_alternatives() {
    let mut machine = Machine::start(free_port().unwrap(), 1);
    let ended = machine.dev.wait_until(STEP_TIMEOUT, || false).unwrap_err().to_string();
    assert!(ended.contains("no database; start Docker"), "{ended}");
    assert_eq!(machine.calls(), "info\n", "a Docker that does not run is not used");
}
