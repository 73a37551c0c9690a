//! What operators see: the metrics that the services serve, the alert rules and the dashboard built
//! on them, the documentation of all three, and traces.

mod documentation;
mod exporter;
mod prometheus;
mod traces;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use system::home::workspace;

/// The text of a file of the component.
fn component(file: &str) -> String {
    let path = workspace().join("kustomize/components/monitoring").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The alert rules.
fn rules() -> Vec<Value> {
    let file: Value = serde_yaml_ng::from_str(&component("alerts.yaml")).unwrap();
    let groups = file["groups"].as_array().unwrap();
    groups.iter().flat_map(|group| group["rules"].as_array().unwrap()).cloned().collect()
}

/// The names of the alerts.
fn alerts() -> BTreeSet<String> {
    let alerts: BTreeSet<String> =
        rules().iter().map(|rule| rule["alert"].as_str().unwrap().to_owned()).collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    alerts
}
