//! The locations of the workspace, of tools and of built programs.

use std::env;
use std::path::{Path, PathBuf};

/// The root folder of the workspace.
pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// The folder of tools, virtual environment and data: `DEV_HOME`, or `.dev` in the workspace.
pub fn dev_home() -> PathBuf {
    env::var_os("DEV_HOME").map_or_else(|| workspace().join(".dev"), PathBuf::from)
}

/// The folder of the programs that cargo builds with the profile of the running program.
pub fn programs() -> PathBuf {
    let current = env::current_exe().unwrap_or_default();
    // A test program lies in `deps`, one level below.
    let profile = current
        .ancestors()
        .find(|folder| folder.file_name().is_some_and(|name| name == "debug" || name == "release"));
    let target = || {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
    };
    profile.map_or_else(|| target().join("debug"), Path::to_owned)
}

/// A program on the `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
