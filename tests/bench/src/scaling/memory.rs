//! Memory over time under a mixed load.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use system::services::Service;
use system::status;

use crate::client::RequestTemplate;
use crate::data::{Catalogue, Users};
use crate::load::{Load, Outcome};
use crate::report::{markdown, number};
use crate::scenario::Scenario;
use crate::test_bed::TestBed;

/// Scenarios with their numbers of connections. No scenario creates products, because a growing
/// catalogue would make the database ever slower.
const MIX: [(&str, usize); 5] =
    [("get", 4), ("list", 1), ("order5", 4), ("orders", 2), ("login", 1)];

/// The number of samples.
const SAMPLES: u32 = 60;

#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    /// Minutes since the load began.
    pub minutes: f64,
    /// The resident memory of the user, product and order service, and of the database.
    pub megabytes: [Option<f64>; 4],
    /// The number of requests served so far.
    pub requests: u64,
}

/// Samples memory under the mixed load. Fails if a request fails.
pub async fn observe(
    bed: &TestBed,
    catalogue: &Catalogue,
    users: &Users,
    duration: Duration,
) -> Result<Vec<Sample>> {
    let begin = Instant::now();
    let mut requests = 0;
    let mut samples = vec![sample(bed, 0.0, 0)];
    let slice = duration / SAMPLES;
    for number in 1..=SAMPLES {
        for outcome in mix(bed, catalogue, users, slice).await? {
            requests += outcome.served.count();
            if outcome.errors > 0 {
                bail!("{} requests of the mixed load failed", outcome.errors);
            }
        }
        bed.truncate_logs();
        let now = sample(bed, begin.elapsed().as_secs_f64() / 60.0, requests);
        if number % (SAMPLES / 10) == 0 {
            status(format!("memory after {:4.1} minutes: {}", now.minutes, now.summary()));
        }
        samples.push(now);
    }
    Ok(samples)
}

async fn mix(
    bed: &TestBed,
    catalogue: &Catalogue,
    users: &Users,
    duration: Duration,
) -> Result<Vec<Outcome>> {
    let mut loads = tokio::task::JoinSet::new();
    for (name, connections) in MIX {
        let scenario = Scenario::named(name, catalogue, users)?;
        let (address, requests): (_, Arc<[RequestTemplate]>) =
            (scenario.address(bed), scenario.requests);
        let pause = Duration::ZERO;
        let load = Load { address, requests, connections, duration, pause };
        loads.spawn(async move { load.run().await });
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = loads.join_next().await {
        outcomes.push(outcome.context("a load panicked")??);
    }
    Ok(outcomes)
}

fn sample(bed: &TestBed, minutes: f64, requests: u64) -> Sample {
    let megabytes = bed.memory().map(|memory| memory.map(|memory| memory.resident));
    Sample { minutes, megabytes, requests }
}

impl Sample {
    fn summary(&self) -> String {
        let services: Option<f64> = self.megabytes[..3].iter().copied().sum();
        format!("{} MB in the three services, {} requests", number(services), self.requests)
    }
}

/// Formats about ten of the samples as a table.
pub fn table(samples: &[Sample]) -> String {
    let services = Service::ALL.map(Service::name);
    let head = ["minutes"].into_iter().chain(services).chain(["database", "requests"]);
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
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
    fn table_has_one_row_per_tenth_of_the_samples() {
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
