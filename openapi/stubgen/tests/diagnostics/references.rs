//! References to any place of the document and to other files.

use std::fs;
use std::path::Path;

use openapi_stubgen::{Error, check, check_str, generate_into};
use tempfile::TempDir;

use super::{HEAD, RESPONSES, accepted, assert_diagnostic, document, operation, schemas};

/// The files of a spec in a temporary folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A spec whose body is what a reference leads to.
fn spec(reference: &str) -> String {
    let content =
        format!("content: {{ application/json: {{ schema: {{ $ref: \"{reference}\" }} }} }}");
    document("").replace("description: Fine", &format!("description: Fine, {content}"))
}

/// The diagnostics of the spec in a folder, without the path of the folder.
fn report(folder: &Path) -> String {
    let path = folder.join("spec.yaml");
    let report = check(&path.to_string_lossy()).unwrap().to_string();
    report.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn a_place_of_the_document_is_a_type() {
    let rust = accepted(&schemas(
        r##"Pet: { type: object, properties: { tag: { type: object, properties: { text: { type: string } } } } }
Shop: { type: object, properties: { best: { $ref: "#/components/schemas/Pet/properties/tag" } } }"##,
    ));
    for line in ["pub struct PetTag {", "pub tag: Option<PetTag>", "pub best: Option<PetTag>"] {
        assert_eq!(rust.matches(line).count(), 1, "{line}: {rust}");
    }
}

#[test]
fn a_section_outside_of_the_components_has_no_kind() {
    let spec = spec("#/x-a/responses/S") + "x-a: { responses: { S: { type: boolean } } }\n";
    let rust = accepted(&spec);
    assert!(rust.contains("Ok(XAS)") && rust.contains("pub struct XAS(bool)"), "{rust}");
}

#[test]
fn references_lead_through_references() {
    let rust = accepted(&operation(
        r##"      parameters: [{ $ref: "#/components/parameters/A" }]
components:
  parameters:
    A: { $ref: "#/components/parameters/B" }
    B: { $ref: "#/x-parameters/0" }
x-parameters: [{ name: b, in: query, schema: { type: string } }]
"##,
    ));
    assert!(rust.contains("b: Option<String>"), "{rust}");
}

#[test]
fn a_path_can_refer_to_another_one() {
    let rust = accepted(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}  /b: {{ $ref: \"#/paths/~1a\" }}\n"
    ));
    assert!(rust.contains("async fn a(") && rust.contains("async fn get_b("), "{rust}");
}

#[test]
fn reports_references_that_lead_nowhere() {
    let chain: String = (0..70)
        .map(|index| {
            format!("    P{index}: {{ $ref: \"#/components/parameters/P{}\" }}\n", index + 1)
        })
        .collect();
    assert_rendered!([
        ("a missing place", spec("#/components/schemas/A/properties/b")),
        ("no pointer", spec("#A")),
        ("a component of another kind", spec("#/components/responses/A")),
        ("a file", spec("other.yaml#/A")),
        ("a URL", spec("https://example.com/a.yaml")),
        ("a file outside", spec("../a.yaml")),
        (
            "a circle",
            format!(
                "{HEAD}paths:\n  /a: {{ $ref: \"#/paths/~1b\" }}\n  /b: {{ $ref: \"#/paths/~1a\" }}\n"
            ),
        ),
        ("a long chain", document(&format!("components:\n  parameters:\n{chain}"))),
    ]);
}

#[test]
fn problems_of_other_files_have_their_positions() {
    let folder = folder(&[
        ("spec.yaml", &spec("schemas/a.yaml#/A")),
        (
            "schemas/a.yaml",
            "A:\n  type: object\n  properties:\n    b: { $ref: b.json }\n    c: { type: strin }\n    d: { $ref: b.json#/x }\n    e: { $ref: c.yaml }\n",
        ),
        ("schemas/b.json", "{ \"type\": \"string\", \"maxLength\": -1 }"),
        ("schemas/c.yaml", "type: [\n"),
        ("schemas/unused.yaml", "type: [\n"),
    ]);
    insta::assert_snapshot!(report(folder.path()));
}

#[test]
fn types_of_other_files_are_named_after_them() {
    let folder = folder(&[
        (
            "spec.yaml",
            &format!(
                "{}components: {{ schemas: {{ Error: {{ $ref: common.yaml#/Error }}, Tag: {{ type: string }} }} }}\n",
                spec("pet.yaml")
            ),
        ),
        (
            "pet.yaml",
            "type: object\nproperties: { tag: { $ref: common.yaml#/Tag }, error: { $ref: common.yaml#/Error } }\n",
        ),
        (
            "common.yaml",
            "Tag: { type: object, properties: { a: { type: string } } }\nError: { type: object, properties: { b: { type: string } } }\n",
        ),
    ]);
    let path = folder.path().join("spec.yaml");
    let report = generate_into(&path.to_string_lossy(), folder.path()).unwrap();
    assert!(report.is_empty(), "{report}");
    let mut files: Vec<&str> = report.other_files().collect();
    files.sort_unstable();
    assert_eq!(
        files,
        ["common.yaml", "pet.yaml"].map(|name| folder
            .path()
            .join(name)
            .to_string_lossy()
            .into_owned())
    );
    let rust = fs::read_to_string(folder.path().join("spec.rs")).unwrap();
    for line in ["pub struct Pet {", "pub tag: Option<CommonTag>", "pub error: Option<Error>"] {
        assert!(rust.contains(line), "{line}: {rust}");
    }
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder() {
    let outside = folder(&[("secret.yaml", "type: string\n")]);
    let folder = folder(&[("spec.yaml", &spec("a.yaml"))]);
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), folder.path().join("a.yaml"))
        .unwrap();
    let report = report(folder.path());
    assert!(report.contains("`a.yaml` cannot be read: it is not a file in the folder"), "{report}");
}

