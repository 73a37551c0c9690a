//! What an attack is, and what it found.

use std::fmt::Display;
use std::time::Duration;

use anyhow::Result;
use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::bystanders::Observed;
use crate::running::RunningService;
use crate::test_bed::TestBed;

/// The most memory that a service may hold under any attack, in MB (10^6
/// bytes): half of the 512 MiB that its container may use.
const MAX_PEAK_RSS_MB: f64 = 256.0;

/// One attack. To add one, write an async function that takes the [`TestBed`],
/// and list it in the `attacks` of its family.
pub struct Attack {
    /// What `--only` takes.
    pub name: &'static str,
    /// What is done to the services, in one line.
    pub summary: &'static str,
    /// The attack takes minutes, or waits for a timeout of more than half a
    /// minute: it is left out of the short form.
    pub full_only: bool,
    /// The attack itself.
    pub run: Run,
}

/// An attack's function, boxed so that attacks can be listed.
pub type Run = for<'a> fn(&'a TestBed) -> BoxFuture<'a, Result<Measurement>>;

/// What an attack cost the service, what it did to others, and whether the
/// bounds hold.
#[derive(Debug, Default, Serialize)]
pub struct Measurement {
    /// Processor time of the attacked services, in milliseconds.
    pub cpu_ms: Option<f64>,
    /// The most memory that one of them ever held, in MB (10^6 bytes).
    pub peak_rss_mb: Option<f64>,
    /// What others saw meanwhile.
    pub bystanders: Option<Observed>,
    /// The bounds.
    pub checks: Vec<Check>,
}

/// A bound, and what was found.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What must hold.
    pub bound: String,
    /// What was measured.
    pub found: String,
    /// Whether it holds.
    pub holds: bool,
}

impl Measurement {
    /// The figures of a service that must have survived the attack.
    pub fn of(service: &mut RunningService) -> Self {
        let alive = service.ended().is_none();
        let found = if alive { "yes" } else { "no: it ended" };
        Self::of_stopped(service).check("the service survives", found, alive)
    }

    /// The figures of a service that may have ended.
    pub fn of_stopped(service: &RunningService) -> Self {
        let usage = service.usage();
        Self::default().add_usage(usage.cpu_ms, usage.peak_rss_mb).check_memory()
    }

    /// Adds another service's figures: the sum of processor time, the highest peak.
    pub fn add_usage(mut self, cpu_ms: f64, peak_rss_mb: f64) -> Self {
        self.cpu_ms = Some(self.cpu_ms.unwrap_or_default() + cpu_ms);
        self.peak_rss_mb = Some(self.peak_rss_mb.unwrap_or_default().max(peak_rss_mb));
        self
    }

    /// Holds the peak against the bound that all attacks share.
    pub fn check_memory(self) -> Self {
        let peak = self.peak_rss_mb.unwrap_or_default();
        self.check(
            format!("peak RSS < {MAX_PEAK_RSS_MB} MB"),
            format!("{peak:.0} MB"),
            peak < MAX_PEAK_RSS_MB,
        )
    }

    /// Adds a bound.
    pub fn check(mut self, bound: impl Into<String>, found: impl Display, holds: bool) -> Self {
        self.checks.push(Check { bound: bound.into(), found: found.to_string(), holds });
        self
    }

    /// Adds a bound on a time; none means that nothing came within it.
    pub fn check_time(self, what: &str, limit: Duration, found: Option<Duration>) -> Self {
        let text = found.map_or("never".to_owned(), milliseconds);
        let holds = found.is_some_and(|found| found <= limit);
        self.check(format!("{what} within {}", milliseconds(limit)), text, holds)
    }

    /// Adds what bystanders saw: no errors, and 99 of 100 answers within a limit.
    pub fn check_bystanders(self, observed: Observed, limit: Duration) -> Self {
        let errors = match (&observed.first_error, observed.errors) {
            (Some(first), count) => format!("{count} of {} ({first})", observed.requests),
            (None, count) => format!("{count} of {}", observed.requests),
        };
        let spared = observed.errors == 0 && observed.requests > 0;
        let p99 = observed.p99_ms.map(|p99| Duration::from_secs_f64(p99 / 1e3));
        let mut measurement = self.check("bystanders get no errors", errors, spared).check_time(
            "bystanders' p99",
            limit,
            p99,
        );
        measurement.bystanders = Some(observed);
        measurement
    }

    /// An attack that could not be carried out, or did not end.
    pub fn failed(bound: &str, why: impl Display) -> Self {
        Self::default().check(bound, why, false)
    }

    /// Whether every bound holds.
    pub fn holds(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.holds)
    }
}

/// A time as the table shows it.
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
    fn one_broken_bound_breaks_the_attack() {
        let holding = Measurement::default().check("a", "b", true);
        assert!(holding.holds());
        assert!(!holding.check("c", "d", false).holds());
        assert!(!Measurement::default().holds(), "an attack without bounds shows nothing");
    }

    #[test]
    fn a_time_that_never_came_breaks_its_bound() {
        let limit = Duration::from_millis(5);
        assert!(Measurement::default().check_time("a", limit, Some(limit)).holds());
        assert!(!Measurement::default().check_time("a", limit, None).holds());
    }

    #[test]
    fn bystanders_must_have_asked() {
        let limit = Duration::from_secs(1);
        assert!(!Measurement::default().check_bystanders(Observed::default(), limit).holds());
    }
}
