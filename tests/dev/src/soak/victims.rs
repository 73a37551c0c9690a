//! The processes that are killed, and the thread that kills them and starts them again.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::database::{Source, database_uri};
use crate::ports::{free_port, is_listening};
use crate::process::Process;
use crate::services::{Ports, Service, command, is_healthy};

/// How long a victim may take to start again: the database replays its journal first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Seconds after which the audit considers an order.
const AUDIT_AGE: &str = "20";

/// Mostly, the database may be killed at any age. One life in [`LONG_LIFE_ODDS`] lasts at least for
/// [`LONG_LIFE`], in which it writes a checkpoint, as it does every minute: without any, it would
/// replay the journal of the whole test at each start, and a long test would come to a standstill.
const LONG_LIFE: Duration = Duration::from_secs(75);
const LONG_LIFE_ODDS: u8 = 10;

/// How often each process was killed.
#[derive(Debug, Default)]
pub struct Kills {
    order: usize,
    product: usize,
    database: usize,
    fail_points: usize,
}

impl fmt::Display for Kills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, product, database, fail_points } = self;
        write!(
            f,
            "killed: order service {order}, product service {product}, database {database}; \
             ended at a fail point {fail_points}"
        )
    }
}

pub struct Victims {
    source: Source,
    database_port: u16,
    database: Option<Process>,
    database_spared_until: Instant,
    ports: Ports,
    services: [Process; 3],
    fail_points: f64,
    kills: Kills,
    folder: tempfile::TempDir,
}

impl Victims {
    pub fn start(source: &Source, fail_points: f64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (database_port, ports) = (free_port()?, Ports::free()?);
        let database = start_database(source, database_port, folder.path())?;
        let [user, product, order] = Service::ALL.map(|service| {
            start_service(source, database_port, service, ports, fail_points, folder.path())
        });
        let services = [user?, product?, order?];
        let source = source.clone();
        let kills = Kills::default();
        let database_spared_until = Instant::now();
        Ok(Self {
            source,
            database_port,
            database,
            database_spared_until,
            ports,
            services,
            fail_points,
            kills,
            folder,
        })
    }

    pub fn ports(&self) -> Ports {
        self.ports
    }

    /// Kills until the result is stopped.
    pub fn kill_at_random(mut self, interval: Duration) -> Killing {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut next = Instant::now() + interval;
            while !stopped.load(Ordering::Relaxed) {
                sleep(Duration::from_millis(10));
                self.restart_order_service_if_ended()?;
                if Instant::now() >= next {
                    self.kill_one()?;
                    next = Instant::now() + interval.mul_f64(2.0 * fastrand::f64());
                }
            }
            // The settler reaches no more fail points.
            self.fail_points = 0.0;
            self.restart(Service::Order)?;
            Ok(self)
        });
        Killing { stop, thread: Some(thread) }
    }

    fn restart_order_service_if_ended(&mut self) -> Result<()> {
        if self.services[Service::Order as usize].exit_status().is_some() {
            self.kills.fail_points += 1;
            self.restart(Service::Order)?;
        }
        Ok(())
    }

    fn kill_one(&mut self) -> Result<()> {
        match fastrand::u8(..5) {
            0 if self.database.is_some() => {
                if Instant::now() < self.database_spared_until {
                    return Ok(());
                }
                self.kills.database += 1;
                self.restart_database()
            }
            1..3 => {
                self.kills.product += 1;
                self.restart(Service::Product)
            }
            _ => {
                self.kills.order += 1;
                self.restart(Service::Order)
            }
        }
    }

    fn restart_database(&mut self) -> Result<()> {
        if let Some(mut database) = self.database.take() {
            database.kill();
        }
        self.database = start_database(&self.source, self.database_port, self.folder.path())?;
        if fastrand::u8(..LONG_LIFE_ODDS) == 0 {
            self.database_spared_until = Instant::now() + LONG_LIFE;
        }
        Ok(())
    }

    fn restart(&mut self, service: Service) -> Result<()> {
        self.services[service as usize].kill();
        let Self { source, database_port, ports, fail_points, folder, .. } = self;
        let started =
            start_service(source, *database_port, service, *ports, *fail_points, folder.path());
        self.services[service as usize] = started?;
        Ok(())
    }
}

/// The thread that kills. Dropping it ends all victims.
pub struct Killing {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<Victims>>>,
}

impl Killing {
    /// Returns when a victim does not start again, which [`stop`](Self::stop) then reports.
    pub async fn failed(&self) {
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Stops killing; everything runs afterwards, until the result is dropped.
    pub fn stop(mut self) -> Result<Victims> {
        self.join()
    }

    fn join(&mut self) -> Result<Victims> {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take().context("the thread has ended")?;
        thread.join().map_err(|_| anyhow!("the thread panicked"))?
    }
}

impl Drop for Killing {
    fn drop(&mut self) {
        // It fails if it was stopped, and the processes end with the result in any case.
        let _ = self.join();
    }
}

impl Victims {
    pub fn into_kills(self) -> Kills {
        self.kills
    }
}

fn start_database(source: &Source, port: u16, folder: &Path) -> Result<Option<Process>> {
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let Some(mut command) = source.command(port, &data) else { return Ok(None) };
    let mut process = Process::start("the database", &mut command, &folder.join("database.log"))?;
    process.wait_until(START_TIMEOUT, || is_listening(port))?;
    Ok(Some(process))
}

/// Starts a service. The order service may end at a fail point before it is healthy, and is then
/// started again.
fn start_service(
    source: &Source,
    database_port: u16,
    service: Service,
    ports: Ports,
    fail_points: f64,
    folder: &Path,
) -> Result<Process> {
    let server = match source {
        Source::Running(uri) => uri.clone(),
        _ => format!("mongodb://127.0.0.1:{database_port}"),
    };
    let uri = database_uri(&server, &format!("soak_{database_port}_{}", service.database()));
    let mut command = command(service, ports, &uri, false);
    command.env("LOG_LEVEL", "warn").env("STOCK", "reserved").env("AUDIT_AGE", AUDIT_AGE);
    if fail_points > 0.0 {
        command.env("FAIL_POINTS", fail_points.to_string());
    }
    let log = folder.join(format!("{}.log", service.name()));
    let mut process = Process::start(service.name(), &mut command, &log)?;
    let start = Instant::now();
    while !is_healthy(ports.of(service)) {
        if process.exit_status().is_some() && fail_points > 0.0 && start.elapsed() < START_TIMEOUT {
            process = Process::start(service.name(), &mut command, &log)?;
        }
        process.wait_until(Duration::from_millis(50), || true)?;
        if start.elapsed() > START_TIMEOUT {
            anyhow::bail!("{} does not start:\n{}", service.name(), process.tail());
        }
        sleep(Duration::from_millis(20));
    }
    Ok(process)
}
