//! What production has more than the base.

use openapi_server::limits::DRAIN_TIMEOUT;
use serde_json::{Value, json};

use super::SERVICES;
use super::kustomize::{built, copy};
use super::objects::{Objects, list, text};

fn production() -> &'static Objects {
    built("overlays/production")
}

#[test]
fn services_run_at_least_twice_and_grow() {
    for (service, ..) in SERVICES {
        let spec = &production().get("HorizontalPodAutoscaler", service)["spec"];
        let (low, high) =
            (spec["minReplicas"].as_u64().unwrap(), spec["maxReplicas"].as_u64().unwrap());
        assert!(low >= 2 && high > low, "{service}: {low} to {high}");
        assert_eq!(spec["metrics"][0]["resource"]["name"], "cpu");
        // A number here would undo the autoscaler's at each deployment.
        assert!(production().get("Deployment", service)["spec"]["replicas"].is_null(), "{service}");
    }
}

#[test]
fn a_drain_takes_one_pod_at_a_time() {
    for (service, _, database, _) in SERVICES {
        for name in [service, database] {
            let spec = &production().get("PodDisruptionBudget", name)["spec"];
            assert_eq!(spec["maxUnavailable"], 1, "{name}");
        }
    }
}

#[test]
fn pods_spread_over_machines_and_zones() {
    for pod in production().pods() {
        let spread = &pod.spec["topologySpreadConstraints"];
        let keys: Vec<&str> = list(spread).map(|one| text(&one["topologyKey"])).collect();
        assert_eq!(keys, ["topology.kubernetes.io/zone", "kubernetes.io/hostname"], "{}", pod.name);
        for one in list(spread) {
            // Counted among the pods of its own name, whatever their number.
            assert!(super::objects::selects(&one["labelSelector"], pod.labels), "{}", pod.name);
            let mut keys = list(&one["matchLabelKeys"]);
            assert!(keys.any(|key| key == "app.kubernetes.io/name"), "{}", pod.name);
        }
        let strict = spread[1]["whenUnsatisfiable"] == "DoNotSchedule";
        assert_eq!(strict, pod.name.starts_with("mongodb"), "{}", pod.name);
    }
}

#[test]
fn liveness_does_not_ask_the_database_and_readiness_does() {
    for (service, port, ..) in SERVICES {
        let container = production().pod(service).container("service");
        for (probe, path, period) in [
            ("startupProbe", "/health/live", 5),
            ("livenessProbe", "/health/live", 10),
            ("readinessProbe", "/health/ready", 5),
        ] {
            let probe = &container[probe];
            assert_eq!(probe["httpGet"], json!({ "path": path, "port": "http" }), "{service}");
            assert_eq!(probe["periodSeconds"], period, "{service}");
        }
        assert_eq!(production().pod(service).port(&json!("http")), Some(u64::from(port)));
    }
}

#[test]
fn a_rolling_restart_loses_no_request() {
    for (service, ..) in SERVICES {
        let strategy = &production().get("Deployment", service)["spec"]["strategy"];
        assert_eq!(strategy["rollingUpdate"]["maxUnavailable"], 0, "{service}");
        let pod = production().pod(service);
        let grace = pod.spec["terminationGracePeriodSeconds"].as_u64().unwrap();
        let environment = production().environment(pod.container("service")).unwrap();
        let pause: u64 = environment["SHUTDOWN_DELAY"].parse().unwrap();
        assert!(pause >= 5, "{service}: proxies need longer to hear of it than {pause} s");
        let drain = DRAIN_TIMEOUT.as_secs();
        assert!(grace >= pause + drain + 5, "{service}: {grace} s for {pause} and {drain}");
    }
}

#[test]
fn databases_are_replica_sets_of_three_with_authentication() {
    for (_, _, database, name) in SERVICES {
        let set = &production().get("StatefulSet", database)["spec"];
        assert_eq!(
            (&set["replicas"], &set["podManagementPolicy"]),
            (&json!(3), &json!("Parallel"))
        );
        let claim = &set["volumeClaimTemplates"][0];
        assert_eq!(claim["metadata"]["name"], "data");
        assert!(production().names("PersistentVolumeClaim").is_empty(), "each member has its own");
        let service = &production().get("Service", database)["spec"];
        assert_eq!(service["publishNotReadyAddresses"], true);
        let pod = production().pod(database);
        let mongod = pod.container("mongodb");
        let arguments: Vec<&str> = list(&mongod["args"]).map(text).collect();
        assert!(arguments.starts_with(&["mongod", "--replSet"]), "{arguments:?}");
        assert!(arguments.windows(2).any(|pair| pair == ["--keyFile", "/keyfile/keyfile"]));
        // With these, the image's entry point gives each member data of its own.
        let environment = production().environment(mongod).unwrap();
        assert!(!environment.keys().any(|key| key.starts_with("MONGO_INITDB")), "{database}");
        let sidecar = production().environment(pod.container("replica-set")).unwrap();
        assert_eq!((&*sidecar["MONGO_HOST"], &*sidecar["MONGO_DATABASE"]), (database, name));
        assert_eq!(sidecar["MONGO_REPLICA_SET"], environment["MONGO_REPLICA_SET"]);
    }
}

