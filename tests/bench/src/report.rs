//! The figures of the scenarios: as JSON for programs, as a table for people,
//! beside the stored ones.

use std::path::Path;

use serde::{Deserialize, Serialize};
use system::{Result, Stop};

/// A ratio between two runs that says something: between two runs of the same
/// program on a machine with other work, one figure was seen to differ by a third.
const TELLING: f64 = 1.3;

/// Everything that was measured in one run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Where.
    pub machine: String,
    /// On which database.
    pub database: String,
    /// Requests at once.
    pub concurrency: usize,
    /// Seconds that each scenario was measured in all.
    pub seconds: f64,
    /// Milliseconds of processor time for a request to a bare HTTP server.
    pub bare_request_ms: Option<f64>,
    /// Milliseconds for one bare password hash.
    pub bare_hash_ms: f64,
    /// The scenarios.
    pub rows: Vec<Row>,
    /// Megabytes of the three services together, before any load.
    pub idle_memory_mb: Option<f64>,
    /// The most they ever used.
    pub peak_memory_mb: Option<f64>,
}

/// One scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it asks.
    pub work: String,
    /// Requests that were served.
    pub requests: u64,
    /// Served in a second.
    pub per_second: f64,
    /// Half of the requests took no longer.
    pub p50_ms: Option<f64>,
    /// 99 of 100 requests took no longer.
    pub p99_ms: Option<f64>,
    /// Requests that were not served.
    pub errors: u64,
    /// Milliseconds of processor time for each request, of the service that answers.
    pub service_cpu_ms: Option<f64>,
    /// Of the three services.
    pub services_cpu_ms: Option<f64>,
    /// Of the database.
    pub database_cpu_ms: Option<f64>,
    /// What the services use, as a multiple of the reference's cost in the same run.
    pub relative: Option<f64>,
}

impl Report {
    /// A report from a file.
    ///
    /// # Errors
    /// If there is none or it is of another form.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Stop::because(file.display()))?;
        serde_json::from_str(&text).map_err(Stop::because(file.display()))
    }

    /// Writes it to a file.
    ///
    /// # Errors
    /// If that cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(Stop::because(file.display()))?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(Stop::because(folder.display()))?;
        }
        std::fs::write(file, text + "\n").map_err(Stop::because(file.display()))
    }

    /// How much more the services use for this scenario than in another run,
    /// each in multiples of its reference: 1 for the same, 2 for twice as much.
    pub fn ratio(&self, name: &str, baseline: &Self) -> Option<f64> {
        let relative = |report: &Self| {
            let row = report.rows.iter().find(|row| row.name == name)?;
            row.relative.filter(|relative| *relative > 0.0)
        };
        Some(relative(self)? / relative(baseline)?)
    }

    /// The table, as Markdown; the last column compares with `baseline`.
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

    /// What the table is to be read with.
    pub fn notes(&self, baseline: Option<&Self>) -> String {
        let mut text = format!(
            "{}; database: {}; {} at once, {:.0} s each.\n\
             The reference is a request to a bare HTTP server, {} ms of processor time, and for \
             signing in one bare password hash, {} ms.\n\
             Memory of the three services: {} MB idle, {} MB at most.\n",
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
                "The baseline is from {} with {}. A single ratio under {TELLING} says little.\n",
                baseline.machine, baseline.database
            ),
            None => {
                "There is no baseline yet; --save-baseline makes these figures it.\n".to_owned()
            }
        };
        text
    }
}

fn verdict(ratio: f64) -> String {
    let word = match ratio {
        ratio if ratio > TELLING => " more",
        ratio if ratio < 1.0 / TELLING => " less",
        _ => "",
    };
    format!("{ratio:.2} ×{word}")
}

/// Three digits that count, or a dash.
pub fn number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 => format!("{value:.1}"),
        Some(value) if value.abs() >= 1.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}

/// A Markdown table that is aligned as text too; all but the first column are numbers.
pub fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, &width))| match at {
            0 => format!("| {cell:width$} "),
            _ => format!("| {cell:>width$} "),
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
    fn a_ratio_needs_both_figures_and_the_same_scenario() {
        let (now, before) = (report(Some(6.0)), report(Some(4.0)));
        assert_eq!(now.ratio("get", &before), Some(1.5));
        assert_eq!(now.ratio("list", &before), None);
        assert_eq!(now.ratio("get", &report(None)), None);
        assert_eq!(report(Some(0.0)).ratio("get", &before), None);
    }

    #[test]
    fn a_ratio_is_called_more_or_less_only_when_it_tells_something() {
        assert_eq!(verdict(1.31), "1.31 × more");
        assert_eq!(verdict(1.29), "1.29 ×");
        assert_eq!(verdict(0.78), "0.78 ×");
        assert_eq!(verdict(0.5), "0.50 × less");
    }

    #[test]
    fn the_table_has_a_row_for_each_scenario_with_dashes_for_what_is_unknown() {
        let table = report(Some(6.0)).table(Some(&report(Some(4.0))));
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[2].contains("12.3") && lines[2].contains("1.50 × more"), "{table}");
        assert!(lines[2].contains('–'), "{table}");
        let length = |line: &str| line.chars().count();
        assert!(lines.iter().all(|line| length(line) == length(lines[0])), "{table}");
    }

    #[test]
    fn a_report_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/report.json");
        report(Some(6.0)).write(&file).unwrap();
        assert_eq!(Report::read(&file).unwrap().rows[0].relative, Some(6.0));
        assert!(Report::read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn numbers_have_three_digits() {
        let cases = [(0.1234, "0.123"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1234")];
        for (value, text) in cases {
            assert_eq!(number(Some(value)), text);
        }
    }
}
