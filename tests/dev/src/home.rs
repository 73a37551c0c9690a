//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The workspace.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Tools, virtual environment and data: `DEV_HOME`, or `.dev` in the workspace.
pub fn dev_home() -> PathBuf {
    env::var_os("DEV_HOME").map_or_else(|| workspace().join(".dev"), PathBuf::from)
}

/// Where cargo puts programs of this profile: beside this one.
pub fn programs() -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let own = env::current_exe().unwrap_or_default();
    // A test lies in `deps`, one level below.
    let found = own
        .ancestors()
        .find(|folder| folder.file_name().is_some_and(|name| name == "debug" || name == "release"));
    found.map_or_else(|| target.join("debug"), Path::to_owned)
}

/// A program on the PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
