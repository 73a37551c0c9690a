//! Replicas of a service, which are replaced as in a cluster.

use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;
use system::services::{Service, generate_signing_key};
use tokio::time::sleep;

use crate::balancer::Balancer;
use crate::launch::Launch;
use crate::running::RunningService;
use crate::test_bed::TestBed;

/// The time for which a service accepts connections after SIGTERM, in seconds.
const SHUTDOWN_DELAY: u32 = 2;

/// The time in which a cluster redirects new connections; shorter than the delay.
const PROPAGATION: Duration = Duration::from_secs(1);

/// The time limit for the end of a replica: delay, drain and a margin.
const END_TIMEOUT: Duration = Duration::from_secs(30);

pub const REPLICAS: usize = 2;

/// Replicas of a service behind a balancer.
pub struct Deployment<'a> {
    bed: &'a TestBed,
    service: Service,
    upstreams: Option<(u16, u16)>,
    database: String,
    /// Of a user service.
    signing_key: Option<String>,
    pub balancer: Balancer,
    /// Oldest first.
    replicas: Vec<RunningService>,
    /// The processor time and peak memory of replicas that have ended.
    retired: (f64, f64),
}

impl<'a> Deployment<'a> {
    /// Starts all replicas. An order service needs the ports of its upstreams.
    pub async fn start(
        bed: &'a TestBed,
        service: Service,
        upstreams: Option<(u16, u16)>,
    ) -> Result<Self> {
        let signs = service == Service::User;
        let signing_key = signs.then(|| generate_signing_key(&bed.programs)).transpose()?;
        let mut deployment = Self {
            bed,
            signing_key,
            service,
            upstreams,
            database: bed.service(service).database_name().to_owned(),
            balancer: Balancer::start().await?,
            replicas: Vec::new(),
            retired: (0.0, 0.0),
        };
        for _ in 0..REPLICAS {
            deployment.add().await?;
        }
        Ok(deployment)
    }

    fn launch(&self) -> Launch<'a> {
        let launch = self.bed.service(self.service).database_of(&self.database);
        let launch = launch.env("SHUTDOWN_DELAY", SHUTDOWN_DELAY);
        let launch = match &self.signing_key {
            Some(key) => launch.env("JWT_SIGNING_KEY", key),
            None => launch,
        };
        match self.upstreams {
            Some((users, products)) => launch.upstreams(users, products),
            None => launch,
        }
    }

    async fn add(&mut self) -> Result<()> {
        let replica = self.launch().start().await?;
        self.balancer.add(replica.address);
        self.replicas.push(replica);
        Ok(())
    }

    /// Adds a replica and then removes the oldest one, as with `maxSurge: 1`.
    pub async fn restart_oldest(&mut self) -> Result<()> {
        self.add().await?;
        let mut oldest = self.replicas.remove(0);
        oldest.signal(Signal::TERM);
        sleep(PROPAGATION).await;
        self.balancer.remove(oldest.address);
        let ended = oldest.wait_for_end(END_TIMEOUT).await;
        let usage = oldest.usage();
        self.retired.0 += usage.cpu_ms;
        self.retired.1 = self.retired.1.max(usage.peak_rss_mb);
        ended.with_context(|| format!("{} does not end", self.service.name()))?;
        Ok(())
    }

    /// Processor time of all replicas, in milliseconds, and the highest peak, in MB.
    pub fn usage(&self) -> (f64, f64) {
        self.replicas.iter().map(RunningService::usage).fold(self.retired, |(cpu, peak), usage| {
            (cpu + usage.cpu_ms, peak.max(usage.peak_rss_mb))
        })
    }
}
