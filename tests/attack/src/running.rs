//! A service as a process under limits, whose resources are monitored.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use system::process::Process;
use system::services::is_healthy;
use system::usage::{CpuTime, Memory, guarded_process};
use tokio::task::AbortHandle;
use tokio::time::sleep;

/// The time a service has to become healthy. A debug build on a busy machine with a slow database
/// takes seconds.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The interval of samples, which remain when the process has ended.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(50);

#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Processor time since the service became healthy, in milliseconds.
    pub cpu_ms: f64,
    /// Peak memory in MB (10^6 bytes).
    pub peak_rss_mb: f64,
}

/// A running service. Dropping it kills it.
pub struct RunningService {
    pub address: SocketAddr,
    pub program: PathBuf,
    process: Process,
    pid: u32,
    baseline: Option<CpuTime>,
    last: Arc<Mutex<Usage>>,
    sampler: AbortHandle,
}

impl RunningService {
    /// Waits until a process is healthy, and begins to monitor it.
    pub async fn watch(mut process: Process, program: &Path, port: u16) -> Result<Self> {
        let started = Instant::now();
        while !tokio::task::spawn_blocking(move || is_healthy(port)).await? {
            if let Some(status) = process.exit_status() {
                bail!("{} ended ({status}): {}", program.display(), process.tail());
            }
            if started.elapsed() > START_TIMEOUT {
                let program = program.display();
                bail!("{program} is not healthy after {START_TIMEOUT:?}: {}", process.tail());
            }
            sleep(Duration::from_millis(20)).await;
        }
        let Some(pid) = guarded_process(process.id()) else { bail!("{} ended", program.display()) };
        let baseline = CpuTime::of(pid);
        let last = Arc::new(Mutex::new(Usage::default()));
        let sampler = tokio::spawn(sample(pid, baseline, Arc::clone(&last))).abort_handle();
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Ok(Self { address, program: program.to_owned(), process, pid, baseline, last, sampler })
    }

    /// The current usage, or the last sample of a process that has ended.
    pub fn usage(&self) -> Usage {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        usage(self.pid, self.baseline).unwrap_or(last)
    }

    /// The exit status, once the process has ended.
    pub fn exit_status(&mut self) -> Option<ExitStatus> {
        self.process.exit_status()
    }

    /// Waits for the end of the process; returns the time it took and the exit status.
    pub async fn wait_for_end(&mut self, limit: Duration) -> Option<(Duration, ExitStatus)> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Some(status) = self.exit_status() {
                return Some((started.elapsed(), status));
            }
            sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// Sends a signal to the service, not to its guard.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) {
            // This fails only if the process has ended.
            let _ = kill_process(pid, signal);
        }
    }

    pub fn log(&self) -> String {
        self.process.output()
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        self.sampler.abort();
        // Otherwise dropping the guard would wait until the service has drained.
        if self.exit_status().is_none() {
            self.signal(Signal::KILL);
        }
    }
}

async fn sample(pid: u32, baseline: Option<CpuTime>, last: Arc<Mutex<Usage>>) {
    while let Some(now) = usage(pid, baseline) {
        *last.lock().unwrap_or_else(PoisonError::into_inner) = now;
        sleep(SAMPLE_INTERVAL).await;
    }
}

/// The current usage; `None` once the process has ended.
fn usage(pid: u32, baseline: Option<CpuTime>) -> Option<Usage> {
    let memory = Memory::of(pid)?;
    let cpu = CpuTime::of(pid)?.since(baseline?).max(0.0);
    Some(Usage { cpu_ms: cpu * 1e3, peak_rss_mb: memory.peak })
}
