//! Tools that the project installs for itself, in pinned versions, into
//! [`dev_home`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::home::{dev_home, on_path};
use crate::output::status;
use crate::process;

/// The fast development database. It declares a newer Rust version than it needs.
const SECANTUS: (&str, &str) = ("secantus-mdb", "0.5.3-beta.196");

/// The same database as a Python package: slower, but installed in seconds.
const SECANTUS_WHEEL: &str = "SecantusDB==0.7.0b3";

/// Serializes pip, which does not support concurrent runs. Tests call it from several threads.
static ENVIRONMENT: Mutex<()> = Mutex::new(());

/// Builds the fast database, unless it is installed.
pub fn install_secantusd() -> Result<PathBuf> {
    let root = dev_home().join("tools");
    let program = root.join("bin/secantusd-rs");
    if program.is_file() {
        status(format!("secantusd-rs is already installed: {}", program.display()));
        return Ok(program);
    }
    for (tool, package) in [("c++", "g++"), ("make", "make")] {
        if on_path(tool).is_none() {
            bail!("`{tool}` is missing; install it (Debian: apt-get install {package})");
        }
    }
    let mut path = env::var_os("PATH").unwrap_or_default();
    if on_path("cmake").is_none() {
        let bin = python_package("cmake==3.31.6", "cmake")?.with_file_name("");
        path = env::join_paths([bin].into_iter().chain(env::split_paths(&path))).unwrap_or(path);
    }
    let (name, version) = SECANTUS;
    status(format!("building {name} {version}; this takes 4 to 9 minutes on two cores"));
    let build = dev_home().join("build");
    let mut install = cargo();
    install.args(["install", name, "--version", version, "--locked", "--ignore-rust-version"]);
    install.arg("--root").arg(&root).env("CARGO_TARGET_DIR", &build).env("PATH", path);
    process::run(install, "cargo install")?;
    // The build takes half a gigabyte; a failure to remove it only costs space.
    let _ = fs::remove_dir_all(build);
    Ok(program)
}

/// Installs the database's Python package, which exists for Python 3.10 to 3.13.
pub fn secantusd_py() -> Result<PathBuf> {
    python_package(SECANTUS_WHEEL, "secantusd-py").context(
        "no database; start Docker, put mongod on the PATH, set MONGO_URI, or install Python 3.10 \
         to 3.13 and remove .dev/venv",
    )
}

/// Installs a Python package into the virtual environment, and returns one of its programs.
pub fn python_package(requirement: &str, program: &str) -> Result<PathBuf> {
    let _lock = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    let environment = dev_home().join("venv");
    if !environment.join("bin/pip").is_file() {
        create_environment(&environment)?;
    }
    let file = environment.join("bin").join(program);
    if file.is_file() {
        return Ok(file);
    }
    status(format!("installing {requirement} into {}", environment.display()));
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", requirement]);
    process::run(pip, "pip install")?;
    Ok(file)
}

fn create_environment(folder: &Path) -> Result<()> {
    let Some(python) = find_python() else {
        bail!(
            "Python 3.10 or newer is missing, which the development tools need; install it (Debian: apt-get install python3 python3-venv)"
        );
    };
    status(format!("creating a virtual environment in {}", folder.display()));
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut venv = Command::new(python);
    venv.args(["-m", "venv"]).arg(folder);
    process::run(venv, "python3 -m venv (Debian: apt-get install python3-venv)")
}

/// A Python for the tools. The database's package exists for 3.10 to 3.13 only, so one of these is
/// preferred to a newer one.
fn find_python() -> Option<&'static str> {
    const CHECK: &str = "import sys; sys.exit(not (3, 10) <= sys.version_info < ";
    let has = |name: &str, end: &str| {
        let output = Command::new(name).args(["-c", &format!("{CHECK}{end})")]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
    let preferred = names.into_iter().find(|name| has(name, "(3, 14)"));
    preferred.or_else(|| Some("python3").filter(|name| has(name, "(4,)")))
}
