//! What production adds to the base.

use std::fs;
use std::process::Command;

use openapi_server::limits::DRAIN_TIMEOUT;
use serde_json::json;
use system::home::workspace;

use super::SERVICES;
use super::kustomize::{self, DEPLOYABLE, built, copy, copy_committed, with_backup};
use super::objects::{Objects, list, text};
use crate::support::program_or_skip;

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
            // Nodes that the pod does not tolerate would count as empty and leave it pending.
            assert_eq!(one["nodeTaintsPolicy"], "Honor", "{}", pod.name);
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

/// In development too, where `just kind-check` counts the requests that a rollout loses.
#[test]
fn rollouts_lose_no_requests() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in DEPLOYABLE {
        let objects = built(overlay);
        for (service, ..) in SERVICES {
            let pod = objects.pod(service);
            let grace = pod.spec["terminationGracePeriodSeconds"].as_u64().unwrap();
            let environment = objects.environment(pod.container("service")).unwrap();
            let pause: u64 = environment["SHUTDOWN_DELAY"].parse().unwrap();
            let row = format!("{overlay}: {service}");
            assert!(pause >= 5, "{row}: proxies need more than {pause} s to notice");
            let drain = DRAIN_TIMEOUT.as_secs();
            assert!(grace >= pause + drain + 5, "{row}: {grace} s for {pause} and {drain}");
        }
    }
    for (service, ..) in SERVICES {
        let strategy = &production().get("Deployment", service)["spec"]["strategy"];
        assert_eq!(strategy["rollingUpdate"]["maxUnavailable"], 0, "{service}");
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
fn images_are_pinned() {
    if kustomize::is_missing() {
        return;
    }
    for pod in production().pods().into_iter().chain(with_backup().pods()) {
        for container in pod.containers() {
            let image = text(&container["image"]);
            let (_, version) = image.rsplit_once([':', '@']).unwrap_or_default();
            assert!(!version.is_empty() && version != "latest", "{image}");
        }
    }
}

/// The commands of the README create everything but the certificate. Without one the build must
/// fail instead of deploying an example.
#[test]
fn readme_creates_all_secrets_but_the_certificate() {
    let openssl = program_or_skip(&["openssl"], "https://openssl.org");
    if kustomize::is_missing() || openssl.is_none() {
        return;
    }
    let readme = fs::read_to_string(workspace().join("kustomize/README.md")).unwrap();
    let mut blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let commands = blocks.find(|block| block.contains("openssl rand")).unwrap();
    let tree = tempfile::tempdir().unwrap();
    let secrets = tree.path().join("kustomize/overlays/production/secrets");
    copy_committed(&tree.path().join("kustomize"));
    let create = || {
        let mut shell = Command::new("sh");
        let status = shell.args(["-ec", commands]).current_dir(tree.path()).status().unwrap();
        assert!(status.success());
        let read = |name: &str| fs::read_to_string(secrets.join(name)).unwrap();
        [
            "jwt-signing-key.pem",
            "mongodb-order.env",
            "mongodb-product.env",
            "mongodb-user.env",
            "service-key.env",
        ]
        .map(read)
    };
    let created = create();
    for file in &created {
        assert!(!file.contains("change-me"), "{file}");
    }
    assert_eq!(created, create(), "what exists is kept");
    let tool = &kustomize::tools()[0];
    let error = tool.build(secrets.parent().unwrap()).unwrap_err();
    assert!(error.contains("secrets/tls.crt"), "{error}");
}

#[test]
fn secrets_are_not_committed_and_examples_are_rejected() {
    let secrets = system::home::workspace().join("kustomize/overlays/production/secrets");
    let rules = std::fs::read_to_string(secrets.join(".gitignore")).unwrap();
    let rules: Vec<&str> = rules.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rules, ["*", "!.gitignore", "!*.example"]);
    let tree = copy();
    let key = tree.path().join("overlays/production/secrets/jwt-signing-key.pem");
    let text = std::fs::read_to_string(key).unwrap();
    assert!(!text.contains("PRIVATE KEY"), "the user service would start with the example's key");
}

#[test]
fn production_requires_authorization() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in ["overlays/production", "overlays/managed-mongodb"] {
        for (service, ..) in SERVICES {
            let objects = built(overlay);
            let environment = objects.environment(objects.pod(service).container("service"));
            let environment = environment.unwrap();
            assert_eq!(environment["AUTH"], "required", "{overlay}: {service}");
            assert!(!environment["SERVICE_KEY"].is_empty(), "{overlay}: {service}");
        }
    }
}

/// Without a key in its configuration each replica would make one, and refuse the others' tokens.
#[test]
fn replicas_of_the_user_service_share_their_key() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in DEPLOYABLE {
        let objects = built(overlay);
        let scales = objects.names("HorizontalPodAutoscaler").contains(&"user-service");
        let replicas = objects.get("Deployment", "user-service")["spec"]["replicas"].as_u64();
        let environment = objects.environment(objects.pod("user-service").container("service"));
        let has_key = !environment.unwrap()["JWT_SIGNING_KEY"].is_empty();
        assert!(has_key || !scales && replicas == Some(1), "{overlay}");
        assert!(!scales || has_key, "{overlay}");
    }
    assert!(
        built("overlays/production").names("HorizontalPodAutoscaler").contains(&"user-service")
    );
}
