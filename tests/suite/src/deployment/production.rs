//! What production adds to the base.

use openapi_server::limits::DRAIN_TIMEOUT;
use serde_json::{Value, json};

use super::SERVICES;
use super::kustomize::{self, built, copy};
use super::objects::{Objects, list, text};

fn production() -> &'static Objects {
    built("overlays/production")
}

#[test]
fn services_scale_from_two_replicas() {
    if kustomize::is_missing() {
        return;
    }
    for (service, ..) in SERVICES {
        let spec = &production().get("HorizontalPodAutoscaler", service)["spec"];
        let low = spec["minReplicas"].as_u64().unwrap();
        let high = spec["maxReplicas"].as_u64().unwrap();
        assert!(low >= 2 && high > low, "{service}: {low} to {high}");
        assert_eq!(spec["metrics"][0]["resource"]["name"], "cpu", "{service}");
        // A number would reset that of the autoscaler at each deployment.
        assert!(production().get("Deployment", service)["spec"]["replicas"].is_null(), "{service}");
    }
}

#[test]
fn drains_evict_one_pod_at_a_time() {
    if kustomize::is_missing() {
        return;
    }
    for (service, _, database, _) in SERVICES {
        for name in [service, database] {
            let spec = &production().get("PodDisruptionBudget", name)["spec"];
            assert_eq!(spec["maxUnavailable"], 1, "{name}");
        }
    }
}

#[test]
fn pods_spread_over_nodes_and_zones() {
    if kustomize::is_missing() {
        return;
    }
    for pod in production().pods() {
        let spread = &pod.spec["topologySpreadConstraints"];
        let keys: Vec<&str> = list(spread).map(|one| text(&one["topologyKey"])).collect();
        assert_eq!(keys, ["topology.kubernetes.io/zone", "kubernetes.io/hostname"], "{}", pod.name);
        for one in list(spread) {
            // Counted among the pods of the same name.
            assert!(super::objects::selects(&one["labelSelector"], pod.labels), "{}", pod.name);
            let mut keys = list(&one["matchLabelKeys"]);
            assert!(keys.any(|key| key == "app.kubernetes.io/name"), "{}", pod.name);
        }
        let strict = spread[1]["whenUnsatisfiable"] == "DoNotSchedule";
        assert_eq!(strict, pod.name.starts_with("mongodb"), "{}", pod.name);
    }
}

#[test]
fn only_readiness_checks_the_database() {
    if kustomize::is_missing() {
        return;
    }
    for (service, port, ..) in SERVICES {
        let container = production().pod(service).container("service");
        for (name, path, period) in [
            ("startupProbe", "/health/live", 5),
            ("livenessProbe", "/health/live", 10),
            ("readinessProbe", "/health/ready", 5),
        ] {
            let probe = &container[name];
            let expected = json!({ "path": path, "port": "http" });
            assert_eq!(probe["httpGet"], expected, "{service}: {name}");
            assert_eq!(probe["periodSeconds"], period, "{service}: {name}");
        }
        let http = production().pod(service).port(&json!("http"));
        assert_eq!(http, Some(u64::from(port)), "{service}");
    }
}

#[test]
fn grace_period_covers_delay_and_drain() {
    if kustomize::is_missing() {
        return;
    }
    for (service, ..) in SERVICES {
        let strategy = &production().get("Deployment", service)["spec"]["strategy"];
        assert_eq!(strategy["rollingUpdate"]["maxUnavailable"], 0, "{service}");
        let pod = production().pod(service);
        let grace = pod.spec["terminationGracePeriodSeconds"].as_u64().unwrap();
        let environment = production().environment(pod.container("service")).unwrap();
        let pause: u64 = environment["SHUTDOWN_DELAY"].parse().unwrap();
        assert!(pause >= 5, "{service}: proxies need more than {pause} s to notice");
        let drain = DRAIN_TIMEOUT.as_secs();
        assert!(grace >= pause + drain + 5, "{service}: {grace} s for {pause} and {drain}");
    }
}

#[test]
fn databases_are_stateful_sets_of_three() {
    if kustomize::is_missing() {
        return;
    }
    for (_, _, database, _) in SERVICES {
        let set = &production().get("StatefulSet", database)["spec"];
        assert_eq!(set["replicas"], 3, "{database}");
        assert_eq!(set["podManagementPolicy"], "Parallel", "{database}");
        let claim = &set["volumeClaimTemplates"][0];
        assert_eq!(claim["metadata"]["name"], "data", "{database}");
        assert!(production().names("PersistentVolumeClaim").is_empty(), "each member has its own");
        let service = &production().get("Service", database)["spec"];
        assert_eq!(service["publishNotReadyAddresses"], true, "{database}");
    }
}

#[test]
fn databases_are_authenticated_replica_sets() {
    if kustomize::is_missing() {
        return;
    }
    for (_, _, database, name) in SERVICES {
        let pod = production().pod(database);
        let mongod = pod.container("mongodb");
        let arguments: Vec<&str> = list(&mongod["args"]).map(text).collect();
        assert!(arguments.starts_with(&["mongod", "--replSet"]), "{database}: {arguments:?}");
        let has_key = arguments.windows(2).any(|pair| pair == ["--keyFile", "/keyfile/keyfile"]);
        assert!(has_key, "{database}: {arguments:?}");
        // With these, the entry point of the image would initialize each member separately.
        let environment = production().environment(mongod).unwrap();
        assert!(!environment.keys().any(|key| key.starts_with("MONGO_INITDB")), "{database}");
        let sidecar = production().environment(pod.container("replica-set")).unwrap();
        let replica_set = &*environment["MONGO_REPLICA_SET"];
        for (variable, expected) in
            [("MONGO_HOST", database), ("MONGO_DATABASE", name), ("MONGO_REPLICA_SET", replica_set)]
        {
            assert_eq!(sidecar[variable], expected, "{database}: {variable}");
        }
    }
}

#[test]
fn services_connect_to_all_replica_set_members() {
    if kustomize::is_missing() {
        return;
    }
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
fn ingress_has_host_paths_and_tls() {
    if kustomize::is_missing() {
        return;
    }
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
    let expected = [
        ("/users", "user-service"),
        ("/auth", "user-service"),
        ("/products", "product-service"),
        ("/orders", "order-service"),
    ];
    assert_eq!(paths, expected);
    for path in list(&rule["http"]["paths"]) {
        let service = &path["backend"]["service"];
        let ports = &production().get("Service", text(&service["name"]))["spec"]["ports"];
        let named = list(ports).any(|port| port["name"] == service["port"]["name"]);
        assert!(named, "{}: {ports}", path["path"]);
    }
}

#[test]
fn ingress_covers_every_operation() {
    if kustomize::is_missing() {
        return;
    }
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
    if kustomize::is_missing() {
        return;
    }
    for pod in production().pods() {
        for container in pod.containers() {
            let image = text(&container["image"]);
            let (_, version) = image.rsplit_once([':', '@']).unwrap_or_default();
            assert!(!version.is_empty() && version != "latest", "{image}");
        }
    }
}

#[test]
fn secrets_are_not_committed_and_examples_are_rejected() {
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
