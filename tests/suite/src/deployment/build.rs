//! The kustomizations build with all tools, into objects that Kubernetes accepts.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::kustomize::{self, DEPLOYABLE};
use super::objects::{Objects, name_of};

/// Contains the schemas of all supported versions.
const VALIDATE: &str = "kubernetes-validate==1.37.0";

/// The oldest supported version of Kubernetes, and two new ones.
const VERSIONS: [&str; 3] = ["1.30", "1.34", "1.37"];

#[test]
fn every_kustomization_builds() {
    if kustomize::is_missing() {
        return;
    }
    let built = kustomize::all();
    for folder in DEPLOYABLE.iter().chain(&["base"]) {
        assert!(built.contains_key(*folder), "{folder} is not a kustomization");
    }
    // The base, its parts, their common components, and the overlays.
    assert_eq!(built.len(), 1 + 6 + 2 + DEPLOYABLE.len(), "{:?}", built.keys());
}

#[test]
fn kubectl_and_kustomize_build_the_same() {
    if kustomize::is_missing() {
        return;
    }
    let tree = kustomize::copy();
    for tool in kustomize::tools() {
        for folder in DEPLOYABLE {
            let yaml = tool.build(&tree.path().join(folder)).unwrap();
            let sorted = |objects: &Objects| {
                objects.all().iter().map(Value::to_string).collect::<BTreeSet<String>>()
            };
            let objects = Objects::parse(&yaml);
            assert_eq!(sorted(&objects), sorted(kustomize::built(folder)), "{folder}");
        }
    }
}

#[test]
fn objects_are_valid_in_every_supported_version() {
    if kustomize::is_missing() {
        return;
    }
    let program = system::tools::python_package(VALIDATE, "kubernetes-validate").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let overlays = DEPLOYABLE.iter().chain(&["base"]).map(|overlay| kustomize::built(overlay));
    // Not the Gateway API, whose schemas are not part of Kubernetes.
    let all: Vec<&Objects> = overlays.chain(kustomize::with_both()).collect();
    let file = |(number, objects): (usize, &&Objects)| {
        let file = folder.path().join(format!("{number}.yaml"));
        // JSON is YAML.
        let documents = objects.all().iter().map(Value::to_string);
        fs::write(&file, documents.collect::<Vec<_>>().join("\n---\n")).unwrap();
        file
    };
    let files: Vec<_> = all.iter().enumerate().map(file).collect();
    for version in VERSIONS {
        let mut validate = Command::new(&program);
        validate.args(["--strict", "--no-warn", "--kubernetes-version", version]).args(&files);
        let output = validate.output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{version}: {stdout}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let passed = stdout.lines().filter(|line| line.contains("passed")).count();
        let objects: usize = all.iter().map(|objects| objects.all().len()).sum();
        assert_eq!(passed, objects, "{version}: {stdout}");
    }
}

#[test]
fn all_objects_are_in_the_namespace() {
    if kustomize::is_missing() {
        return;
    }
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
    if kustomize::is_missing() {
        return;
    }
    let tree = kustomize::copy();
    let secrets = tree.path().join("overlays/production/secrets");
    fs::remove_file(secrets.join("jwt-signing-key.pem")).unwrap();
    let tool = &kustomize::tools()[0];
    let error = tool.build(&tree.path().join("overlays/production")).unwrap_err();
    assert!(error.contains("secrets/jwt-signing-key.pem"), "{error}");
}
