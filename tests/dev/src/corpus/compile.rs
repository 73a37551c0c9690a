//! Compiles generated code in batches, as modules of one scratch crate.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use system::cargo::cargo;
use system::{home, status};

use super::documents::{Document, Outcome};

/// The code of a batch in bytes. The compiler needs some 2 GB for it.
const MAX_BATCH: usize = 1_200_000;

/// Compiles the code of the accepted documents, the shortest first.
pub fn compile(documents: &mut [Document], max_code: usize, scratch: &Path) -> Result<()> {
    let is_compiled = |document: &Document| {
        matches!(document.outcome, Outcome::Accepted) && document.size < max_code
    };
    let mut order: Vec<usize> =
        (0..documents.len()).filter(|&index| is_compiled(&documents[index])).collect();
    order.sort_by_key(|&index| documents[index].size);
    let total = order.len();
    let mut done = 0;
    while done < total {
        let mut bytes = 0;
        let fits = |index: &&usize| {
            bytes += documents[**index].size;
            bytes <= MAX_BATCH
        };
        let count = order[done..].iter().take_while(fits).count().max(1);
        status(format!("compiling: {done} of {total} documents, then a batch of {count}"));
        compile_batch(documents, &order[done..done + count], scratch)?;
        done += count;
    }
    Ok(())
}

/// Repeats without the documents that fail: their errors can hide those of others.
fn compile_batch(documents: &mut [Document], batch: &[usize], scratch: &Path) -> Result<()> {
    let mut remaining = batch.to_vec();
    while !remaining.is_empty() {
        let failures = check(documents, &remaining, scratch)?;
        if failures.is_empty() {
            break;
        }
        for (index, error) in failures {
            documents[index].outcome = Outcome::Failed(error);
            remaining.retain(|&other| other != index);
        }
    }
    for index in remaining {
        documents[index].outcome = Outcome::Compiled;
    }
    Ok(())
}

/// The first error in the code of each document.
fn check(
    documents: &[Document],
    batch: &[usize],
    scratch: &Path,
) -> Result<BTreeMap<usize, String>> {
    let folder = scratch.join("crate");
    write_crate(&folder, documents, batch)?;
    let mut check = cargo();
    check.current_dir(&folder).env("CARGO_TARGET_DIR", scratch.join("target"));
    check.args(["check", "--quiet", "--message-format", "json"]).stderr(Stdio::inherit());
    let output = check.output().context("cannot run cargo check")?;
    let mut failures = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).unwrap_or_default();
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let text = message["message"].as_str().unwrap_or_default();
        let spans = message["spans"].as_array().into_iter().flatten();
        let files = spans.filter_map(|span| span["file_name"].as_str());
        let document = |file: &str| {
            batch
                .iter()
                .copied()
                .find(|&index| Path::new(file).starts_with(&documents[index].folder))
        };
        if let Some(index) = files.filter_map(document).next() {
            failures.entry(index).or_insert_with(|| text.to_owned());
        }
    }
    if failures.is_empty() && !output.status.success() {
        bail!("cargo check failed, but not in generated code: see {}", folder.display());
    }
    Ok(failures)
}

fn write_crate(folder: &Path, documents: &[Document], batch: &[usize]) -> Result<()> {
    fs::create_dir_all(folder.join("src")).with_context(|| folder.display().to_string())?;
    let server = home::workspace().join("openapi/server");
    let manifest = format!(
        "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nopenapi-server = {{ path = {server:?} }}\npoem-openapi = \"5\"\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // The versions of the workspace.
    fs::copy(home::workspace().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let mut code = "#![allow(warnings)]\n".to_owned();
    for &index in batch {
        let Document { folder, stem, .. } = &documents[index];
        let file = folder.join(format!("{stem}.rs"));
        writeln!(code, "pub mod document_{index} {{ include!({file:?}); }}")?;
    }
    fs::write(folder.join("src/lib.rs"), code)?;
    Ok(())
}
