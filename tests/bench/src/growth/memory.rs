//! Memory as time goes by, under a load of everything.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use system::system::Service;
use system::{Result, Stop, say};

use crate::client::Ask;
use crate::data::{Catalogue, Users};
use crate::load::{Load, Outcome};
use crate::report::{markdown, number};
use crate::rig::Rig;
use crate::scenario::Scenario;

/// What is asked, by how many connections. Products are only read: a
/// catalogue that grows would make the database slower all the time.
const MIX: [(&str, usize); 5] =
    [("get", 4), ("list", 1), ("order5", 4), ("orders", 2), ("login", 1)];

/// Moments at which memory is looked at.
const SAMPLES: u32 = 60;

/// Memory at a moment, in megabytes.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    /// Minutes since the load began.
    pub minutes: f64,
    /// Of the user, product and order service, and of the database.
    pub megabytes: [Option<f64>; 4],
    /// Requests served until then.
    pub requests: u64,
}

/// Loads everything for so long, and looks.
///
/// # Errors
/// What cannot be reached, or if requests fail.
pub async fn watch(
    rig: &Rig,
    catalogue: &Catalogue,
    users: &Users,
    duration: Duration,
) -> Result<Vec<Sample>> {
    let (begin, mut requests) = (Instant::now(), 0);
    let mut samples = vec![sample(rig, 0.0, 0)];
    let slice = duration / SAMPLES;
    for number in 1..=SAMPLES {
        for outcome in mix(rig, catalogue, users, slice).await? {
            requests += outcome.served.count();
            if outcome.errors > 0 {
                return Err(Stop(format!("{} requests of the mixed load failed", outcome.errors)));
            }
        }
        rig.forget_logs();
        let now = sample(rig, begin.elapsed().as_secs_f64() / 60.0, requests);
        if number % (SAMPLES / 10) == 0 {
            say(format!("memory after {:4.1} minutes: {}", now.minutes, now.sum()));
        }
        samples.push(now);
    }
    Ok(samples)
}

async fn mix(
    rig: &Rig,
    catalogue: &Catalogue,
    users: &Users,
    duration: Duration,
) -> Result<Vec<Outcome>> {
    let mut loads = tokio::task::JoinSet::new();
    for (name, connections) in MIX {
        let scenario = Scenario::named(name, catalogue, users)?;
        let (address, asks): (_, Arc<[Ask]>) = (rig.address(scenario.service), scenario.asks);
        let pause = Duration::ZERO;
        let load = Load { address, asks, connections, duration, pause };
        loads.spawn(async move { load.run().await });
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = loads.join_next().await {
        outcomes.push(outcome.map_err(Stop::because("a load"))??);
    }
    Ok(outcomes)
}

fn sample(rig: &Rig, minutes: f64, requests: u64) -> Sample {
    let megabytes = rig.memory().map(|memory| memory.map(|memory| memory.resident));
    Sample { minutes, megabytes, requests }
}

impl Sample {
    /// The services' memory in words.
    fn sum(&self) -> String {
        let services: Option<f64> = self.megabytes[..3].iter().copied().sum();
        format!("{} MB in the three services, {} requests", number(services), self.requests)
    }
}

/// Some moments as a table.
pub fn table(samples: &[Sample]) -> String {
    let services = Service::ALL.map(Service::name);
    let head = ["minutes"].into_iter().chain(services).chain(["database", "requests"]);
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
    // The beginning, the end and what lies between in tenths.
    let step = (samples.len() / 10).max(1);
    for sample in samples.iter().step_by(step) {
        let mut row = vec![format!("{:.1}", sample.minutes)];
        row.extend(sample.megabytes.map(number));
        row.push(sample.requests.to_string());
        rows.push(row);
    }
    markdown(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_watch_becomes_a_short_table() {
        let sample = |minutes| Sample {
            minutes: f64::from(minutes),
            megabytes: [Some(1.0), Some(2.0), None, Some(4.0)],
            requests: 5,
        };
        let samples: Vec<Sample> = (0..=60).map(sample).collect();
        let table = table(&samples);
        assert_eq!(table.lines().count(), 2 + 11, "{table}");
        assert!(table.contains("60.0") && table.contains('–'), "{table}");
    }
}
