//! What the READMEs claim. In README.md each JSON block shows the response to the last `curl`
//! command of the shell block before it; tests/README.md names the tests.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use system::home::workspace;
use system::services::Service;

use crate::support::{Api, SYSTEM, run};

/// The `curl` commands with the responses that the README shows.
fn examples(readme: &str) -> Vec<(&str, Value)> {
    let mut examples = Vec::new();
    let mut command = None;
    // Code blocks are the odd parts.
    for block in readme.split("```").skip(1).step_by(2) {
        if let Some(shell) = block.strip_prefix("sh\n") {
            command = shell.lines().rfind(|line| line.starts_with("curl "));
        } else if let (Some(json), Some(command)) = (block.strip_prefix("json\n"), command.take()) {
            let response = serde_json::from_str(json)
                .unwrap_or_else(|error| panic!("not JSON: {error}: {json}"));
            examples.push((command, response));
        }
    }
    examples
}

/// Splits a command into words. Single and double quotes group characters.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) => words.push(String::new()),
            (c, _) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Sends the request of a `curl` command to the shared services.
fn execute(command: &str) -> Value {
    let words = words(command);
    let option = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    let url = words.iter().find_map(|word| word.strip_prefix("localhost:")).expect("a URL");
    let (port, path) = url.split_at(4);
    let service = match port {
        "3001" => Service::User,
        "3002" => Service::Product,
        "3003" => Service::Order,
        _ => panic!("no service has port {port}"),
    };
    let body = option("-d");
    let method = option("-X").unwrap_or(if body.is_some() { "POST" } else { "GET" }.to_owned());
    let api = Api { url: SYSTEM.ports.url(service) };
    let request = api.request(method.parse().unwrap(), path);
    let request = request.header("content-type", "application/json");
    run(api.send(request.body(body.unwrap_or_default()))).body
}

#[test]
fn readme_shows_actual_responses() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let examples = examples(&readme);
    assert!(!examples.is_empty(), "README.md has no JSON block after a curl command");
    for (command, expected) in examples {
        let actual = execute(command);
        assert_eq!(actual, expected, "{command}\nactual response: {actual}");
    }
}

#[test]
fn examples_are_the_last_commands_before_json_blocks() {
    let readme = "a\n```sh\ncurl 1\ncurl 2\n```\nb\n```json\n{}\n```\n```json\n[]\n```\n";
    assert_eq!(examples(readme), [("curl 2", serde_json::json!({}))]);
    assert_eq!(
        words(r#"curl -H "$json" -d '{"a": 1}'"#),
        ["curl", "-H", "$json", "-d", r#"{"a": 1}"#]
    );
}

#[test]
fn tests_readme_names_every_module_and_only_tests_that_exist() {
    let folder = workspace().join("tests/suite/src");
    let readme = fs::read_to_string(workspace().join("tests/README.md")).unwrap();
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for module in main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')) {
        let named = [format!("`{module}/`"), format!("`{module}.rs`")];
        let is_fixture = module == "support";
        assert!(
            is_fixture || named.iter().any(|name| readme.contains(name)),
            "{module} is missing"
        );
    }
    let (_, defects) = readme.split_once("| defect | detected by |").unwrap();
    let files = rust_files(&folder).chain(rust_files(&workspace().join("services")));
    let tests: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    for row in defects.lines().filter(|row| row.starts_with("| ")) {
        let (_, detected_by) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        for name in detected_by.split('`').skip(1).step_by(2).filter(|name| *name != "Limit") {
            assert!(tests.contains(&format!("fn {name}() {{")), "{name} does not exist");
        }
    }
}

/// The Rust files of a folder and of those in it.
fn rust_files(folder: &Path) -> Box<dyn Iterator<Item = PathBuf>> {
    Box::new(fs::read_dir(folder).unwrap().flat_map(|entry| {
        let path = entry.unwrap().path();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        if path.is_dir() {
            rust_files(&path)
        } else {
            Box::new(is_rust.then_some(path).into_iter())
        }
    }))
}
