//! The documents of a folder, and the code that is generated from each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use system::{home, status};

/// A document, and what became of it.
pub struct Document {
    /// The file name.
    pub name: String,
    /// The folder with the generated code.
    pub folder: PathBuf,
    /// The common name of the generated files.
    pub stem: String,
    /// The bytes of generated Rust.
    pub size: usize,
    pub outcome: Outcome,
}

pub enum Outcome {
    /// The generator reported errors.
    Refused,
    /// The generator ended in another way. With the end of its output.
    Crashed(String),
    Accepted,
    Compiled,
    /// With the first error of the compiler.
    Failed(String),
}

/// Generates code from the documents of a folder.
pub fn generate(folder: &Path, limit: Option<usize>, scratch: &Path) -> Result<Vec<Document>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| {
        let extension = file.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("yaml" | "yml" | "json"))
    });
    files.sort();
    files.truncate(limit.unwrap_or(usize::MAX));
    if files.is_empty() {
        bail!("{}: no file with the extension yaml, yml or json", folder.display());
    }
    let total = files.len();
    let mut documents = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if index % 50 == 0 {
            status(format!("generating: {index} of {total} documents"));
        }
        let file = file.canonicalize().with_context(|| file.display().to_string())?;
        documents.push(generate_one(&file, &scratch.join(format!("generated/{index}")))?);
    }
    Ok(documents)
}

fn generate_one(file: &Path, folder: &Path) -> Result<Document> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let program = home::programs().join("openapi-stubgen");
    let mut command = Command::new(program);
    command.arg("generate").arg(file).arg("--output").arg(folder);
    let output = command.output().context("cannot run openapi-stubgen")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let text = |name: Option<&std::ffi::OsStr>| {
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let mut document = Document {
        name: text(file.file_name()),
        folder: folder.to_owned(),
        stem: text(file.file_stem()),
        size: 0,
        outcome: match output.status.code() {
            Some(0) => Outcome::Accepted,
            Some(1) => Outcome::Refused,
            _ => Outcome::Crashed(stderr.lines().last().unwrap_or_default().to_owned()),
        },
    };
    if let Outcome::Accepted = document.outcome {
        document.size = localize(&document)?;
    }
    Ok(document)
}

/// Lets the code refer to its folder instead of `OUT_DIR`. Returns its bytes.
fn localize(document: &Document) -> Result<usize> {
    let folder = format!("{:?}", document.folder.display().to_string());
    let mut size = 0;
    for extension in ["rs", "server.rs"] {
        let file = document.folder.join(format!("{}.{extension}", document.stem));
        let code = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        size += code.len();
        fs::write(&file, code.replace(r#"env!("OUT_DIR")"#, &folder))?;
    }
    Ok(size)
}
