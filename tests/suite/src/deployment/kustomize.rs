//! Builds the kustomizations, from a copy in which the examples stand in for
//! the files that are not committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use system::home::{on_path, workspace};
use system::tools;
use tempfile::TempDir;

use super::objects::Objects;

/// What can be deployed: it is complete, and pods of it would start.
pub const DEPLOYABLE: [&str; 3] =
    ["overlays/dev", "overlays/production", "overlays/managed-mongodb"];

/// A built kustomization.
pub struct Build {
    /// As it would be applied.
    pub yaml: String,
    /// The same, to look into.
    pub objects: Objects,
}

/// Every kustomization there is, by its folder.
static BUILDS: LazyLock<BTreeMap<String, Build>> = LazyLock::new(|| {
    let tree = copy();
    let tool = tools().into_iter().next().expect("a kustomize");
    let build = |folder: String| {
        let yaml = tool.build(&tree.path().join(&folder)).unwrap_or_else(|why| panic!("{why}"));
        let objects = Objects::parse(&yaml);
        (folder, Build { yaml, objects })
    };
    kustomizations(tree.path()).into_iter().map(build).collect()
});

/// Every kustomization with its folder.
pub fn all() -> &'static BTreeMap<String, Build> {
    &BUILDS
}

/// One of them.
pub fn built(folder: &str) -> &'static Objects {
    &BUILDS.get(folder).unwrap_or_else(|| panic!("there is no kustomization {folder}")).objects
}

/// A program that builds kustomizations.
pub struct Tool(PathBuf, &'static str);

impl Tool {
    /// What comes out, or what it said.
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

/// Those that there are: first the pinned one, which is the oldest that has to do.
pub fn tools() -> Vec<Tool> {
    let pinned = tools::kubectl().map(|program| Tool(program, "kustomize"));
    let here = [("kubectl", "kustomize"), ("kustomize", "build")];
    let here: Vec<Tool> =
        here.into_iter().filter_map(|(name, verb)| Some(Tool(on_path(name)?, verb))).collect();
    match pinned {
        Ok(tool) => [tool].into_iter().chain(here).collect(),
        Err(stop) if here.is_empty() => panic!("{stop}"),
        Err(_) => here,
    }
}

/// The tree, with the examples in the place of what is not committed.
pub fn copy() -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    copy_folder(&workspace().join("kustomize"), tree.path());
    tree
}

fn copy_folder(from: &Path, to: &Path) {
    let secret = from.ends_with("secrets");
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            fs::create_dir(to.join(&name)).unwrap();
            copy_folder(&path, &to.join(name));
        } else if !secret {
            fs::copy(&path, to.join(name)).unwrap();
        } else if let Some(name) = name.strip_suffix(".example") {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// Folders with a kustomization, from the tree's root.
pub fn kustomizations(tree: &Path) -> Vec<String> {
    fn walk(tree: &Path, folder: &Path, found: &mut Vec<String>) {
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
