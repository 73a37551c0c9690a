//! Mock servers of other people's specs, tested with schemathesis.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use system::{fuzz, home, status, tools};

use super::documents::{Document, Outcome};

/// Examples per operation and phase.
const EXAMPLES: u32 = 10;

/// Tests this many of the accepted documents, spread evenly. Returns how many fail.
#[allow(clippy::print_stdout, reason = "the report of the task")]
pub fn test(documents: &[Document], count: usize) -> Result<u64> {
    status("testing mock servers with schemathesis");
    let schemathesis = tools::python_package(fuzz::SCHEMATHESIS, "schemathesis")?;
    let is_accepted =
        |document: &&Document| !matches!(document.outcome, Outcome::Refused | Outcome::Crashed(_));
    let accepted: Vec<&Document> = documents.iter().filter(is_accepted).collect();
    let count = count.min(accepted.len());
    let chosen = (0..count).map(|index| accepted[index * accepted.len() / count]);
    let specs = chosen.map(|document| document.folder.join(format!("{}.json", document.stem)));
    let mut command = Command::new(schemathesis.with_file_name("python"));
    command.arg(home::workspace().join("tests/dev/corpus_contract.py"));
    command.arg(home::programs().join("openapi-stubgen")).arg(schemathesis);
    command.arg(EXAMPLES.to_string()).args(specs);
    let output = command.stderr(Stdio::inherit()).output().context("cannot run Python")?;
    if !output.status.success() {
        bail!("the contract test failed ({})", output.status);
    }
    let totals: Value = serde_json::from_slice(&output.stdout).context("no result")?;
    let number = |name: &str| totals[name].as_u64().unwrap_or_default();
    println!("tested  operations  requests  failed");
    println!(
        "{:6} {:11} {:9} {:7}",
        number("documents"),
        number("operations"),
        number("requests"),
        number("failed")
    );
    for failure in totals["failures"].as_array().into_iter().flatten() {
        println!("{}", failure.as_str().unwrap_or_default());
    }
    Ok(number("failed"))
}
