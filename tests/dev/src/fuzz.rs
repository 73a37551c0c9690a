//! Contract fuzzing: schemathesis sends valid and invalid requests to the running services, and
//! checks each response against the spec.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::output::status;
use crate::scenario::{self, Account, Clients};
use crate::services::{Ports, Service};
use crate::{home, tools};

/// The package of the contract fuzzer.
pub const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Fixed, so that a test does not fail at random.
const SEED: &str = "1";

/// The result of fuzzing one service.
#[derive(Debug, Default)]
pub struct Findings {
    pub service: &'static str,
    /// The number of operations that were tested.
    pub operations: u64,
    /// The number of requests that were sent.
    pub cases: u64,
    /// The number of failures by the name of the check.
    pub failures: BTreeMap<String, u64>,
}

/// Who sends the requests.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// Anyone, while authorization is off.
    Open,
    /// Someone without credentials, while authorization is required.
    Anonymous,
    /// Whose token this is.
    User(&'a str),
}

/// Fuzzes services without authorization, with this many examples for each operation and phase.
///
/// Failed checks are findings; an error means that schemathesis cannot be installed or run.
pub async fn run(ports: Ports, services: &[Service], examples: u32) -> Result<Vec<Findings>> {
    let account = scenario::create_account(&Clients::new(ports)?).await?;
    run_as(Caller::Open, &account, ports, services, examples)
}

/// Like [`run`], with the requests of a caller, about the resources of an account.
pub fn run_as(
    caller: Caller<'_>,
    account: &Account,
    ports: Ports,
    services: &[Service],
    examples: u32,
) -> Result<Vec<Findings>> {
    let program = tools::python_package(SCHEMATHESIS, "schemathesis")?;
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut all = Vec::new();
    for &service in services {
        status(format!("fuzzing {} with {examples} examples per operation", service.name()));
        let report = folder.path().join(format!("{}.json", service.name()));
        let mut command = command(&program, service, ports, account, examples, &report);
        match caller {
            // Finds that no credentials are needed.
            Caller::Open => command.args(["--exclude-checks", "ignored_auth"]),
            Caller::Anonymous => &mut command,
            Caller::User(token) => {
                command.args(["--header", &format!("Authorization: Bearer {token}")])
            }
        };
        let output = command.output().context("cannot run schemathesis")?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let findings = parse_report(service, &report)
            .with_context(|| format!("schemathesis failed:\n{stdout}"))?;
        if !findings.failures.is_empty() {
            eprintln!("{stdout}");
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
    let folder = home::workspace().join("tests/dev");
    let mut command = Command::new(program);
    command.arg("--config-file").arg(folder.join("schemathesis.toml"));
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
    command.env("SCHEMATHESIS_HOOKS", "schemathesis_hooks").env("PYTHONPATH", python_path(folder));
    command.env("FUZZ_USER", &account.user_id).env("FUZZ_PRODUCT", &account.product_id);
    command.env("FUZZ_EMAIL", &account.email).env("FUZZ_PASSWORD", &account.password);
    // It writes scratch files into its current folder.
    command.current_dir(report.parent().unwrap_or(Path::new("."))).stdin(Stdio::null());
    command
}

fn python_path(hooks: PathBuf) -> std::ffi::OsString {
    let more = env::var_os("PYTHONPATH").unwrap_or_default();
    env::join_paths([hooks].into_iter().chain(env::split_paths(&more))).unwrap_or_default()
}

fn parse_report(service: Service, report: &Path) -> Result<Findings> {
    let text = fs::read_to_string(report).context("there is no report")?;
    let report: Value = serde_json::from_str(&text).context("the report is not JSON")?;
    let mut failures = BTreeMap::new();
    for failure in report["failures"].as_array().into_iter().flatten() {
        let check = failure["check"].as_str().or(failure["title"].as_str()).unwrap_or("unnamed");
        *failures.entry(check.to_owned()).or_default() += 1;
    }
    let errors = report["errors"].as_array().map_or(0, Vec::len) as u64;
    if errors > 0 || report["complete"] != true {
        failures.insert("errors of schemathesis".to_owned(), errors.max(1));
    }
    Ok(Findings {
        service: service.name(),
        operations: report["operations"]["tested"].as_u64().unwrap_or_default(),
        cases: report["test_cases"]["generated"].as_u64().unwrap_or_default(),
        failures,
    })
}

/// Formats the findings as a table, and returns whether any check failed.
pub fn table(findings: &[Findings]) -> (String, bool) {
    let mut text =
        format!("  {:16} {:>10} {:>8} {:>9}\n", "service", "operations", "cases", "failures");
    for Findings { service, operations, cases, failures } in findings {
        let total: u64 = failures.values().sum();
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {service:16} {operations:>10} {cases:>8} {total:>9}");
        for (check, count) in failures {
            let _ = writeln!(text, "    {check}: {count}");
        }
    }
    (text, findings.iter().any(|findings| !findings.failures.is_empty()))
}
