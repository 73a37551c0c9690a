//! docker-compose.yml conforms to the section "Local Development" of the design, and runs
//! unattended.

use std::fs;
use std::sync::LazyLock;

use serde_json::Value;
use system::home::workspace;

use super::kustomize;
use super::objects::{list, text};
use super::{SERVICES, variables};

/// The file, with merge keys resolved.
static COMPOSE: LazyLock<Value> = LazyLock::new(|| {
    let yaml = fs::read_to_string(workspace().join("docker-compose.yml")).unwrap();
    let mut file: serde_yaml_ng::Value = serde_yaml_ng::from_str(&yaml).unwrap();
    file.apply_merge().unwrap();
    serde_json::to_value(file).unwrap()
});

fn service(name: &str) -> &'static Value {
    let service = &COMPOSE["services"][name];
    assert!(service.is_object(), "there is no {name}");
    service
}

/// The variables of a service, which may be a list or an object.
fn environment(name: &str) -> Vec<(String, String)> {
    let scalar = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match &service(name)["environment"] {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), scalar(value))).collect(),
        given => list(given)
            .filter_map(|entry| text(entry).split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    }
}

fn variable(name: &str, key: &str) -> String {
    let found = environment(name).into_iter().find(|(found, _)| found == key);
    found.unwrap_or_else(|| panic!("{name} has no {key}")).1
}

/// The published ports and the ports of the container.
fn ports(name: &str) -> Vec<(u64, u64)> {
    let number = |value: &Value| value.as_u64().or_else(|| text(value).parse().ok());
    list(&service(name)["ports"])
        .map(|port| match port.as_str() {
            Some(short) => {
                let mut parts = short.rsplit(':').map(|part| part.parse().unwrap());
                let target = parts.next().unwrap();
                (parts.next().unwrap(), target)
            }
            None => (number(&port["published"]).unwrap(), number(&port["target"]).unwrap()),
        })
        .collect()
}

/// The services that a service waits for, and the conditions.
fn waits_for(name: &str) -> Vec<(&str, &str)> {
    let waits = service(name)["depends_on"].as_object();
    let waits = waits.unwrap_or_else(|| panic!("{name} waits for no service"));
    waits.iter().map(|(other, how)| (other.as_str(), text(&how["condition"]))).collect()
}

#[test]
fn file_defines_services_and_databases() {
    let mut names: Vec<&String> = COMPOSE["services"].as_object().unwrap().keys().collect();
    names.sort();
    let expected = [
        "mongodb-order",
        "mongodb-product",
        "mongodb-user",
        "order-service",
        "product-service",
        "user-service",
    ];
    assert_eq!(names, expected);
}

#[test]
fn ports_are_published() {
    for ((service, port, database, _), published) in SERVICES.into_iter().zip([27017, 27018, 27019])
    {
        assert_eq!(ports(service), [(port.into(), port.into())], "{service}");
        assert_eq!(ports(database), [(published, 27017)], "{database}");
    }
}

#[test]
fn databases_keep_their_data_in_named_volumes() {
    for ((_, _, database, _), volume) in
        SERVICES.into_iter().zip(["user-data", "product-data", "order-data"])
    {
        let mounts: Vec<String> = list(&service(database)["volumes"])
            .map(|mount| match mount.as_str() {
                Some(short) => short.to_owned(),
                None => format!("{}:{}", text(&mount["source"]), text(&mount["target"])),
            })
            .collect();
        assert!(mounts.contains(&format!("{volume}:/data/db")), "{database}: {mounts:?}");
        assert!(COMPOSE["volumes"].get(volume).is_some(), "{volume} is not declared");
    }
}

#[test]
fn services_have_the_variables_of_the_design() {
    for (service, port, database, name) in SERVICES {
        let (known, needed) = variables(service);
        let set = environment(service);
        for needed in needed {
            assert!(set.iter().any(|(key, _)| key == needed), "{service} needs {needed}");
        }
        for (key, _) in &set {
            assert!(known.contains(&key.as_str()), "{service} does not know {key}");
        }
        assert_eq!(variable(service, "PORT"), port.to_string(), "{service}");
        let uri = variable(service, "MONGO_URI");
        let at = format!("@{database}:27017/{name}");
        assert!(uri.starts_with("mongodb://") && uri.contains(&at), "{service}: {uri}");
    }
    assert_eq!(variable("order-service", "USER_SERVICE_URL"), "http://user-service:3001");
    assert_eq!(variable("order-service", "UPSTREAM_BREAKER"), "on");
    assert_eq!(variable("order-service", "STOCK"), "reserved");
    assert_eq!(variable("order-service", "PRODUCT_SERVICE_URL"), "http://product-service:3002");
}

#[test]
fn one_variable_requires_authorization_of_all_services() {
    for (service, ..) in SERVICES {
        assert_eq!(variable(service, "AUTH"), "${AUTH:-off}", "{service}");
        assert_eq!(variable(service, "SERVICE_KEY"), "${SERVICE_KEY:-}", "{service}");
        if service != "user-service" {
            let url = "http://user-service:3001/.well-known/jwks.json";
            assert_eq!(variable(service, "JWKS_URL"), url, "{service}");
        }
    }
}

