//! Child processes that do not outlive this program, with their output in a file.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The time a process has to terminate after SIGTERM.
const STOP_TIMEOUT: Duration = Duration::from_secs(25);

/// A shell script that runs its arguments as a command and terminates it when standard input
/// closes. The system closes it even if this program is killed.
const GUARD: &str = r#"exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ cat <&3 >/dev/null; kill "$child"; } 2>/dev/null &
wait "$child""#;

/// Like [`GUARD`], for a command and all processes that it starts, unless these have their own
/// group.
const GROUP_GUARD: &str = r#"exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ cat <&3 >/dev/null; kill 0; } 2>/dev/null &
wait "$child""#;

/// A command that runs `command` under a guard script.
fn guard(script: &str, command: &Command) -> Command {
    let mut guard = Command::new("sh");
    guard.args(["-c", script, "sh"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => guard.env(name, value),
            None => guard.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        guard.current_dir(folder);
    }
    guard.stdin(Stdio::piped());
    guard
}

/// A running process. Dropping it kills it; under a guard, it is terminated first.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command that writes standard output and standard error to the file `log`.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let open = || -> std::io::Result<(File, File)> {
            let file = File::create(log)?;
            Ok((file.try_clone()?, file))
        };
        let (stdout, stderr) = open().with_context(|| log.display().to_string())?;
        // In a separate process group it does not receive Ctrl-C: this program decides on the order
        // in which processes stop.
        let child = command.process_group(0).stdout(stdout).stderr(stderr).spawn();
        let child = child.with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// Starts a command under a guard, which terminates it even if this program is killed.
    pub fn start_guarded(name: &str, command: &Command, log: &Path) -> Result<Self> {
        Self::start(name, &mut guard(GUARD, command), log)
    }

    /// The process id; that of the guard if there is one.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// The exit status, once the process has ended.
    pub fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Everything the process has written so far.
    pub fn output(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The last lines of the output, for error messages.
    pub fn tail(&self) -> String {
        let output = self.output();
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// Waits until `ready` returns true. Fails if the process ends first, or after `limit`.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.exit_status() {
                bail!("{} ended ({status}):\n{}", self.name, self.tail());
            }
            if start.elapsed() > limit {
                bail!("{} was not ready after {limit:?}:\n{}", self.name, self.tail());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Terminates the process and waits for its end; kills it if that takes too long.
    pub fn stop(mut self) -> Option<ExitStatus> {
        self.terminate()
    }

    fn terminate(&mut self) -> Option<ExitStatus> {
        // A guard terminates its process when standard input closes.
        match self.child.stdin.take() {
            Some(input) => drop(input),
            None => self.signal(Signal::TERM),
        }
        let start = Instant::now();
        while start.elapsed() < STOP_TIMEOUT {
            if let Some(status) = self.exit_status() {
                return Some(status);
            }
            sleep(Duration::from_millis(10));
        }
        self.kill();
        None
    }

    /// Sends a signal, unless the process has ended.
    pub fn signal(&mut self, signal: Signal) {
        if let (None, Some(id)) = (self.exit_status(), self.pid()) {
            // The process may end between the check and the signal, which then has no effect.
            let _ = kill_process(id, signal);
        }
    }

    /// Kills the process, under its guard if there is one, and waits for its end.
    pub fn kill(&mut self) {
        // Both calls fail only if it has ended already.
        if let (None, Some(id)) = (self.exit_status(), self.pid()) {
            let _ = kill_process_group(id, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.stdin.is_some() {
            self.terminate();
        } else {
            self.kill();
        }
    }
}

/// Runs a command whose output the user sees. Calls `watch` at the given interval, and terminates
/// the command, with all that it has started, when `watch` returns an error.
pub fn run_watched(
    command: &Command,
    name: &str,
    interval: Duration,
    mut watch: impl FnMut() -> Result<()>,
) -> Result<()> {
    let mut guard = guard(GROUP_GUARD, command);
    let child = guard.process_group(0).spawn();
    let mut child = child.with_context(|| format!("cannot run {name}"))?;
    let mut watched = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return check_status(status, name);
        }
        if watched.elapsed() > interval {
            if let Err(error) = watch() {
                drop(child.stdin.take());
                child.wait()?;
                return Err(error);
            }
            watched = Instant::now();
        }
        sleep(Duration::from_millis(50));
    }
}

/// Runs a command whose output the user sees.
pub fn run(mut command: Command, name: &str) -> Result<()> {
    check_status(command.status().with_context(|| format!("cannot run {name}"))?, name)
}

fn check_status(status: ExitStatus, name: &str) -> Result<()> {
    if !status.success() {
        bail!("{name} failed ({status}); see its output above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a process exists and has not ended.
    fn is_running(id: &str) -> bool {
        let status = Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap();
        let status = String::from_utf8(status.stdout).unwrap();
        !status.trim().is_empty() && !status.starts_with('Z')
    }

    #[test]
    fn watched_command_ends_with_all_that_it_has_started() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("id");
        let mut command = Command::new("sh");
        command.args(["-c", r#"sleep 600 & echo $! > "$FILE"; wait"#]).env("FILE", &file);
        let id = || fs::read_to_string(&file).unwrap_or_default();
        let watch = || if id().ends_with('\n') { bail!("enough") } else { Ok(()) };
        let error = run_watched(&command, "sleep", Duration::ZERO, watch).unwrap_err();
        assert_eq!(error.to_string(), "enough");
        let id = id();
        let start = Instant::now();
        while is_running(id.trim()) {
            assert!(start.elapsed() < Duration::from_secs(10), "{id} still runs");
            sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn watched_command_fails_with_its_exit_status() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 3"]);
        let error = run_watched(&command, "sh", Duration::ZERO, || Ok(())).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }
}
