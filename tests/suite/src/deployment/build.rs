//! The kustomizations build, wherever that is done, into what Kubernetes
//! knows.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::kustomize::{self, DEPLOYABLE};
use super::objects::{Objects, name_of};

/// Has the schemas of all supported versions with it.
const VALIDATE: &str = "kubernetes-validate==1.37.0";

/// The oldest supported Kubernetes, the one before the newest, and the newest.
const VERSIONS: [&str; 3] = ["1.30", "1.34", "1.37"];

#[test]
fn every_kustomization_builds() {
    let built = kustomize::all();
    for folder in DEPLOYABLE.iter().chain(&["base"]) {
        assert!(built.contains_key(*folder), "{folder} is no kustomization");
    }
    // The whole of the base, its seven parts and their two common ones, the overlays.
    assert_eq!(built.len(), 1 + 6 + 2 + DEPLOYABLE.len(), "{:?}", built.keys());
}

#[test]
fn every_kustomize_builds_the_same() {
    let tree = kustomize::copy();
    for tool in kustomize::tools() {
        for folder in DEPLOYABLE {
            let yaml = tool.build(&tree.path().join(folder)).unwrap();
            let sorted = |objects: &Objects| {
                objects.all().iter().map(Value::to_string).collect::<BTreeSet<String>>()
            };
            let (here, pinned) = (Objects::parse(&yaml), kustomize::built(folder));
            assert_eq!(sorted(&here), sorted(pinned), "{folder}");
        }
    }
}

#[test]
fn every_object_is_valid_in_every_version() {
    let program = system::tools::python_package(VALIDATE, "kubernetes-validate").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |overlay: &&str| {
        let file = folder.path().join(format!("{}.yaml", overlay.replace('/', "-")));
        fs::write(&file, &kustomize::all()[*overlay].yaml).unwrap();
        file
    };
    let files: Vec<_> = DEPLOYABLE.iter().chain(&["base"]).map(file).collect();
    for version in VERSIONS {
        let mut validate = Command::new(&program);
        validate.args(["--strict", "--no-warn", "--kubernetes-version", version]).args(&files);
        let output = validate.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{version}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let passed = said.lines().filter(|line| line.contains("passed")).count();
        let objects: usize = ["base"]
            .iter()
            .chain(&DEPLOYABLE)
            .map(|overlay| kustomize::all()[*overlay].objects.all().len())
            .sum();
        assert_eq!(passed, objects, "{version}: {said}");
    }
}

#[test]
fn everything_is_in_the_namespace() {
    for folder in DEPLOYABLE.iter().chain(&["base"]) {
        for object in kustomize::built(folder).all() {
            let metadata = &object["metadata"];
            let namespace = if object["kind"] == "Namespace" {
                &metadata["name"]
            } else {
                &metadata["namespace"]
            };
            assert_eq!(namespace, "product-order-system", "{folder}: {}", name_of(object));
        }
    }
}

#[test]
fn missing_secrets_are_named() {
    let tree = kustomize::copy();
    let secrets = tree.path().join("overlays/production/secrets");
    fs::remove_file(secrets.join("jwt.env")).unwrap();
    let tool = &kustomize::tools()[0];
    let why = tool.build(&tree.path().join("overlays/production")).unwrap_err();
    assert!(why.contains("secrets/jwt.env"), "{why}");
}
