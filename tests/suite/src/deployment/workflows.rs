//! The workflows on GitHub: what they run is fixed, and what they may change is little.

use std::fs;

use serde_json::{Value, json};
use system::home::workspace;

use super::objects::{list, text};

/// All workflows: file name, text and content.
fn workflows() -> Vec<(String, String, Value)> {
    let folder = fs::read_dir(workspace().join(".github/workflows")).unwrap();
    let read = |path: std::path::PathBuf| {
        let yaml = fs::read_to_string(&path).unwrap();
        let content = serde_yaml_ng::from_str(&yaml).unwrap();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), yaml, content)
    };
    folder.map(|entry| read(entry.unwrap().path())).collect()
}

/// A tag can move to other code; the hash of a commit cannot.
#[test]
fn actions_are_pinned_by_hash() {
    for (file, yaml, content) in workflows() {
        let used = |line: &&str| line.trim_start().trim_start_matches("- ").starts_with("uses:");
        let lines: Vec<&str> = yaml.lines().filter(used).collect();
        let jobs = content["jobs"].as_object().unwrap().values();
        let steps =
            jobs.flat_map(|job| list(&job["steps"])).filter(|step| step["uses"].is_string());
        assert_eq!(lines.len(), steps.count(), "{file}");
        for line in lines {
            let (_, reference) = line.split_once('@').unwrap_or_else(|| panic!("{file}: {line}"));
            let (hash, version) = reference.split_once(" # v").unwrap_or_default();
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash && version.contains('.'), "{file}: {line}");
        }
    }
}

#[test]
fn only_the_release_may_write_and_only_packages() {
    let release = json!({ "contents": "read", "packages": "write" });
    for (file, _, content) in workflows() {
        assert_eq!(content["permissions"], json!({ "contents": "read" }), "{file}");
        for (name, job) in content["jobs"].as_object().unwrap() {
            let expected = if file == "release.yml" { &release } else { &Value::Null };
            assert_eq!(&job["permissions"], expected, "{file}: {name}");
        }
    }
}

#[test]
fn checkouts_leave_no_token_behind() {
    for (file, _, content) in workflows() {
        for (name, job) in content["jobs"].as_object().unwrap() {
            for step in list(&job["steps"]) {
                if text(&step["uses"]).starts_with("actions/checkout@") {
                    assert_eq!(step["with"]["persist-credentials"], false, "{file}: {name}");
                }
            }
        }
    }
}

#[test]
fn jobs_have_time_limits() {
    for (file, _, content) in workflows() {
        for (name, job) in content["jobs"].as_object().unwrap() {
            assert!(job["timeout-minutes"].is_u64(), "{file}: {name}");
        }
    }
}

#[test]
fn release_builds_every_service_for_both_platforms() {
    let (.., release) = workflows().into_iter().find(|(file, ..)| file == "release.yml").unwrap();
    assert_eq!(
        release["env"]["SERVICES"],
        super::SERVICES.map(|(name, ..)| name).join(" ").as_str()
    );
    let platforms = list(&release["jobs"]["build"]["strategy"]["matrix"]["include"]);
    let platforms: Vec<_> = platforms.map(|one| text(&one["platform"])).collect();
    assert_eq!(platforms, ["amd64", "arm64"]);
    let build = list(&release["jobs"]["build"]["steps"]).map(|step| text(&step["run"]));
    let build: String = build.collect();
    for option in ["--provenance=mode=max", "--sbom=true", "\"linux/$PLATFORM\""] {
        assert!(build.contains(option), "{option}");
    }
}

#[test]
fn cluster_is_checked_every_week_and_when_its_parts_change() {
    let (.., cluster) = workflows().into_iter().find(|(file, ..)| file == "cluster.yml").unwrap();
    let events = &cluster["on"];
    let schedule = text(&events["schedule"][0]["cron"]);
    assert!(schedule.ends_with(" * * 1"), "{schedule}");
    for event in ["push", "pull_request"] {
        let paths: Vec<&str> = list(&events[event]["paths"]).map(text).collect();
        for part in ["kustomize/**", "tests/kind/**", "Dockerfile"] {
            assert!(paths.contains(&part), "{event}: {paths:?}");
        }
    }
    let steps = cluster["jobs"].as_object().unwrap().values().flat_map(|job| list(&job["steps"]));
    let commands: Vec<&str> = steps.map(|step| text(&step["run"])).collect();
    assert!(commands.contains(&"tests/kind/check.sh"), "{commands:?}");
}
