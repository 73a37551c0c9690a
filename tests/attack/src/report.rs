//! The report of all attacks.

use std::fmt::Write;

use serde::Serialize;

use crate::attack::{Attack, Measurement};

#[derive(Serialize)]
pub struct Report {
    /// Whether it is the short form, on debug builds.
    short: bool,
    attacks: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    attack: &'static str,
    holds: bool,
    #[serde(flatten)]
    measurement: Measurement,
}

const HEAD: [&str; 10] = [
    "attack", "CPU ms", "peak MB", "p50 ms", "p99 ms", "errors", "requests", "bound", "found",
    "holds",
];

/// Columns of numbers, which are right-aligned.
const NUMBERS: std::ops::Range<usize> = 1..7;

impl Report {
    pub fn new(short: bool) -> Self {
        Self { short, attacks: Vec::new() }
    }

    pub fn add(&mut self, attack: &'static str, measurement: Measurement) {
        self.attacks.push(Row { attack, holds: measurement.holds(), measurement });
    }

    pub fn holds(&self) -> bool {
        self.attacks.iter().all(|row| row.holds)
    }

    /// Formats the report as Markdown, with a line per bound and a summary.
    pub fn table(&self) -> String {
        let lines: Vec<[String; 10]> = self.attacks.iter().flat_map(Row::lines).collect();
        let mut widths = HEAD.map(str::len);
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut table = markdown(&HEAD.map(str::to_owned), &widths);
        let rule = std::array::from_fn(|column| {
            if NUMBERS.contains(&column) {
                format!("{}:", "-".repeat(widths[column] - 1))
            } else {
                "-".repeat(widths[column])
            }
        });
        table += &markdown(&rule, &widths);
        table.extend(lines.iter().map(|line| markdown(line, &widths)));
        table + &self.summary()
    }

    fn summary(&self) -> String {
        let broken: Vec<&str> =
            self.attacks.iter().filter(|row| !row.holds).map(|row| row.attack).collect();
        let form = if self.short {
            "the short form, with bounds on time relaxed tenfold"
        } else {
            "the full form"
        };
        let verdict = match broken.as_slice() {
            [] => "Every bound holds.".to_owned(),
            names => format!("Broken: {}.", names.join(", ")),
        };
        format!(
            "\n{} attacks in {form}; each service under RLIMIT_DATA = 512 MiB. \
             CPU and peak RSS are those of the attacked service; p50, p99 and errors are those \
             of the bystanders. \
             {verdict}",
            self.attacks.len(),
        )
    }
}

impl Row {
    /// A line per bound, of which the first contains the figures.
    fn lines(&self) -> Vec<[String; 10]> {
        let Measurement { cpu_ms, peak_rss_mb, bystanders, checks } = &self.measurement;
        let number = |value: Option<f64>| value.map(figure).unwrap_or_default();
        let count = |value: Option<usize>| value.map(|count| count.to_string()).unwrap_or_default();
        let observed = bystanders.as_ref();
        let figures = [
            self.attack.to_owned(),
            number(*cpu_ms),
            number(*peak_rss_mb),
            number(observed.and_then(|observed| observed.p50_ms)),
            number(observed.and_then(|observed| observed.p99_ms)),
            count(observed.map(|observed| observed.errors)),
            count(observed.map(|observed| observed.requests)),
        ];
        let lines = checks.iter().enumerate().map(|(line, check)| {
            std::array::from_fn(|column| match column {
                0..7 if line == 0 => figures[column].clone(),
                0..7 => String::new(),
                7 => check.bound.clone(),
                8 => one_line(&check.found),
                _ => if check.holds { "yes" } else { "NO" }.to_owned(),
            })
        });
        lines.collect()
    }
}

/// Formats a number with about three significant digits.
fn figure(value: f64) -> String {
    match value {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Shortens messages, which can be long and contain line breaks.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 80;
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn markdown(cells: &[String; 10], widths: &[usize; 10]) -> String {
    let mut line = String::new();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        // Writing to a string does not fail.
        let _ = if NUMBERS.contains(&column) {
            write!(line, "| {cell:>width$} ")
        } else {
            write!(line, "| {cell:<width$} ")
        };
    }
    line + "|\n"
}

/// Formats the names and summaries of attacks.
pub fn list(attacks: &[Attack]) -> String {
    let width = attacks.iter().map(|attack| attack.name.len()).max().unwrap_or_default();
    let lines = attacks.iter().map(|attack| {
        let mark = if attack.full_only { " (full form only)" } else { "" };
        format!("{:width$}  {}{mark}", attack.name, attack.summary)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_has_a_line_per_bound_and_names_broken_attacks() {
        let mut report = Report::new(true);
        report.add("calm", Measurement::default().check("a", "b", true));
        assert!(report.holds());
        let broken = Measurement::default().check("c", "d", true).check("e", "f|g\nh", false);
        report.add("storm", broken);
        let table = report.table();
        assert!(!report.holds());
        assert!(table.contains("Broken: storm."), "{table}");
        assert_eq!(table.lines().filter(|line| line.starts_with('|')).count(), 5);
        assert!(table.contains("f/g h"), "{table}");
    }
}
