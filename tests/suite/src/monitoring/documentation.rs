//! `docs/operations.md` lists what is served and what raises alerts, and rules and dashboard use
//! only what is served.

use std::collections::BTreeSet;
use std::fs;

use reqwest::Method;
use serde_json::Value;
use system::home::workspace;

use super::{alerts, component, rules};
use crate::support::{new_order, new_product, new_user, run, services};

/// The names in the first column of a section's table.
fn documented(section: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(workspace().join("docs/operations.md")).unwrap();
    let (_, text) = text.split_once(&format!("\n## {section}\n")).expect("the section exists");
    let text = text.split("\n## ").next().unwrap_or_default();
    let name = |line: &str| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned());
    let names: BTreeSet<String> = text.lines().filter_map(name).collect();
    assert!(names.len() > 10, "{section}: {names:?}");
    names
}

/// The names of all metrics that the services serve.
fn served() -> BTreeSet<String> {
    run(async {
        // Operations and calls are listed once there has been one.
        new_order(&new_user().await, &[&new_product(1.0).await]).await;
        let mut served = BTreeSet::new();
        for service in services() {
            let response = service.request(Method::GET, "/metrics").send().await.unwrap();
            assert_eq!(response.status(), 200);
            let text = response.text().await.unwrap();
            let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
            served.extend(types.filter_map(|line| Some(line.split_once(' ')?.0.to_owned())));
        }
        served
    })
}

#[test]
fn every_metric_is_documented() {
    assert_eq!(served(), documented("Metrics"));
}

#[test]
fn every_alert_is_documented() {
    assert_eq!(alerts(), documented("Alerts"));
}

/// The names of metrics in an expression: words with an underscore, outside of quotes, that are
/// neither functions nor labels.
fn metrics_of(expression: &str) -> BTreeSet<String> {
    let outside_of_quotes = expression.split('"').step_by(2);
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words = outside_of_quotes.flat_map(|text| text.split(move |one| !is_part(one)));
    let prefixes = ["http_server_", "db_client_", "upstream_", "order_", "password_", "process_"];
    let is_metric = |word: &&str| {
        prefixes.iter().any(|prefix| word.starts_with(prefix))
            || ["build_info", "log_lines_dropped_total", "trace_spans_total"].contains(word)
    };
    let of_histogram = |word: &str| {
        let family = ["_bucket", "_count", "_sum"].iter().find_map(|end| word.strip_suffix(end));
        family.filter(|family| family.ends_with("_seconds")).unwrap_or(word).to_owned()
    };
    words.filter(is_metric).map(of_histogram).collect()
}

#[test]
fn rules_and_dashboard_use_only_metrics_that_exist() {
    let known = documented("Metrics");
    let expressions = rules();
    for rule in &expressions {
        let used = metrics_of(rule["expr"].as_str().unwrap());
        assert!(!used.is_empty() && used.is_subset(&known), "{}: {used:?}", rule["alert"]);
    }
    let dashboard: Value = serde_json::from_str(&component("dashboard.json")).unwrap();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            let used = metrics_of(target["expr"].as_str().unwrap());
            assert!(!used.is_empty() && used.is_subset(&known), "{}: {used:?}", panel["title"]);
            shown.extend(used);
        }
    }
    // What the dashboard leaves out, because it hardly varies.
    let omitted = ["process_start_time_seconds", "process_threads", "process_virtual_memory_bytes"];
    let omitted: BTreeSet<String> = omitted.map(str::to_owned).into();
    assert_eq!(known.difference(&shown).cloned().collect::<BTreeSet<_>>(), omitted);
}
