//! `cargo dev corpus`: tries the generator on other people's specs.
//!
//! It generates a server from every document of a folder, and compiles what is generated. Then mock
//! servers validate values of every schema, which another implementation judges, and schemathesis
//! tests some of them.

mod compile;
mod contract;
mod differential;
mod documents;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use documents::{Document, Outcome};
use system::cargo::cargo;
use system::{home, process, status};

#[derive(Args)]
pub struct Arguments {
    /// Folder with OpenAPI 3.0 documents
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Use only the first documents, in the order of their names
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Compile only documents whose generated code is shorter than this, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = usize::MAX, hide_default_value = true)]
    max_code: usize,
    /// Validate this many values per schema, and compare with Python's jsonschema; 0 for none
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    values: usize,
    /// Test mock servers of this many accepted documents with schemathesis
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    contract: usize,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    status("building the generator");
    let mut build = cargo();
    build.args(["build", "--package", "openapi-stubgen-cli"]);
    process::run(build, "cargo build")?;
    let scratch = home::programs().with_file_name("corpus");
    let mut documents = documents::generate(&arguments.folder, arguments.limit, &scratch)?;
    compile::compile(&mut documents, arguments.max_code, &scratch)?;
    print_table(&documents);
    let disagreements = match arguments.values {
        0 => 0,
        values => differential::compare(&documents, values)?,
    };
    let violations = match arguments.contract {
        0 => 0,
        count => contract::test(&documents, count)?,
    };
    let is_failed =
        |document: &&Document| matches!(document.outcome, Outcome::Failed(_) | Outcome::Crashed(_));
    match documents.iter().filter(is_failed).count() {
        0 if disagreements == 0 && violations == 0 => Ok(()),
        failed => bail!(
            "{failed} documents failed, {disagreements} values are disagreed on, {violations} mock \
             servers failed"
        ),
    }
}

#[allow(clippy::print_stdout, reason = "the report of the task")]
fn print_table(documents: &[Document]) {
    let count = |is_counted: fn(&Outcome) -> bool| {
        documents.iter().filter(|document| is_counted(&document.outcome)).count()
    };
    let refused = count(|outcome| matches!(outcome, Outcome::Refused));
    let compiled = count(|outcome| matches!(outcome, Outcome::Compiled));
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let crashed = count(|outcome| matches!(outcome, Outcome::Crashed(_)));
    let total = documents.len();
    println!("documents  accepted  refused  crashed  compiled  failed");
    let accepted = total - refused - crashed;
    println!("{total:9} {accepted:9} {refused:8} {crashed:8} {compiled:9} {failed:7}");
    for document in documents {
        if let Outcome::Failed(reason) | Outcome::Crashed(reason) = &document.outcome {
            println!("{}: {reason}", document.name);
        }
    }
}
