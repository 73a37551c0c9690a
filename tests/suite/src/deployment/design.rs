//! The section "Kubernetes Deployment" of the design, row by row, and its names and ports. Production
//! deviates from some rows.

use serde_json::{Value, json};

use super::SERVICES;
use super::kustomize::{self, built};
use super::objects::{Objects, list, text};

/// The kustomizations to which all rows apply literally.
fn literal() -> [&'static Objects; 2] {
    [built("base"), built("overlays/dev")]
}

#[test]
fn system_has_a_namespace() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        assert_eq!(objects.names("Namespace"), ["product-order-system"]);
    }
}

#[test]
fn each_service_has_a_deployment() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        assert_eq!(
            objects.names("Deployment"),
            ["order-service", "product-service", "user-service"]
        );
        for (service, ..) in SERVICES {
            let pod = objects.pod(service);
            assert_eq!(objects.get("Deployment", service)["spec"]["replicas"], 1);
            let image = text(&pod.container("service")["image"]);
            assert_eq!(image.split(':').next(), Some(service), "{service}");
        }
    }
}

#[test]
fn each_database_has_a_stateful_set() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        assert_eq!(
            objects.names("StatefulSet"),
            ["mongodb-order", "mongodb-product", "mongodb-user"]
        );
        for (_, _, database, _) in SERVICES {
            let spec = &objects.get("StatefulSet", database)["spec"];
            assert_eq!((&spec["replicas"], &spec["serviceName"]), (&json!(1), &json!(database)));
            let image = text(&objects.pod(database).container("mongodb")["image"]);
            assert!(image.starts_with("mongo:8."), "{image} is not a pinned version of MongoDB 8");
        }
    }
}

#[test]
fn each_component_has_a_service() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        assert_eq!(objects.names("Service").len(), 6);
        for (service, port, database, _) in SERVICES {
            let spec = &objects.get("Service", service)["spec"];
            assert_eq!(spec["ports"][0]["port"], port, "{service}");
            assert!(spec["type"].is_null(), "{service} is reached through the ingress");
            let spec = &objects.get("Service", database)["spec"];
            assert_eq!(spec["ports"][0]["port"], 27017, "{database}");
            assert_eq!(spec["clusterIP"], "None", "{database} is headless");
        }
    }
}

#[test]
fn configuration_is_in_config_maps() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        for (service, port, database, name) in SERVICES {
            let read = |name: &str, key: &str| {
                let full = objects.names("ConfigMap");
                let generated =
                    |full: &&str| full.rsplit_once('-').is_some_and(|(start, _)| start == name);
                objects.lookup("ConfigMap", full.into_iter().find(generated).unwrap(), key)
            };
            assert_eq!(read(service, "PORT"), Ok(port.to_string()), "{service}");
            assert_eq!(read(database, "database"), Ok(name.to_owned()), "{database}");
        }
    }
}

#[test]
fn each_database_has_a_secret() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in ["overlays/dev", "overlays/production"] {
        for (service, _, database, _) in SERVICES {
            let container = built(overlay).pod(service).container("service");
            for (variable, key) in [("MONGO_USERNAME", "username"), ("MONGO_PASSWORD", "password")]
            {
                let mut env = list(&container["env"]);
                let source =
                    &env.find(|env| env["name"] == variable).unwrap()["valueFrom"]["secretKeyRef"];
                assert_eq!(source["key"], key, "{overlay}: {service}");
                let generated = text(&source["name"]).rsplit_once('-').unwrap().0;
                assert_eq!(generated, database, "{service} has credentials of another database");
            }
        }
    }
}

#[test]
fn each_database_has_a_persistent_volume_claim() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        assert_eq!(objects.names("PersistentVolumeClaim").len(), 3);
        for (_, _, database, _) in SERVICES {
            let pod = objects.pod(database);
            let claim = &list(&pod.spec["volumes"]).next().unwrap()["persistentVolumeClaim"];
            objects.get("PersistentVolumeClaim", text(&claim["claimName"]));
            let mounted = &pod.container("mongodb")["volumeMounts"][0];
            assert_eq!(mounted["mountPath"], "/data/db", "{database}");
        }
    }
}

#[test]
fn containers_have_requests_and_limits() {
    if kustomize::is_missing() {
        return;
    }
    let expected = json!({
        "requests": { "cpu": "100m", "memory": "128Mi" },
        "limits": { "cpu": "500m", "memory": "512Mi" },
    });
    for objects in literal() {
        for pod in objects.pods() {
            for container in pod.containers() {
                assert_eq!(container["resources"], expected, "{}", pod.name);
            }
        }
    }
    for (service, ..) in SERVICES {
        let container = built("overlays/production").pod(service).container("service");
        assert_eq!(container["resources"], expected, "{service} in production");
    }
}

#[test]
fn probes_have_the_designed_periods() {
    if kustomize::is_missing() {
        return;
    }
    for objects in literal() {
        for (service, _, database, _) in SERVICES {
            let health =
                |probe: &Value| probe["httpGet"] == json!({"path": "/health", "port": "http"});
            let connection = |probe: &Value| probe["tcpSocket"] == json!({"port": "mongodb"});
            assert_probes(objects.pod(service).container("service"), 10, health);
            assert_probes(objects.pod(database).container("mongodb"), 30, connection);
        }
    }
}

/// Asserts the kind and the periods of the two probes of a container.
fn assert_probes(container: &Value, initial: u64, is_expected: impl Fn(&Value) -> bool) {
    for (probe, period) in [("livenessProbe", 10), ("readinessProbe", 5)] {
        let probe = &container[probe];
        assert!(is_expected(probe), "{probe}");
        let seconds = (&probe["initialDelaySeconds"], &probe["periodSeconds"]);
        assert_eq!(seconds, (&json!(initial), &json!(period)), "{container}");
    }
}

#[test]
fn services_find_each_other_by_internal_names() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in ["overlays/dev", "overlays/production", "overlays/managed-mongodb"] {
        let objects = built(overlay);
        let environment =
            objects.environment(objects.pod("order-service").container("service")).unwrap();
        assert_eq!(environment["USER_SERVICE_URL"], "http://user-service:3001");
        assert_eq!(environment["UPSTREAM_BREAKER"], "on");
        assert_eq!(environment["STOCK"], "reserved");
        assert_eq!(environment["PRODUCT_SERVICE_URL"], "http://product-service:3002");
    }
    let objects = built("overlays/dev");
    for (service, _, database, name) in SERVICES {
        let environment = objects.environment(objects.pod(service).container("service")).unwrap();
        let end = format!("@{database}/{name}?authSource=admin");
        assert!(environment["MONGO_URI"].ends_with(&end), "{service}: not {end}");
    }
}
