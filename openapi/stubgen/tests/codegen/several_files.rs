//! Specs of several files.

use std::fs;
use std::path::Path;

use openapi_stubgen::{check, generate_into};
use tempfile::TempDir;

/// The document that clients get for a spec in the folder `several`.
fn document(name: &str) -> String {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codegen/specs/several");
    let folder = TempDir::new().unwrap();
    let spec = specs.join(format!("{name}.yaml"));
    generate_into(&spec.to_string_lossy(), folder.path()).unwrap();
    fs::read_to_string(folder.path().join(format!("{name}.json"))).unwrap()
}

/// Clients get a single document, with the names of the spec.
#[test]
fn a_spec_of_several_files_becomes_one_document() {
    insta::assert_snapshot!(document("spec"));
}

/// What is in an extension or in an example is not a reference.
#[test]
fn every_kind_of_object_can_be_in_another_file() {
    insta::assert_snapshot!(document("kinds"));
}

/// The diagnostics of a spec with this schema beside the files `a.yaml`, `b.yaml` and `c.yaml`.
fn report(schema: &str) -> String {
    let folder = TempDir::new().unwrap();
    let variant = "type: object\nrequired: [k]\nproperties: { k: { type: string } }\n";
    let within = "'': { type: object, required: [k], properties: { k: { type: string } } }\n";
    let spec = super::schemas(&format!("S: {schema}"));
    let dog = "Dog: { type: object, required: [k], properties: { k: { type: string } } }\n";
    let files = [
        ("a.yaml", variant),
        ("b.yaml", variant),
        ("c.yaml", within),
        ("d.yaml", dog),
        ("spec.yaml", &spec),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let report = check(&folder.path().join("spec.yaml").to_string_lossy()).unwrap();
    let errors =
        report.diagnostics().iter().map(|diagnostic| format!("{}\n", report.line(diagnostic)));
    errors.filter(|line| line.contains("error: ")).collect()
}

#[test]
fn variants_without_a_mapping_are_named_after_their_files() {
    let discriminator = "discriminator: { propertyName: k }";
    for second in ["b.yaml", "c.yaml#/", "d.yaml#/Dog"] {
        let one_of = format!("oneOf: [{{ $ref: a.yaml }}, {{ $ref: '{second}' }}]");
        assert_eq!(report(&format!("{{ {one_of}, {discriminator} }}")), "");
    }
}

#[test]
fn files_that_only_a_mapping_refers_to_are_read() {
    let discriminator = "discriminator: { propertyName: k, mapping: { x: a.yaml } }";
    let object = "type: object, properties: { k: { type: string } }";
    assert_eq!(report(&format!("{{ {object}, {discriminator} }}")), "");
}
