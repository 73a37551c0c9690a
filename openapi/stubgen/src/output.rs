//! The files that are generated.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::diagnostic::{Diagnostics, Position, Report, Span, escape_controls};
use crate::{check_str, file_stem, generate_from_str};

/// The specs that this process has written files for, by the files' common name. Two specs of one
/// file name would overwrite each other's.
static WRITTEN: LazyLock<Mutex<HashMap<PathBuf, PathBuf>>> = LazyLock::new(Mutex::default);

/// Why [`generate`] failed.
pub enum Error {
    /// The spec is invalid or not supported.
    Spec(Report),
    /// A file could not be read or written.
    Io(PathBuf, std::io::Error),
    /// The file names of both specs differ only in their folder or extension, so they would be
    /// generated into the same files.
    SameName(PathBuf, PathBuf),
    /// `OUT_DIR` is not set, as outside a build script.
    NoOutDir,
}

// Cargo shows the `Debug` form of an error that a build script's `main` returns, after "Error: ".
// The line break keeps the positions of diagnostics at the beginning of a line.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(report) => {
                let file = escape_controls(report.file());
                write!(f, "no code can be generated from {file}\n\n{report}")
            }
            _ => fmt::Display::fmt(self, f),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(report) => report.fmt(f),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::SameName(first, second) => write!(
                f,
                "{} and {} would be generated into the same files; rename one of the two",
                first.display(),
                second.display()
            ),
            Self::NoOutDir => f.write_str("OUT_DIR is not set; call `generate` in a build script"),
        }
    }
}

impl std::error::Error for Error {}

/// Generates code from the spec at `path`, relative to the crate being built, and writes
/// `<stem>.rs`, `<stem>.server.rs`, `<stem>.json` and `<stem>.schemas.json` into `OUT_DIR`. Warnings become warnings of
/// cargo.
///
/// # Errors
///
/// [`Error::Spec`] with everything that the server cannot enforce exactly, or another [`Error`].
#[expect(clippy::print_stdout, reason = "build scripts pass instructions to cargo on stdout")]
pub fn generate(path: &str) -> Result<(), Error> {
    println!("cargo::rerun-if-changed={path}");
    let out_dir = std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?;
    let warnings = generate_into(path, &out_dir)?;
    for warning in warnings.diagnostics() {
        println!("cargo::warning={}", warnings.line(warning));
    }
    Ok(())
}

/// The same with an output folder. Returns the warnings.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_into(path: &str, out_dir: &Path) -> Result<Report, Error> {
    let text = read(path)?;
    let generated = generate_from_str(path, &text).map_err(Error::Spec)?;
    let stem = file_stem(path);
    claim(out_dir.join(&stem), path)?;
    for (extension, content) in [
        ("rs", &generated.rust),
        ("server.rs", &generated.server_rust),
        ("json", &generated.spec_json),
        ("schemas.json", &generated.schemas_json),
    ] {
        let file = out_dir.join(format!("{stem}.{extension}"));
        std::fs::write(&file, content).map_err(|error| Error::Io(file, error))?;
    }
    Ok(generated.warnings)
}

/// The problems of the spec at `path`, without generating code.
///
/// # Errors
///
/// [`Error::Io`] if the file cannot be read.
pub fn check(path: &str) -> Result<Report, Error> {
    match read(path) {
        Ok(text) => Ok(check_str(path, &text)),
        Err(Error::Spec(report)) => Ok(report),
        Err(error) => Err(error),
    }
}

fn read(path: &str) -> Result<String, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::Io(path.into(), error))?;
    String::from_utf8(bytes).map_err(|error| Error::Spec(not_utf8(path, &error)))
}

fn not_utf8(path: &str, error: &FromUtf8Error) -> Report {
    let (valid, invalid) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
    let position = Position::after(&String::from_utf8_lossy(valid));
    let byte = invalid.first().copied().unwrap_or_default();
    let diagnostics = Diagnostics::default();
    let message = format!("the byte {byte:#04x} is not valid in UTF-8");
    diagnostics.error(Span::at(position), message, "save the file in the encoding UTF-8");
    Report::new(path, &String::from_utf8_lossy(error.as_bytes()), diagnostics)
}

/// Reserves the names of the output files for the spec.
fn claim(name: PathBuf, path: &str) -> Result<(), Error> {
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    match written.get(&name) {
        Some(first) if first != Path::new(path) => Err(Error::SameName(first.clone(), path.into())),
        _ => {
            written.insert(name, path.into());
            Ok(())
        }
    }
}
