//! Cargo, started by a program that cargo has started.
//!
//! `cargo run` and `cargo test` describe the package of the program in its environment
//! (`CARGO_MANIFEST_DIR`, `CARGO_PKG_*` and others). The build scripts of several dependencies,
//! ring among them, are rerun when one of these variables changes. An inner cargo that inherited
//! them would therefore rebuild these dependencies, and everything that depends on them, whenever a
//! plain `cargo build` and `cargo dev` take turns.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use crate::home::workspace;

/// The cargo that started this program, in the workspace and with the environment of a shell.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace());
    for (name, _) in env::vars_os().filter(|(name, _)| describes_package(name)) {
        cargo.env_remove(name);
    }
    cargo
}

fn describes_package(variable: &OsStr) -> bool {
    let Some(name) = variable.to_str() else { return false };
    ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|prefix| name.starts_with(prefix))
        || ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "CARGO_TARGET_TMPDIR", "OUT_DIR"]
            .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_cargo_inherits_nothing_about_the_package() {
        let inherited = |name: &str| {
            let cargo = cargo();
            let mut changes = cargo.get_envs();
            let removed = changes.any(|(changed, value)| changed == name && value.is_none());
            env::var_os(name).is_some() && !removed
        };
        // Cargo sets these variables for this test.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            assert!(describes_package(OsStr::new(name)), "{name}");
            assert!(!inherited(name), "{name} is inherited");
        }
    }

    #[test]
    fn settings_of_the_user_are_inherited() {
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_BUILD_JOBS", "RUSTFLAGS", "PATH"] {
            assert!(!describes_package(OsStr::new(name)), "{name}");
        }
    }
}
