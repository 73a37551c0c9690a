//! The configuration of services from their environment, and the documents that describe it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use system::home::workspace;
use system::ports::free_port;
use system::services::{Ports, Service, command};

use crate::support::{SYSTEM, ServiceProcess};

const SECRET: &str = "s3cret";

/// A variable as services describe it: name, default, description.
type Row = (&'static str, &'static str, &'static str);

/// Runs a service with only this environment, which it must reject with exit status 2; returns the
/// message.
fn rejection(service: Service, environment: &[(&str, &OsStr)]) -> String {
    let mut program =
        Command::new(command(service, Ports::free().unwrap(), "", false).get_program());
    let output = program.env_clear().envs(environment.iter().copied()).output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    message
}

fn variables(service: Service) -> Vec<Row> {
    macro_rules! rows {
        ($variables:expr) => {
            $variables.iter().map(|it| (it.name, it.default, it.description)).collect()
        };
    }
    match service {
        Service::User => rows!(user_service::config::VARIABLES),
        Service::Product => rows!(product_service::config::VARIABLES),
        Service::Order => rows!(order_service::config::VARIABLES),
    }
}

#[test]
fn all_errors_are_reported_without_values() {
    for service in Service::ALL {
        let value = OsString::from(format!("={SECRET}"));
        let wrong: Vec<_> =
            variables(service).into_iter().map(|(name, ..)| (name, value.as_os_str())).collect();
        let message = rejection(service, &wrong);
        for (name, _) in wrong {
            assert!(message.contains(name), "{name} is not in: {message}");
        }
        assert!(!message.contains(SECRET), "{message}");
    }
}

#[test]
fn values_that_are_not_utf_8_are_rejected() {
    for service in Service::ALL {
        for (name, ..) in variables(service) {
            let message = rejection(service, &[(name, OsStr::from_bytes(b"s3cret\xff"))]);
            assert!(message.contains(&format!("{name} is not valid UTF-8")), "{message}");
            assert!(!message.contains(SECRET), "{message}");
        }
    }
}

#[test]
fn invalid_levels_threads_and_ports_are_rejected() {
    for service in Service::ALL {
        for (name, value) in [("LOG_LEVEL", "warning"), ("TOKIO_WORKER_THREADS", "0"), ("PORT", "")]
        {
            let message = rejection(service, &[(name, value.as_ref())]);
            let explains = message.contains("expected") || value.is_empty();
            assert!(message.contains(name) && explains, "{name}={value}: {message}");
        }
    }
}

#[test]
fn services_that_serve_everyone_warn_once() {
    let key = "0123456789abcdef".repeat(4);
    for service in Service::ALL {
        for (auth, expected) in [(None, 1), (Some("off"), 1), (Some("required"), 0)] {
            let configuration = ServiceProcess::configure(service).env("SERVICE_KEY", &key);
            let configuration = match auth {
                Some(auth) => configuration.env("AUTH", auth),
                None => configuration,
            };
            let log = configuration.start().log();
            let warnings = log.lines().filter(|line| line.contains(r#""level":"WARN""#));
            let count = warnings.filter(|line| line.contains("AUTH is off")).count();
            assert_eq!(count, expected, "{} {auth:?}: {log}", service.name());
        }
    }
}

#[test]
fn required_authorization_needs_a_service_key() {
    for service in Service::ALL {
        for key in ["", "short", "change-me-to-at-least-32-random-bytes"] {
            let environment = [("AUTH", "required".as_ref()), ("SERVICE_KEY", key.as_ref())];
            let message = rejection(service, &environment);
            assert!(message.contains("SERVICE_KEY"), "{message}");
            assert!(key.is_empty() || !message.contains(key), "{message}");
        }
        let message = rejection(service, &[("AUTH", "on".as_ref())]);
        assert!(message.contains("AUTH"), "{message}");
    }
}

#[test]
fn error_messages_contain_no_passwords() {
    for (service, name, value) in [
        (Service::User, "MONGO_URI", "mongodb://root:s3cret@x@localhost/userdb"),
        (Service::Product, "MONGO_URI", "mongodb://root:s3cret/x@localhost:port/productdb"),
        (Service::Order, "MONGO_URI", "mongodb://root:27?s3cret=x@localhost/orderdb"),
        (Service::Order, "USER_SERVICE_URL", "http://root:s3cret@users"),
        (Service::Order, "PRODUCT_SERVICE_URL", "ftp://root:s3cret@products"),
    ] {
        let message = rejection(service, &[(name, value.as_ref())]);
        assert!(message.contains(name) && !message.contains(SECRET), "{value}: {message}");
    }
}

#[test]
fn logs_contain_no_database_password() {
    let unused = free_port().unwrap();
    for service in Service::ALL {
        let uri = format!("mongodb://root:{SECRET}@127.0.0.1:{unused}/db?authSource=admin");
        let configuration = ServiceProcess::configure(service).mongo_uri(&uri);
        let mut service = configuration.env("LOG_LEVEL", "trace").start_unhealthy();
        service.wait_for_log(|line| line["message"] == "database connection failed");
        service.process.kill();
        assert!(!service.process.output().contains(SECRET), "{}", service.process.output());
    }
}

#[test]
fn example_keys_are_rejected() {
    let text = |path: &str| fs::read_to_string(workspace().join(path)).unwrap();
    let mut examples =
        vec![text("kustomize/overlays/production/secrets/jwt-signing-key.pem.example")];
    for file in [".env.example", "docker-compose.yml", "README.md", "kustomize/README.md"] {
        let text = text(file);
        assert!(!text.contains("BEGIN PRIVATE KEY"), "{file}");
        let values = text.lines().filter_map(|line| line.strip_prefix("JWT_SIGNING_KEY="));
        examples.extend(values.filter(|value| !value.is_empty()).map(str::to_owned));
    }
    for key in examples {
        let message = rejection(Service::User, &[("JWT_SIGNING_KEY", key.as_ref())]);
        assert!(message.contains("JWT_SIGNING_KEY is not PEM"), "{message}");
        assert!(!message.contains(&key), "{message}");
    }
}

#[test]
fn readme_lists_all_variables() {
    let mut rows: Vec<(Row, Vec<Service>, Vec<&str>)> = Vec::new();
    for service in Service::ALL {
        for row @ (name, default, description) in variables(service) {
            let index = rows.iter().position(|((known, ..), ..)| *known == name);
            let index = index.unwrap_or_else(|| {
                rows.push((row, Vec::new(), Vec::new()));
                rows.len() - 1
            });
            let (known, services, defaults) = &mut rows[index];
            assert_eq!(known.2, description, "{name} is described in two ways");
            services.push(service);
            if !defaults.contains(&default) && !default.is_empty() {
                defaults.push(default);
            }
        }
    }
    let expected = rows.into_iter().map(|((name, _, description), services, defaults)| {
        let all = services.len() == Service::ALL.len();
        let services: Vec<&str> =
            services.iter().map(|it| it.name().trim_end_matches("-service")).collect();
        let services = if all { "all".to_owned() } else { services.join(", ") };
        let defaults = defaults.iter().map(|default| format!("`{default}`")).collect::<Vec<_>>();
        let default = format!("{} ", defaults.join(", "));
        format!("| `{name}` | {services} | {}| {description} |", default.trim_start())
    });
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let table = readme.lines().skip_while(|line| !line.starts_with("| variable |")).skip(2);
    let table: Vec<&str> = table.take_while(|line| line.starts_with('|')).collect();
    assert_eq!(table, expected.collect::<Vec<_>>());
}

#[test]
fn help_lists_all_variables() {
    for service in Service::ALL {
        let mut program = command(service, Ports::free().unwrap(), "", false);
        let help = String::from_utf8(program.arg("--help").output().unwrap().stdout).unwrap();
        for (name, default, description) in variables(service) {
            let line = help.lines().find(|line| line.trim_start().starts_with(name));
            let line = line.unwrap_or_else(|| panic!("{name} is not in: {help}"));
            assert!(line.contains(default) && line.contains(description), "{line}");
        }
    }
}

#[test]
fn command_line_options_work() {
    for service in Service::ALL {
        let run = |arguments: &[&str], port: u16| {
            let mut program = command(service, Ports::free().unwrap(), "", false);
            let output = program.args(arguments).env("PORT", port.to_string()).output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        let (code, help) = run(&["--help"], 1);
        assert!(code == Some(0) && help.contains("MONGO_URI"), "{help}");
        let (code, _) = run(&["--generate-key"], 1);
        assert_eq!(code, Some(if service == Service::User { 0 } else { 2 }));
        assert!(run(&["--version"], 1).1.starts_with(service.name()), "{}", service.name());
        let port = SYSTEM.ports.of(service);
        for (arguments, port, expected) in [
            (["--health"], port, 0),
            (["--health"], free_port().unwrap(), 1),
            (["--nonsense"], 1, 2),
        ] {
            let (code, _) = run(&arguments, port);
            assert_eq!(code, Some(expected), "{} {arguments:?} on {port}", service.name());
        }
    }
}