/// A reference in an example is a value.
#[test]
fn values_are_no_references() {
    accepted(&schemas(
        "S: { type: object, example: { $ref: none.yaml }, default: { $ref: '#/x' } }",
    ));
}

/// The value of a discriminator is the name that the spec has for a variant.
#[test]
fn a_discriminator_selects_the_variants_of_other_files() {
    let variant = "type: object\nrequired: [k]\nproperties: { k: { type: string } }\n";
    let one_of = |extra: &str| {
        format!(
            "oneOf: [{{ $ref: a.yaml }}, {{ $ref: b/a.yaml }}]\ndiscriminator: {{ propertyName: k{extra} }}\n"
        )
    };
    let files = |one_of: &str| {
        folder(&[
            ("spec.yaml", &spec("s.yaml")),
            ("s.yaml", one_of),
            ("a.yaml", variant),
            ("b/a.yaml", variant),
        ])
    };
    let unclear = report(files(&one_of("")).path());
    assert!(unclear.contains("the discriminator has no value for `b/a.yaml`"), "{unclear}");
    let mapped = files(&one_of(", mapping: { x: a.yaml, y: b/a.yaml }"));
    let path = mapped.path().join("spec.yaml");
    match generate_into(&path.to_string_lossy(), mapped.path()) {
        Ok(report) => assert!(report.is_empty(), "{report}"),
        Err(Error::Spec(report)) => panic!("{report}"),
        Err(error) => panic!("{error}"),
    }
    let rust = fs::read_to_string(mapped.path().join("spec.rs")).unwrap();
    assert!(rust.contains("X(A)") && rust.contains("Y(AA)"), "{rust}");
}

#[test]
fn a_spec_can_refer_to_itself_by_its_file_name() {
    let spec = spec("spec.yaml#/components/schemas/S")
        + "components: { schemas: { S: { type: string } } }\n";
    let report = check_str("folder/spec.yaml", &spec);
    assert!(report.is_empty(), "{report}");
}

#[test]
fn a_media_type_cannot_be_a_reference() {
    let media_type = "{ application/json: { ▸$ref: \"#/components/x-media\" } }";
    let response = format!("description: Fine, content: {media_type}");
    let spec = document("components: { x-media: { schema: { type: string } } }\n");
    let message = "`$ref` is not supported in a media type";
    assert_diagnostic(&spec.replace("description: Fine", &response), message);
}
