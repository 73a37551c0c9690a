//! A service as a process under limits, watched while it is attacked.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use system::process::Process;
use system::system::healthy;
use system::usage::{Cpu, Memory, guarded};
use tokio::task::AbortHandle;
use tokio::time::sleep;

/// How long a service may take to become healthy. A debug build on a busy
/// machine with a slow database takes seconds.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How often memory is looked at, so that there are figures of a process that ended.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(50);

/// What a process has used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Processor time since it became healthy, in milliseconds.
    pub cpu_ms: f64,
    /// The most memory that it ever held, in MB (10^6 bytes).
    pub peak_rss_mb: f64,
}

/// A running service. Dropping it kills it.
pub struct RunningService {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its executable.
    pub program: PathBuf,
    process: Process,
    pid: u32,
    baseline: Option<Cpu>,
    last: Arc<Mutex<Usage>>,
    sampler: AbortHandle,
}

impl RunningService {
    /// Takes over a process that was started, and waits until it is healthy.
    pub async fn watch(mut process: Process, program: &Path, port: u16) -> Result<Self> {
        let started = Instant::now();
        while !tokio::task::spawn_blocking(move || healthy(port)).await? {
            if let Some(status) = process.ended() {
                bail!("{} ended ({status}): {}", program.display(), process.tail());
            }
            if started.elapsed() > START_TIMEOUT {
                bail!("{} is not healthy after {START_TIMEOUT:?}", program.display());
            }
            sleep(Duration::from_millis(20)).await;
        }
        let Some(pid) = guarded(process.id()) else { bail!("{} ended", program.display()) };
        let (baseline, last) = (Cpu::of(pid), Arc::new(Mutex::new(Usage::default())));
        let sampler = tokio::spawn(sample(pid, baseline, Arc::clone(&last))).abort_handle();
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Ok(Self { address, program: program.to_owned(), process, pid, baseline, last, sampler })
    }

    /// What it has used, or had when it was last seen.
    pub fn usage(&self) -> Usage {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        usage(self.pid, self.baseline).unwrap_or(last)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// Waits for its end; how long that took and how it ended, or nothing
    /// after the limit.
    pub async fn wait_for_end(&mut self, limit: Duration) -> Option<(Duration, ExitStatus)> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Some(status) = self.ended() {
                return Some((started.elapsed(), status));
            }
            sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// Sends a signal to the service itself.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) {
            // It fails only if the process has ended.
            let _ = kill_process(pid, signal);
        }
    }

    /// Its log lines.
    pub fn log(&self) -> String {
        self.process.output()
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        self.sampler.abort();
        // The guard that `process` is would wait until it has drained.
        if self.ended().is_none() {
            self.signal(Signal::KILL);
        }
    }
}

async fn sample(pid: u32, baseline: Option<Cpu>, last: Arc<Mutex<Usage>>) {
    while let Some(now) = usage(pid, baseline) {
        *last.lock().unwrap_or_else(PoisonError::into_inner) = now;
        sleep(SAMPLE_INTERVAL).await;
    }
}

/// None once the process has ended.
fn usage(pid: u32, baseline: Option<Cpu>) -> Option<Usage> {
    let memory = Memory::of(pid)?;
    let cpu = Cpu::of(pid)?.since(baseline?).max(0.0);
    Some(Usage { cpu_ms: cpu * 1e3, peak_rss_mb: memory.peak })
}
