//! `docs/operations.md` lists what is served and what raises alerts, and rules and dashboard use
//! only what is served.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use reqwest::Method;
use serde_json::Value;
use system::home::workspace;

use super::{alerts, component, rules};
use crate::support::{new_order, new_product, new_user, run, services};

/// The rows of a section's table whose first column is a name, as the texts in backticks of their
/// first two columns.
fn rows(section: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(workspace().join("docs/operations.md")).unwrap();
    let (_, text) = text.split_once(&format!("\n## {section}\n")).expect("the section exists");
    let text = text.split("\n## ").next().unwrap_or_default();
    let row = |line: &str| {
        let mut columns = line.strip_prefix("| `")?.split('|');
        let name = columns.next()?.split('`').next()?.to_owned();
        let labels = columns.next()?.split('`').skip(1).step_by(2).map(str::to_owned);
        Some((name, labels.collect()))
    };
    let rows: BTreeMap<_, _> = text.lines().filter_map(row).collect();
    assert!(rows.len() > 10, "{section}: {rows:?}");
    rows
}

/// The names in the first column of a section's table.
fn documented(section: &str) -> BTreeSet<String> {
    rows(section).into_keys().collect()
}

/// What the services serve, together.
fn served() -> String {
    run(async {
        // Operations and calls are listed once there has been one.
        new_order(&new_user().await, &[&new_product(1.0).await]).await;
        let mut served = String::new();
        for service in services() {
            let response = service.request(Method::GET, "/metrics").send().await.unwrap();
            assert_eq!(response.status(), 200);
            served.push_str(&response.text().await.unwrap());
        }
        served
    })
}

#[test]
fn every_metric_is_documented() {
    let served = served();
    let types = served.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let names = types.filter_map(|line| Some(line.split_once(' ')?.0.to_owned()));
    let mut documented = documented("Metrics");
    let started = "process_start_time_seconds";
    documented.retain(|name| {
        cfg!(target_os = "linux") || name == started || !name.starts_with("process_")
    });
    assert_eq!(names.collect::<BTreeSet<_>>(), documented);
}

#[test]
fn labels_are_those_that_are_documented() {
    let documented = rows("Metrics");
    let served = served();
    let series = served.lines().filter(|line| !line.starts_with('#')).flat_map(selectors);
    let mut found = BTreeSet::new();
    for (metric, mut labels) in series {
        labels.retain(|label| !COMMON_LABELS.contains(&&**label));
        assert_eq!(labels, documented[&metric], "{metric}");
        found.insert(metric);
    }
    for metric in ["http_server_request_duration_seconds", "upstream_call_duration_seconds"] {
        assert!(found.contains(metric), "{metric}: {found:?}");
    }
}

#[test]
fn every_alert_is_documented() {
    assert_eq!(alerts(), documented("Alerts"));
    let text = fs::read_to_string(workspace().join("docs/operations.md")).unwrap();
    for alert in alerts() {
        let row = text.lines().find_map(|line| line.strip_prefix(&format!("| `{alert}` |")));
        let what_to_do = row.unwrap_or_default().trim_end_matches('|').trim();
        assert!(what_to_do.len() > 10, "{alert}: {what_to_do:?}");
    }
}

/// The labels that need no mention: that of every series, and that of the buckets of histograms.
const COMMON_LABELS: [&str; 2] = ["service", "le"];

/// The text outside of quotes.
fn unquoted(expression: &str) -> String {
    expression.split('"').step_by(2).collect()
}

/// The metrics in an expression that are followed by labels in braces, with these labels.
fn selectors(expression: &str) -> Vec<(String, BTreeSet<String>)> {
    let text = unquoted(expression);
    let word =
        |text: &str| text.split(['=', '!', '~']).next().unwrap_or_default().trim().to_owned();
    let selector = |(start, _): (usize, &str)| {
        let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_';
        let metric = text[..start].rsplit(|one| !is_part(one)).next().unwrap_or_default();
        let labels = text[start + 1..].split('}').next().unwrap_or_default();
        let labels = labels.split(',').map(word).filter(|label| !label.is_empty());
        (family(metric), labels.collect())
    };
    text.match_indices('{').map(selector).collect()
}

/// The name of the metric to which a series belongs.
fn family(series: &str) -> String {
    let family = ["_bucket", "_count", "_sum"].iter().find_map(|end| series.strip_suffix(end));
    family.filter(|family| family.ends_with("_seconds")).unwrap_or(series).to_owned()
}

/// The names of metrics in an expression: words with an underscore, outside of quotes, that are
/// neither functions nor labels.
fn metrics_of(expression: &str) -> BTreeSet<String> {
    let text = unquoted(expression);
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words = text.split(|one| !is_part(one));
    let prefixes = ["http_server_", "db_client_", "upstream_", "order_", "password_", "process_"];
    let is_metric = |word: &&str| {
        prefixes.iter().any(|prefix| word.starts_with(prefix))
            || ["build_info", "log_lines_dropped_total", "trace_spans_total"].contains(word)
    };
    words.filter(is_metric).map(family).collect()
}

/// The metrics of an expression, which must be documented, with the labels by which it selects
/// them.
fn checked_metrics(of: &Value, expression: &Value) -> BTreeSet<String> {
    let known = rows("Metrics");
    let expression = expression.as_str().unwrap();
    let used = metrics_of(expression);
    let all_known = used.iter().all(|metric| known.contains_key(metric));
    assert!(!used.is_empty() && all_known, "{of}: {used:?}");
    for (metric, labels) in selectors(expression) {
        for label in labels {
            let is_known = known[&metric].contains(&label) || COMMON_LABELS.contains(&&*label);
            assert!(is_known, "{of}: {metric} has no label {label}");
        }
    }
    used
}

#[test]
fn rules_and_dashboard_use_only_metrics_and_labels_that_exist() {
    for rule in rules() {
        checked_metrics(&rule["alert"], &rule["expr"]);
    }
    let dashboard: Value = serde_json::from_str(&component("dashboard.json")).unwrap();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            shown.extend(checked_metrics(&panel["title"], &target["expr"]));
        }
    }
    // What the dashboard leaves out, because it hardly varies.
    let omitted = ["process_start_time_seconds", "process_threads", "process_virtual_memory_bytes"];
    let omitted: BTreeSet<String> = omitted.map(str::to_owned).into();
    let known = documented("Metrics");
    assert_eq!(known.difference(&shown).cloned().collect::<BTreeSet<_>>(), omitted);
}
