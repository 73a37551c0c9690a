//! Prometheus itself scrapes the services and evaluates the rules.
//!
//! The tests need `prometheus` and `promtool`. Without them they are skipped, except in CI, where
//! they fail.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::Value;
use system::home::workspace;
use system::ports::{free_port, is_listening};
use system::process::Process;
use system::services::{Ports, Service};

use super::{alerts, component};
use crate::support::{ServiceProcess, program_or_skip, run};

const INSTALL: &str = "Debian: apt-get install prometheus";

/// The time that Prometheus has for a few scrapes, one a second.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn every_alert_fires_for_what_it_describes() {
    let Some(promtool) = program_or_skip(&["promtool"], INSTALL) else { return };
    let folder = workspace().join("kustomize/components/monitoring");
    let mut command = Command::new(promtool);
    let output = command.args(["test", "rules", "alerts.test.yaml"]).current_dir(folder).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let tests = component("alerts.test.yaml");
    for alert in alerts() {
        assert!(tests.contains(&format!("alertname: {alert}\n")), "{alert} has no test");
    }
}

/// A running Prometheus that scrapes services every second.
struct Prometheus {
    url: String,
    process: Process,
    _folder: tempfile::TempDir,
}

impl Prometheus {
    fn start(program: PathBuf, ports: Ports) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let targets = ports.0.map(|port| format!("127.0.0.1:{port}")).join(", ");
        let configuration = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
             rule_files: [alerts.yaml]\n\
             scrape_configs:\n  - job_name: pods\n    static_configs: [{{targets: [{targets}]}}]\n"
        );
        let file = folder.path().join("prometheus.yaml");
        fs::write(&file, configuration).unwrap();
        // The delays of the rules would take minutes.
        let rules = component("alerts.yaml");
        let rules = rules.lines().filter(|line| !line.trim_start().starts_with("for: "));
        let rules: Vec<&str> = rules.collect();
        fs::write(folder.path().join("alerts.yaml"), rules.join("\n")).unwrap();
        let port = free_port().unwrap();
        let mut command = Command::new(program);
        command.arg(format!("--config.file={}", file.display()));
        command.arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let log = folder.path().join("log");
        let mut process = Process::start("prometheus", &mut command, &log).unwrap();
        process.wait_until(PATIENCE, || is_listening(port)).unwrap();
        Self { url: format!("http://127.0.0.1:{port}/api/v1"), process, _folder: folder }
    }

    /// What an endpoint of the API answers.
    fn get(&self, path: &str) -> Value {
        let url = format!("{}/{path}", self.url);
        run(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let answer = http.get(url).send().await.unwrap().text().await.unwrap();
            // While it starts, the API answers with a sentence.
            serde_json::from_str::<Value>(&answer).unwrap_or_default()["data"].take()
        })
    }

    fn wait_for(&self, path: &str, condition: impl Fn(&Value) -> bool) {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if condition(&answer) {
                return;
            }
            let tail = self.process.tail();
            assert!(start.elapsed() < PATIENCE, "{path}: {answer:#}\n{tail}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// The firing alerts, as their name and service.
fn firing(answer: &Value) -> Vec<String> {
    let alerts = answer["alerts"].as_array().into_iter().flatten();
    let firing = alerts.filter(|alert| alert["state"] == "firing");
    let text = |alert: &Value, label: &str| alert["labels"][label].as_str().unwrap().to_owned();
    firing.map(|alert| text(alert, "alertname") + " " + &text(alert, "service")).collect()
}

#[test]
fn prometheus_scrapes_the_services_and_notices_that_one_was_killed() {
    let Some(program) = program_or_skip(&["prometheus"], INSTALL) else { return };
    let ports = Ports::free().unwrap();
    let start = |service| ServiceProcess::configure(service).ports(ports).start();
    let [_users, _products, mut orders] = Service::ALL.map(start);
    let prometheus = Prometheus::start(program, ports);
    prometheus.wait_for("query?query=sum(up)", |answer| answer["result"][0]["value"][1] == "3");
    prometheus.wait_for("alerts", |answer| firing(answer).is_empty());
    orders.process.kill();
    prometheus.wait_for("alerts", |answer| firing(answer) == ["ServiceDown order-service"]);
}
