//! Contract fuzzing: schemathesis asks the running services everything their
//! specs allow and much that they forbid, and checks each answer against the
//! spec.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;

use crate::scenario::{self, Account, Clients};
use crate::system::{Ports, Service};
use crate::{Result, Stop, home, say, tools};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The same cases each time: a test must not fail by chance.
const SEED: &str = "1";

/// What was found in one service.
#[derive(Debug, Default)]
pub struct Findings {
    /// The service.
    pub service: &'static str,
    /// Operations tested.
    pub operations: u64,
    /// Requests made.
    pub cases: u64,
    /// Failures by the name of their check.
    pub failures: BTreeMap<String, u64>,
}

/// Fuzzes services, `examples` cases for each operation and phase.
///
/// # Errors
/// If schemathesis cannot be installed or run. Failures are findings.
pub async fn run(ports: Ports, services: &[Service], examples: u32) -> Result<Vec<Findings>> {
    let program = tools::python_package(SCHEMATHESIS, "schemathesis")?;
    let account = scenario::account(&Clients::new(ports)?).await?;
    let folder = tempfile::tempdir().map_err(Stop::because("cannot make a temporary folder"))?;
    let mut all = Vec::new();
    for &service in services {
        say(format!("fuzzing {} with {examples} examples an operation", service.name()));
        let report = folder.path().join(format!("{}.json", service.name()));
        let output = command(&program, service, ports, &account, examples, &report)
            .output()
            .map_err(Stop::because("cannot run schemathesis"))?;
        let findings = read(service, &report).map_err(|Stop(why)| {
            Stop(format!("schemathesis failed: {why}\n{}", String::from_utf8_lossy(&output.stdout)))
        })?;
        if !findings.failures.is_empty() {
            eprintln!("{}", String::from_utf8_lossy(&output.stdout));
        }
        all.push(findings);
    }
    Ok(all)
}

fn command(
    program: &Path,
    service: Service,
    ports: Ports,
    account: &Account,
    examples: u32,
    report: &Path,
) -> Command {
    let tests = home::workspace().join("tests/dev");
    let mut command = Command::new(program);
    command.arg("--config-file").arg(tests.join("schemathesis.toml"));
    command.args([
        "run",
        &format!("{}/openapi.yaml", ports.url(service)),
        "--checks",
        "all",
        "--no-color",
    ]);
    command.args([
        "--phases",
        "examples,coverage,fuzzing,stateful",
        "--seed",
        SEED,
        "--continue-on-failure",
    ]);
    command
        .args(["--max-examples", &examples.to_string(), "--report", "json", "--report-json-path"])
        .arg(report);
    command.env("SCHEMATHESIS_HOOKS", "schemathesis_hooks").env("PYTHONPATH", python_path(tests));
    command.env("FUZZ_USER", &account.user).env("FUZZ_PRODUCT", &account.product);
    command.env("FUZZ_EMAIL", &account.email).env("FUZZ_PASSWORD", &account.password);
    // Its scratch files belong to nobody's project.
    command.current_dir(report.parent().unwrap_or(Path::new("."))).stdin(Stdio::null());
    command
}

fn python_path(tests: PathBuf) -> std::ffi::OsString {
    let more = env::var_os("PYTHONPATH").unwrap_or_default();
    env::join_paths([tests].into_iter().chain(env::split_paths(&more))).unwrap_or_default()
}

fn read(service: Service, report: &Path) -> Result<Findings> {
    let text = fs::read_to_string(report).map_err(Stop::because("it wrote no report"))?;
    let report: Value =
        serde_json::from_str(&text).map_err(Stop::because("its report is no JSON"))?;
    let mut failures = BTreeMap::new();
    for failure in report["failures"].as_array().into_iter().flatten() {
        let check = failure["check"].as_str().or(failure["title"].as_str()).unwrap_or("unnamed");
        *failures.entry(check.to_owned()).or_default() += 1;
    }
    let errors = report["errors"].as_array().map_or(0, Vec::len) as u64;
    if errors > 0 || report["complete"] != true {
        failures.insert("errors of the run itself".to_owned(), errors.max(1));
    }
    Ok(Findings {
        service: service.name(),
        operations: report["operations"]["tested"].as_u64().unwrap_or_default(),
        cases: report["test_cases"]["generated"].as_u64().unwrap_or_default(),
        failures,
    })
}

/// The findings as a table, and whether there is a failure among them.
pub fn table(findings: &[Findings]) -> (String, bool) {
    let mut text =
        format!("  {:16} {:>10} {:>8} {:>9}\n", "service", "operations", "cases", "failures");
    for Findings { service, operations, cases, failures } in findings {
        let total: u64 = failures.values().sum();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {service:16} {operations:>10} {cases:>8} {total:>9}");
        for (check, count) in failures {
            let _ = writeln!(text, "    {check}: {count}");
        }
    }
    (text, findings.iter().any(|findings| !findings.failures.is_empty()))
}