#[test]
fn services_name_all_members_of_their_replica_set() {
    for (service, _, database, name) in SERVICES {
        let container = production().pod(service).container("service");
        let environment = production().environment(container).unwrap();
        let members: Vec<String> = (0..3).map(|n| format!("{database}-{n}.{database}")).collect();
        let end = format!("@{}/{name}?replicaSet=rs0&authSource=admin", members.join(","));
        assert!(environment["MONGO_URI"].ends_with(&end), "{service}: not {end}");
        let sidecar = production().pod(database).container("replica-set");
        let other = production().environment(sidecar).unwrap();
        for key in ["MONGO_USERNAME", "MONGO_PASSWORD", "MONGO_REPLICA_SET"] {
            assert_eq!(environment[key], other[key], "{service} {key}");
        }
    }
}

#[test]
fn the_ingress_has_a_host_a_path_for_each_resource_and_tls() {
    let spec = &production().get("Ingress", "product-order-system")["spec"];
    let rule = &spec["rules"][0];
    assert_eq!(spec["tls"][0]["hosts"], json!([rule["host"]]));
    assert_ne!(text(&rule["host"]), "");
    let secret = production().get("Secret", text(&spec["tls"][0]["secretName"]));
    assert_eq!(secret["type"], "kubernetes.io/tls");
    assert!(secret["data"]["tls.crt"].is_string() && secret["data"]["tls.key"].is_string());
    let paths: Vec<(&str, &str)> = list(&rule["http"]["paths"])
        .map(|path| (text(&path["path"]), text(&path["backend"]["service"]["name"])))
        .collect();
    let wanted = [
        ("/users", "user-service"),
        ("/auth", "user-service"),
        ("/products", "product-service"),
        ("/orders", "order-service"),
    ];
    assert_eq!(paths, wanted);
    for path in list(&rule["http"]["paths"]) {
        let service = &path["backend"]["service"];
        let ports = &production().get("Service", text(&service["name"]))["spec"]["ports"];
        assert!(list(ports).any(|port| port["name"] == service["port"]["name"]));
    }
}

#[test]
fn every_operation_of_the_specs_has_a_path() {
    let spec = &production().get("Ingress", "product-order-system")["spec"];
    let paths: Vec<&Value> = list(&spec["rules"][0]["http"]["paths"]).collect();
    for (service, description) in [
        ("user-service", &user_service::api::DESCRIPTION),
        ("product-service", &product_service::api::DESCRIPTION),
        ("order-service", &order_service::api::DESCRIPTION),
    ] {
        let spec: Value = serde_json::from_str(description.spec_json).unwrap();
        for (path, _) in spec["paths"].as_object().unwrap() {
            let first = format!("/{}", path.split('/').nth(1).unwrap());
            let found = paths.iter().find(|entry| entry["path"] == *first);
            let leads = found.map(|entry| text(&entry["backend"]["service"]["name"]));
            assert_eq!(leads, (first != "/health").then_some(service), "{path}");
        }
    }
}

#[test]
fn images_are_pinned() {
    for pod in production().pods() {
        for container in pod.containers() {
            let image = text(&container["image"]);
            let (_, version) = image.rsplit_once([':', '@']).unwrap_or_default();
            assert!(!version.is_empty() && version != "latest", "{image}");
        }
    }
}

#[test]
fn secrets_are_not_committed_and_their_examples_do_not_do() {
    let secrets = system::home::workspace().join("kustomize/overlays/production/secrets");
    let rules = std::fs::read_to_string(secrets.join(".gitignore")).unwrap();
    let rules: Vec<&str> = rules.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rules, ["*", "!.gitignore", "!*.example"]);
    let tree = copy();
    let jwt = tree.path().join("overlays/production/secrets/jwt.env");
    let text = std::fs::read_to_string(jwt).unwrap();
    let secret = text.lines().find_map(|line| line.strip_prefix("secret=")).unwrap();
    assert!(secret.len() < 32, "the user service would start with the example's secret");
}
