//! The component with metrics for Prometheus.

use std::fs;

use serde_json::Value;
use system::home::workspace;

use super::SERVICES;
use super::kustomize::{self, with_monitoring};
use super::objects::text;

#[test]
fn pods_of_services_are_annotated_for_scraping() {
    if kustomize::is_missing() {
        return;
    }
    let objects = with_monitoring();
    for (service, ..) in SERVICES {
        let template = &objects.get("Deployment", service)["spec"]["template"];
        let annotations = &template["metadata"]["annotations"];
        assert_eq!(annotations["prometheus.io/scrape"], "true", "{service}");
        assert_eq!(annotations["prometheus.io/path"], "/metrics", "{service}");
        // Prometheus scrapes each declared port.
        let ports = template["spec"]["containers"][0]["ports"].as_array().unwrap();
        assert_eq!(ports.len(), 1, "{service}");
    }
}

/// The sidecars of Prometheus and Grafana find the ConfigMaps by their labels, and by fixed names
/// what changes in them.
#[test]
fn rules_and_dashboard_are_found_by_their_labels() {
    if kustomize::is_missing() {
        return;
    }
    let objects = with_monitoring();
    let folder = workspace().join("kustomize/components/monitoring");
    for (name, file, label) in [
        ("alerts", "alerts.yaml", "prometheus_rules"),
        ("dashboard", "dashboard.json", "grafana_dashboard"),
    ] {
        let map = objects.get("ConfigMap", name);
        assert_eq!(map["metadata"]["labels"][label], "1", "{name}");
        let content: &Value = &map["data"][file];
        assert_eq!(text(content), fs::read_to_string(folder.join(file)).unwrap());
    }
}
