//! Attacks and their measurements.

use std::fmt::Display;
use std::time::Duration;

use anyhow::Result;
use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::bystanders::Observed;
use crate::running::RunningService;
use crate::test_bed::TestBed;

/// The bound on the memory of a service under any attack, in MB (10^6 bytes): half of the 512 MiB
/// that its container may use.
const MAX_PEAK_RSS_MB: f64 = 256.0;

/// An attack. To add one, write an async function that takes the [`TestBed`], and list it in the
/// `attacks` function of its family.
pub struct Attack {
    /// The name on the command line.
    pub name: &'static str,
    /// A description in one line.
    pub summary: &'static str,
    /// Whether the short form skips the attack, because it takes minutes or waits for a long
    /// timeout.
    pub full_only: bool,
    pub run: Run,
}

/// The function of an attack, boxed so that attacks can be listed.
pub type Run = for<'a> fn(&'a TestBed) -> BoxFuture<'a, Result<Measurement>>;

/// The cost of an attack for the service, its effect on other clients, and the bounds.
#[derive(Debug, Default, Serialize)]
pub struct Measurement {
    /// Processor time of the attacked services, in milliseconds.
    pub cpu_ms: Option<f64>,
    /// The highest peak memory of the attacked services, in MB (10^6 bytes).
    pub peak_rss_mb: Option<f64>,
    pub bystanders: Option<Observed>,
    pub checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
pub struct Check {
    pub bound: String,
    pub found: String,
    pub holds: bool,
}

impl Measurement {
    /// Measures a service that must survive the attack.
    pub fn of(service: &mut RunningService) -> Self {
        let alive = service.exit_status().is_none();
        let found = if alive { "yes" } else { "no: it ended" };
        Self::of_stopped(service).check("the service survives", found, alive)
    }

    /// Measures a service that may have ended.
    pub fn of_stopped(service: &RunningService) -> Self {
        let usage = service.usage();
        Self::default().add_usage(usage.cpu_ms, usage.peak_rss_mb).check_memory()
    }

    /// Adds the usage of another service.
    pub fn add_usage(mut self, cpu_ms: f64, peak_rss_mb: f64) -> Self {
        self.cpu_ms = Some(self.cpu_ms.unwrap_or_default() + cpu_ms);
        self.peak_rss_mb = Some(self.peak_rss_mb.unwrap_or_default().max(peak_rss_mb));
        self
    }

    /// Checks the bound on memory that all attacks share.
    pub fn check_memory(self) -> Self {
        let peak = self.peak_rss_mb.unwrap_or_default();
        self.check(
            format!("peak RSS < {MAX_PEAK_RSS_MB} MB"),
            format!("{peak:.0} MB"),
            peak < MAX_PEAK_RSS_MB,
        )
    }

    pub fn check(mut self, bound: impl Into<String>, found: impl Display, holds: bool) -> Self {
        self.checks.push(Check { bound: bound.into(), found: found.to_string(), holds });
        self
    }

    /// Adds a bound on a time; `None` means that the event did not happen.
    pub fn check_time(self, what: &str, limit: Duration, found: Option<Duration>) -> Self {
        let text = found.map_or("never".to_owned(), milliseconds);
        let holds = found.is_some_and(|found| found <= limit);
        self.check(format!("{what} within {}", milliseconds(limit)), text, holds)
    }

    /// Adds the observations of bystanders, who must see no errors and 99 of 100 responses in time.
    pub fn check_bystanders(self, observed: Observed, limit: Duration) -> Self {
        let errors = match (&observed.first_error, observed.errors) {
            (Some(first), count) => format!("{count} of {} ({first})", observed.requests),
            (None, count) => format!("{count} of {}", observed.requests),
        };
        let spared = observed.errors == 0 && observed.requests > 0;
        let p99 = observed.p99_ms.map(|p99| Duration::from_secs_f64(p99 / 1e3));
        let mut measurement = self.check("bystanders get no errors", errors, spared).check_time(
            "p99 of bystanders",
            limit,
            p99,
        );
        measurement.bystanders = Some(observed);
        measurement
    }

    /// The measurement of an attack that failed to run or to end.
    pub fn failed(bound: &str, why: impl Display) -> Self {
        Self::default().check(bound, why, false)
    }

    /// Whether all bounds hold. An attack without bounds proves nothing.
    pub fn holds(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.holds)
    }
}

/// Formats a time for the table.
pub fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        0.0..10.0 => format!("{milliseconds:.1} ms"),
        10.0..10_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_holds_if_all_bounds_hold() {
        let holding = Measurement::default().check("a", "b", true);
        assert!(holding.holds());
        assert!(!holding.check("c", "d", false).holds());
        assert!(!Measurement::default().holds(), "an attack without bounds proves nothing");
    }

    #[test]
    fn missing_event_breaks_its_bound() {
        let limit = Duration::from_millis(5);
        assert!(Measurement::default().check_time("a", limit, Some(limit)).holds());
        assert!(!Measurement::default().check_time("a", limit, None).holds());
    }

    #[test]
    fn bystanders_must_have_sent_requests() {
        let limit = Duration::from_secs(1);
        assert!(!Measurement::default().check_bystanders(Observed::default(), limit).holds());
    }
}
