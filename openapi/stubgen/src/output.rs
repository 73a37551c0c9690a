//! The files that are generated.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::diagnostic::{Diagnostics, Position, Report, Span, escape_controls};
use crate::{check_with, file_stem, generate_with};

/// The specs that this process has written files for, by the files' common name. Two specs of one
/// file name would overwrite each other's.
static WRITTEN: LazyLock<Mutex<HashMap<PathBuf, PathBuf>>> = LazyLock::new(Mutex::default);

/// Why [`generate`] failed.
pub enum Error {
    /// The spec is invalid or not supported.
    Spec(Report),
    /// The spec has warnings, which are denied.
    Warnings(Report),
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
            Self::Warnings(report) => {
                let file = escape_controls(report.file());
                write!(f, "{file} has warnings, which are denied\n\n{report}")
            }
            _ => fmt::Display::fmt(self, f),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(report) | Self::Warnings(report) => report.fmt(f),
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
    let warnings = generate_into_out_dir(path)?;
    for warning in warnings.diagnostics() {
        println!("cargo::warning={}", warnings.line(warning));
    }
    Ok(())
}

/// The same as [`generate`] with warnings as errors.
///
/// # Errors
///
/// [`Error::Warnings`], or as [`generate`].
pub fn generate_denying_warnings(path: &str) -> Result<(), Error> {
    let warnings = generate_into_out_dir(path)?;
    if warnings.is_empty() { Ok(()) } else { Err(Error::Warnings(warnings)) }
}

/// Cargo runs the build script again if one of the files that have been read changes.
#[expect(clippy::print_stdout, reason = "build scripts pass instructions to cargo on stdout")]
fn generate_into_out_dir(path: &str) -> Result<Report, Error> {
    println!("cargo::rerun-if-changed={path}");
    let out_dir = std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?;
    let result = generate_into(path, &out_dir);
    if let Ok(report) | Err(Error::Spec(report)) = &result {
        report.other_files().for_each(|file| println!("cargo::rerun-if-changed={file}"));
    }
    result
}

/// The same with an output folder, which is created if it does not exist. Returns the warnings.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_into(path: &str, out_dir: &Path) -> Result<Report, Error> {
    let text = read(path)?;
    let load = |file: &str| read_other(path, file);
    let generated = generate_with(path, &text, &load).map_err(Error::Spec)?;
    let stem = file_stem(path);
    claim(out_dir.join(&stem), path)?;
    std::fs::create_dir_all(out_dir).map_err(|error| Error::Io(out_dir.to_owned(), error))?;
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
        Ok(text) => Ok(check_with(path, &text, &|file| read_other(path, file))),
        Err(Error::Spec(report)) => Ok(report),
        Err(error) => Err(error),
    }
}

fn read(path: &str) -> Result<String, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::Io(path.into(), error))?;
    String::from_utf8(bytes).map_err(|error| Error::Spec(not_utf8(path, &error)))
}

/// Reads a file that a spec refers to, by its path relative to the folder of the spec.
fn read_other(spec: &str, file: &str) -> Result<String, String> {
    let folder = Path::new(spec).parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().map_err(|e| e.to_string())?;
    // Links are followed first, so that they cannot lead out of the folder.
    let path = folder.join(file).canonicalize().map_err(|error| error.to_string())?;
    if !path.starts_with(&folder) || !path.is_file() {
        return Err("it is not a file in the folder of the spec".to_owned());
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
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
