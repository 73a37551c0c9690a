//! The report of the scenarios, as JSON and as a table that compares it with a baseline.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The smallest significant ratio: figures of the same program on a busy machine differed by up to
/// a third.
const SIGNIFICANT: f64 = 1.3;

/// The figures of one run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    pub machine: String,
    pub database: String,
    /// The number of concurrent requests.
    pub concurrency: usize,
    /// Seconds per scenario, in all rounds.
    pub seconds: f64,
    /// Milliseconds of processor time per request to a bare HTTP server.
    pub bare_request_ms: Option<f64>,
    /// Milliseconds of processor time per password hash.
    pub bare_hash_ms: f64,
    pub rows: Vec<Row>,
    /// The memory of the three services before any load, in megabytes.
    pub idle_memory_mb: Option<f64>,
    /// The peak memory of the three services, in megabytes.
    pub peak_memory_mb: Option<f64>,
}

/// The figures of a scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    /// The method and path.
    pub work: String,
    /// The number of served requests.
    pub requests: u64,
    pub per_second: f64,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// The number of requests that were not served.
    pub errors: u64,
    /// Milliseconds of processor time per request of the service that receives it.
    pub service_cpu_ms: Option<f64>,
    /// Milliseconds of processor time per request of the three services.
    pub services_cpu_ms: Option<f64>,
    /// Milliseconds of processor time per request of the database.
    pub database_cpu_ms: Option<f64>,
    /// The processor time of the services as a multiple of the reference in the same run.
    pub relative: Option<f64>,
}

impl Report {
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        serde_json::from_str(&text).with_context(|| file.display().to_string())
    }

    pub fn write(&self, file: &Path) -> Result<()> {
        let text =
            serde_json::to_string_pretty(self).with_context(|| file.display().to_string())?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        std::fs::write(file, text + "\n").with_context(|| file.display().to_string())
    }

    /// The cost of a scenario relative to another run, each as a multiple of its reference: 2 means
    /// twice as expensive.
    pub fn ratio(&self, name: &str, baseline: &Self) -> Option<f64> {
        let relative = |report: &Self| {
            let row = report.rows.iter().find(|row| row.name == name)?;
            row.relative.filter(|relative| *relative > 0.0)
        };
        Some(relative(self)? / relative(baseline)?)
    }

    /// Formats the table as Markdown. The last column compares with `baseline`.
    pub fn table(&self, baseline: Option<&Self>) -> String {
        let mut rows = vec![
            ["work", "req/s", "p50 ms", "p99 ms", "errors", "CPU ms: service", "all three"]
                .into_iter()
                .chain(["database", "× reference", "vs baseline"])
                .map(str::to_owned)
                .collect(),
        ];
        for row in &self.rows {
            let ratio = baseline.and_then(|baseline| self.ratio(&row.name, baseline));
            rows.push(vec![
                row.work.clone(),
                format!("{:.0}", row.per_second),
                number(row.p50_ms),
                number(row.p99_ms),
                row.errors.to_string(),
                number(row.service_cpu_ms),
                number(row.services_cpu_ms),
                number(row.database_cpu_ms),
                number(row.relative),
                ratio.map_or("–".to_owned(), verdict),
            ]);
        }
        markdown(&rows)
    }

    /// Describes the circumstances of the measurement.
    pub fn notes(&self, baseline: Option<&Self>) -> String {
        let mut text = format!(
            "{}; database: {}; {} concurrent requests, {:.0} s per scenario.\n\
             The reference is a request to a bare HTTP server, {} ms of processor time, and for \
             logins one password hash, {} ms.\n\
             Memory of the three services: {} MB idle, {} MB peak.\n",
            self.machine,
            self.database,
            self.concurrency,
            self.seconds,
            number(self.bare_request_ms),
            number(Some(self.bare_hash_ms)),
            number(self.idle_memory_mb),
            number(self.peak_memory_mb),
        );
        text += &match baseline {
            Some(baseline) => format!(
                "The baseline is from {} with {}. A single ratio below {SIGNIFICANT} is not significant.\n",
                baseline.machine, baseline.database
            ),
            None => "No baseline; --save-baseline stores these figures as one.\n".to_owned(),
        };
        text
    }
}

fn verdict(ratio: f64) -> String {
    let word = match ratio {
        ratio if ratio > SIGNIFICANT => " more",
        ratio if ratio < 1.0 / SIGNIFICANT => " less",
        _ => "",
    };
    format!("{ratio:.2} ×{word}")
}

/// Formats a number with three significant digits, or as a dash.
pub fn number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 => format!("{value:.1}"),
        Some(value) if value.abs() >= 1.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}

/// Formats an aligned Markdown table. All columns but the first are numbers.
pub fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells =
            row.iter().zip(&widths).enumerate().map(|(at, (measurement, &width))| match at {
                0 => format!("| {measurement:width$} "),
                _ => format!("| {measurement:>width$} "),
            });
        text.extend(cells);
        text.push_str("|\n");
        if number == 0 {
            text.extend(widths.iter().enumerate().map(|(at, &width)| match at {
                0 => format!("| {} ", "-".repeat(width)),
                _ => format!("| {}: ", "-".repeat(width.max(2) - 1)),
            }));
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(relative: Option<f64>) -> Report {
        let row = Row {
            name: "get".into(),
            work: "GET".into(),
            requests: 1,
            per_second: 1.0,
            p50_ms: None,
            p99_ms: Some(12.345),
            errors: 0,
            service_cpu_ms: None,
            services_cpu_ms: None,
            database_cpu_ms: None,
            relative,
        };
        Report {
            machine: "a machine".into(),
            database: "a database".into(),
            concurrency: 1,
            seconds: 1.0,
            bare_request_ms: None,
            bare_hash_ms: 1.0,
            rows: vec![row],
            idle_memory_mb: None,
            peak_memory_mb: None,
        }
    }

    #[test]
    fn ratio_needs_the_scenario_in_both_runs() {
        let now = report(Some(6.0));
        let before = report(Some(4.0));
        assert_eq!(now.ratio("get", &before), Some(1.5));
        assert_eq!(now.ratio("list", &before), None);
        assert_eq!(now.ratio("get", &report(None)), None);
        assert_eq!(report(Some(0.0)).ratio("get", &before), None);
    }

    #[test]
    fn only_significant_ratios_are_labelled() {
        assert_eq!(verdict(1.31), "1.31 × more");
        assert_eq!(verdict(1.29), "1.29 ×");
        assert_eq!(verdict(0.78), "0.78 ×");
        assert_eq!(verdict(0.5), "0.50 × less");
    }

    #[test]
    fn table_has_a_row_per_scenario_and_dashes_for_unknown_figures() {
        let table = report(Some(6.0)).table(Some(&report(Some(4.0))));
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[2].contains("12.3") && lines[2].contains("1.50 × more"), "{table}");
        assert!(lines[2].contains('–'), "{table}");
        let length = |line: &str| line.chars().count();
        assert!(lines.iter().all(|line| length(line) == length(lines[0])), "{table}");
    }

    #[test]
    fn reports_are_read_from_the_file_they_were_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/report.json");
        report(Some(6.0)).write(&file).unwrap();
        assert_eq!(Report::read(&file).unwrap().rows[0].relative, Some(6.0));
        assert!(Report::read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn numbers_have_three_significant_digits() {
        let cases = [(0.1234, "0.123"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1234")];
        for (value, text) in cases {
            assert_eq!(number(Some(value)), text, "{value}");
        }
    }
}
