//! Child processes that do not outlive us, with their output in a file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Result, Stop};

/// How long a process may take to end when it is asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(25);

/// Runs its arguments and ends them when standard input closes, which it does
/// however this process ends.
const GUARD: &str = r#"exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ cat <&3 >/dev/null; kill "$child"; } 2>/dev/null &
wait "$child""#;

/// A running process. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command; both its outputs go to the file `log`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        use std::os::unix::process::CommandExt;
        let file = File::create(log).map_err(Stop::because(log.display()))?;
        let copy = file.try_clone().map_err(Stop::because(log.display()))?;
        // A group of its own: Ctrl-C reaches us alone, and we stop things in order.
        let command = command.process_group(0).stdout(file).stderr(copy);
        let child = command.spawn().map_err(Stop::because(format!("cannot start {name}")))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// The same under a guard that ends the process even if this one is
    /// killed, for processes that live as long as we do.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start_guarded(name: &str, command: &Command, log: &Path) -> Result<Self> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "sh"]).arg(command.get_program()).args(command.get_args());
        guard.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        guard.stdin(Stdio::piped());
        Self::start(name, &mut guard, log)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Everything it has written.
    pub fn output(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The end of what it has written, for messages.
    pub fn tail(&self) -> String {
        let output = self.output();
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// Waits until `ready` is true.
    ///
    /// # Errors
    /// If the process ends before, or takes longer than `limit`.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.ended() {
                return Err(Stop(format!("{} ended ({status}):\n{}", self.name, self.tail())));
            }
            if start.elapsed() > limit {
                let seconds = limit.as_secs();
                return Err(Stop(format!(
                    "{} was not ready after {seconds} s:\n{}",
                    self.name,
                    self.tail()
                )));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Asks it to end, and waits until it has; kills it if it does not.
    pub fn stop(mut self) -> Option<ExitStatus> {
        // A guard ends its process when its input closes.
        match self.child.stdin.take() {
            Some(input) => drop(input),
            None => self.signal(Signal::TERM),
        }
        let start = Instant::now();
        while start.elapsed() < STOP_TIMEOUT {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            sleep(Duration::from_millis(10));
        }
        None
    }

    /// Sends a signal. A process that has ended already gets none.
    pub fn signal(&mut self, signal: Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let (None, Some(id)) = (self.ended(), id) {
            // It may end between the two lines, which is as good.
            let _ = kill_process(id, signal);
        }
    }

    /// Kills it with SIGKILL and waits.
    pub fn kill(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(input) = self.child.stdin.take() {
            drop(input);
            // It fails only if the guard has ended.
            let _ = self.child.wait();
        } else {
            self.kill();
        }
    }
}
