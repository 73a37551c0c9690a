//! Builds the kustomizations from a copy in which examples replace the files that are not
//! committed.
//!
//! It needs `kubectl` or `kustomize` on the `PATH`. Without them tests are skipped, except in CI,
//! where they fail.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use system::home::{on_path, workspace};
use tempfile::TempDir;

use super::objects::Objects;
use crate::support::program_or_skip;

/// The complete kustomizations, which can be deployed.
pub const DEPLOYABLE: [&str; 3] =
    ["overlays/dev", "overlays/production", "overlays/managed-mongodb"];

/// All kustomizations by their folders.
static BUILDS: LazyLock<BTreeMap<String, Objects>> = LazyLock::new(|| {
    let tree = copy();
    let tool = tools().into_iter().next().expect("kubectl or kustomize");
    let build = |folder: String| {
        let yaml = tool.build(&tree.path().join(&folder)).unwrap_or_else(|error| panic!("{error}"));
        (folder, Objects::parse(&yaml))
    };
    kustomizations(tree.path()).into_iter().map(build).collect()
});

/// What replaces a line of production's kustomization, to choose a component.
const GATEWAY: (&str, &str) = ("  - ../../components/ingress\n", "  - ../../components/gateway\n");
const BACKUP: (&str, &str) = ("  # - ../../components/backup\n", "  - ../../components/backup\n");
const MONITORING: (&str, &str) =
    ("  # - ../../components/monitoring\n", "  - ../../components/monitoring\n");

/// Builds an overlay with other components in production, on which it may be based.
fn with_components(overlay: &str, components: &[(&str, &str)]) -> Objects {
    let tree = copy();
    let file = tree.path().join("overlays/production/kustomization.yaml");
    let mut text = fs::read_to_string(&file).unwrap();
    for (line, other) in components {
        assert!(text.contains(line), "not in {}: {line}", file.display());
        text = text.replace(line, other);
    }
    fs::write(&file, text).unwrap();
    let tool = tools().into_iter().next().expect("kubectl or kustomize");
    let yaml = tool.build(&tree.path().join(overlay)).unwrap_or_else(|error| panic!("{error}"));
    Objects::parse(&yaml)
}

/// Production with the Gateway API instead of an Ingress.
pub fn with_gateway() -> &'static Objects {
    static BUILT: LazyLock<Objects> =
        LazyLock::new(|| with_components("overlays/production", &[GATEWAY]));
    &BUILT
}

/// Production with nightly backups.
pub fn with_backup() -> &'static Objects {
    static BUILT: LazyLock<Objects> =
        LazyLock::new(|| with_components("overlays/production", &[BACKUP]));
    &BUILT
}

/// Production with metrics for Prometheus.
pub fn with_monitoring() -> &'static Objects {
    static BUILT: LazyLock<Objects> =
        LazyLock::new(|| with_components("overlays/production", &[MONITORING]));
    &BUILT
}

/// Production with backups and metrics, and the same with a managed MongoDB.
pub fn with_both() -> &'static [Objects; 2] {
    static BUILT: LazyLock<[Objects; 2]> = LazyLock::new(|| {
        ["overlays/production", "overlays/managed-mongodb"]
            .map(|overlay| with_components(overlay, &[BACKUP, MONITORING]))
    });
    &BUILT
}

/// The built kustomizations by their folders.
pub fn all() -> &'static BTreeMap<String, Objects> {
    &BUILDS
}

/// The objects of the kustomization in a folder.
pub fn built(folder: &str) -> &'static Objects {
    BUILDS.get(folder).unwrap_or_else(|| panic!("there is no kustomization {folder}"))
}

/// Whether a test must be skipped, because both tools are missing.
pub fn is_missing() -> bool {
    let names = TOOLS.map(|(name, _)| name);
    program_or_skip(&names, "https://kubernetes.io/docs/tasks/tools").is_none()
}

/// A program that builds kustomizations.
pub struct Tool(PathBuf, &'static str);

impl Tool {
    /// Returns the output, or the error message.
    pub fn build(&self, folder: &Path) -> Result<String, String> {
        let Self(program, verb) = self;
        let output = Command::new(program).arg(verb).arg(folder).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() && output.stderr.is_empty() {
            Ok(text(&output.stdout))
        } else {
            Err(format!(
                "{} {verb} {}: {}",
                program.display(),
                folder.display(),
                text(&output.stderr)
            ))
        }
    }
}

/// The programs and verbs that build kustomizations.
const TOOLS: [(&str, &str); 2] = [("kubectl", "kustomize"), ("kustomize", "build")];

/// All tools on the `PATH`.
pub fn tools() -> Vec<Tool> {
    TOOLS.into_iter().filter_map(|(name, verb)| Some(Tool(on_path(name)?, verb))).collect()
}

/// Copies the tree, with examples in place of the files that are not committed.
pub fn copy() -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    copy_committed(tree.path());
    let secrets = tree.path().join("overlays/production/secrets");
    for entry in fs::read_dir(&secrets).unwrap() {
        let example = entry.unwrap().path();
        if example.extension().is_some_and(|extension| extension == "example") {
            fs::copy(&example, example.with_extension("")).unwrap();
        }
    }
    tree
}

/// Copies the tree without the secrets of this machine.
pub fn copy_committed(to: &Path) {
    copy_folder(&workspace().join("kustomize"), to);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let secrets = from.ends_with("secrets");
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else if !secrets || path.extension().is_some_and(|extension| extension == "example") {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// The folders with a kustomization, relative to the tree. Components build only as part of one.
fn kustomizations(tree: &Path) -> Vec<String> {
    fn walk(tree: &Path, folder: &Path, found: &mut Vec<String>) {
        if folder == tree.join("components") {
            return;
        }
        if folder.join("kustomization.yaml").is_file() {
            found.push(folder.strip_prefix(tree).unwrap().to_str().unwrap().to_owned());
        }
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(tree, &path, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(tree, tree, &mut found);
    found
}
