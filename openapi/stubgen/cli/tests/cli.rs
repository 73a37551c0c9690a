//! The program's output and exit codes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

const GOOD: &str = r#"openapi: 3.0.3
info: { title: T, version: "1" }
paths:
  /a:
    get:
      operationId: a
      responses:
        "200": { description: Fine }
        default: { description: Wrong }
"#;

const UNUSED: &str =
    "components:\n  parameters:\n    P: { name: p, in: query, schema: { type: string } }\n";

const INVALID: &str = "components:\n  schemas:\n    S: { type: strin }\n";

/// A folder with the specs `good.yaml`, `warning.yaml` and `bad.yaml`.
fn specs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("good", GOOD.to_owned()),
        ("warning", format!("{GOOD}{UNUSED}")),
        ("bad", format!("{GOOD}{INVALID}")),
    ] {
        fs::write(folder.path().join(format!("{name}.yaml")), text).unwrap();
    }
    folder
}

/// The exit code, standard output and standard error.
fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_openapi-stubgen"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn check_reports_all_files_and_fails_on_errors() {
    let (code, stdout, stderr) = run(&specs(), &["check", "good.yaml", "warning.yaml", "bad.yaml"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(stderr) });
}

#[test]
fn check_succeeds_without_errors() {
    let folder = specs();
    assert_eq!(run(&folder, &["check", "good.yaml"]), (0, String::new(), String::new()));
    assert_eq!(run(&folder, &["check", "warning.yaml"]).0, 0);
    assert_eq!(run(&folder, &["check", "--deny", "warnings", "warning.yaml"]).0, 1);
    assert_eq!(run(&folder, &["check", "--deny", "warnings", "good.yaml"]).0, 0);
}

#[test]
fn json_lists_the_diagnostics() {
    let folder = specs();
    let (code, stdout, stderr) = run(&folder, &["check", "--format", "json", "bad.yaml"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(stdout) });
    assert_eq!(run(&folder, &["check", "good.yaml", "--format", "json"]).1, "[]\n");
}

#[test]
fn generate_creates_the_folder_and_its_files_unless_there_are_errors() {
    let folder = specs();
    let out = folder.path().join("new/out");
    assert_eq!(run(&folder, &["generate", "bad.yaml", "-o", "new/out"]).0, 1);
    assert!(!out.exists());
    assert_eq!(run(&folder, &["generate", "good.yaml", "-o", "new/out"]).0, 0);
    let entries = fs::read_dir(out).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["good.json", "good.rs", "good.schemas.json", "good.server.rs"]);
}

#[test]
fn wrong_arguments_and_unreadable_files_exit_with_2() {
    let folder = specs();
    for arguments in [
        &["check"][..],
        &["generate", "good.yaml"],
        &["unknown"],
        &["check", "missing.yaml"],
        &["generate", "good.yaml", "-o", "bad.yaml"],
    ] {
        let (code, stdout, stderr) = run(&folder, arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(run(&folder, &["--help"]).0, 0);
}
