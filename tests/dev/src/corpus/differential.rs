//! The validation of generated servers, compared with Python's jsonschema.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use system::{home, status, tools};

use super::documents::{Document, Outcome};

const JSONSCHEMA: &str = "jsonschema==4.26.0";

/// Sends values of each schema to mock servers of the accepted documents. Returns the number of
/// those that the two implementations disagree on.
#[allow(clippy::print_stdout, reason = "the report of the task")]
pub fn compare(documents: &[Document], values: usize) -> Result<u64> {
    status("comparing the validation with jsonschema");
    let python = tools::python_package(JSONSCHEMA, "jsonschema")?.with_file_name("python");
    let accepted = documents
        .iter()
        .filter(|document| !matches!(document.outcome, Outcome::Refused | Outcome::Crashed(_)));
    let specs = accepted.map(|document| document.folder.join(format!("{}.json", document.stem)));
    let mut command = Command::new(python);
    command.arg(home::workspace().join("tests/dev/corpus_differential.py"));
    command.arg(home::programs().join("openapi-stubgen")).arg(values.to_string()).args(specs);
    let output = command.stderr(Stdio::inherit()).output().context("cannot run Python")?;
    if !output.status.success() {
        bail!("the comparison failed ({})", output.status);
    }
    let totals: Value = serde_json::from_slice(&output.stdout).context("no result")?;
    let number = |name: &str| totals[name].as_u64().unwrap_or_default();
    println!("schemas  values  valid  disagreements  not served");
    println!(
        "{:7} {:7} {:6} {:14} {:11}",
        number("schemas"),
        number("values"),
        number("valid"),
        number("disagreements"),
        number("refused")
    );
    for list in ["examples", "reasons"] {
        for text in totals[list].as_array().into_iter().flatten() {
            println!("{}", text.as_str().unwrap_or_default());
        }
    }
    Ok(number("disagreements"))
}