#[test]
fn services_wait_for_healthy_dependencies() {
    for (service, _, database, _) in SERVICES {
        let waits = waits_for(service);
        assert!(waits.contains(&(database, "service_healthy")), "{service}: {waits:?}");
        for (other, condition) in waits {
            assert_eq!(condition, "service_healthy", "{service} and {other}");
        }
    }
}

#[test]
fn containers_have_health_checks_and_restart() {
    for name in COMPOSE["services"].as_object().unwrap().keys() {
        let service = service(name);
        assert!(list(&service["healthcheck"]["test"]).count() > 1, "{name} has no health check");
        let restart = text(&service["restart"]);
        assert!(["unless-stopped", "always"].contains(&restart), "{name}: {restart:?}");
    }
}

#[test]
fn databases_use_one_pinned_version_of_mongodb_8() {
    let image =
        |(_, _, database, _): (&str, u16, &str, &str)| text(&service(database)["image"]).to_owned();
    let images: Vec<String> = SERVICES.into_iter().map(image).collect();
    assert!(images.iter().all(|image| *image == images[0]), "{images:?}");
    let (name, rest) = images[0].split_once(':').unwrap();
    let version = rest.split(['@', '-']).next().unwrap();
    let digits = version.split('.').filter(|part| part.parse::<u32>().is_ok()).count();
    assert!(name.ends_with("mongo") && version.starts_with("8.") && digits == 3, "{}", images[0]);
}

#[test]
fn kubernetes_and_cargo_dev_run_the_same_version_of_mongodb() {
    if kustomize::is_missing() {
        return;
    }
    let image = text(&service("mongodb-user")["image"]);
    assert_eq!(image, system::database::docker::IMAGE);
    for overlay in ["base", "overlays/dev", "overlays/production"] {
        for (_, _, database, _) in SERVICES {
            for container in kustomize::built(overlay).pod(database).containers() {
                assert_eq!(text(&container["image"]), image, "{overlay}: {database}");
            }
        }
    }
    for job in ["backup", "restore"] {
        let container = kustomize::with_backup().pod(job).container("backup");
        assert_eq!(text(&container["image"]), image, "{job}");
    }
}

#[test]
fn services_are_built_from_this_repository() {
    for (name, ..) in SERVICES {
        let build = &service(name)["build"];
        assert_eq!(build["args"]["SERVICE"], name, "{name}");
        let file = build["dockerfile"].as_str().unwrap_or("Dockerfile");
        assert!(workspace().join(text(&build["context"])).join(file).is_file(), "{name}: {file}");
    }
}

fn is_secret(variable: &str) -> bool {
    ["PASSWORD", "SECRET", "SERVICE_KEY", "SIGNING_KEY", "TOKEN"]
        .iter()
        .any(|word| variable.contains(word))
}

/// The variables that `.env.example` assigns, with their values.
fn example_variables() -> Vec<(String, String)> {
    let example = fs::read_to_string(workspace().join(".env.example")).unwrap();
    let lines = example.lines().filter(|line| !line.starts_with('#'));
    let assignments = lines.filter_map(|line| line.split_once('='));
    assignments.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The variables that a value interpolates, each with what follows its name: `:-default`, say.
fn interpolations(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split("${").skip(1).map(|rest| {
        let reference = rest.split('}').next().unwrap();
        let end = reference.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        reference.split_at(end.unwrap_or(reference.len()))
    })
}

#[test]
fn credentials_come_from_the_environment() {
    let defined = example_variables();
    for name in COMPOSE["services"].as_object().unwrap().keys() {
        let variables = environment(name).into_iter();
        for (key, value) in variables.filter(|(key, value)| is_secret(key) || value.contains('@')) {
            assert!(value.contains("${"), "{name}: {key} is hard-coded");
            for (variable, operator) in interpolations(&value) {
                assert!(
                    defined.iter().any(|(name, _)| name == variable),
                    ".env.example lacks {variable}"
                );
                // `:-` would replace an empty password by the default, `-` replaces an unset one.
                // The well-known default is acceptable because it works on localhost only.
                let accepted = ["", ":-"].contains(&operator)
                    || operator.trim_start_matches(':').starts_with('?')
                    || operator == "-development" && published_here_only();
                assert!(accepted, "{name}: {key} interpolates ${{{variable}{operator}}}");
            }
        }
    }
}

#[test]
fn env_example_holds_no_secret_and_env_is_ignored() {
    let secrets: Vec<_> =
        example_variables().into_iter().filter(|(name, _)| is_secret(name)).collect();
    assert_eq!(secrets.len(), 4, "{secrets:?}");
    assert!(secrets.iter().all(|(_, value)| value.is_empty()), "{secrets:?}");
    let ignored = fs::read_to_string(workspace().join(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == ".env" || line == "/.env"), ".env is not ignored");
}

/// Whether the databases can be reached from this machine only.
fn published_here_only() -> bool {
    SERVICES
        .iter()
        .flat_map(|(_, _, database, _)| list(&service(database)["ports"]))
        .all(|port| text(port).starts_with("127.0.0.1:") || port["host_ip"] == "127.0.0.1")
}
