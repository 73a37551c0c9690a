//! The section "Kubernetes Deployment" of the design, row by row, and its names and ports.
//! Production deviates from some rows.

use serde_json::{Value, json};

use super::SERVICES;
use super::kustomize::{self, built};
use super::objects::{Objects, list, text};

/// The kustomizations to which all rows apply literally.
fn literal() -> [(&'static str, &'static Objects); 2] {
    ["base", "overlays/dev"].map(|folder| (folder, built(folder)))
}

#[test]
fn system_has_a_namespace() {
    if kustomize::is_missing() {
        return;
    }
    for (folder, objects) in literal() {
        assert_eq!(objects.names("Namespace"), ["product-order-system"], "{folder}");
    }
}

#[test]
fn each_service_has_a_deployment() {
    if kustomize::is_missing() {
        return;
    }
    for (folder, objects) in literal() {
        assert_eq!(
            objects.names("Deployment"),
            ["order-service", "product-service", "user-service"],
            "{folder}"
        );
        for (service, ..) in SERVICES {
            let pod = objects.pod(service);
            let replicas = &objects.get("Deployment", service)["spec"]["replicas"];
            assert_eq!(*replicas, 1, "{folder}: {service}");
            let image = text(&pod.container("service")["image"]);
            assert_eq!(image.split(':').next(), Some(service), "{folder}: {service}");
        }
    }
}

#[test]
fn each_database_has_a_stateful_set() {
    if kustomize::is_missing() {
        return;
    }
    for (folder, objects) in literal() {
        assert_eq!(
            objects.names("StatefulSet"),
            ["mongodb-order", "mongodb-product", "mongodb-user"],
            "{folder}"
        );
        for (_, _, database, _) in SERVICES {
            let spec = &objects.get("StatefulSet", database)["spec"];
            assert_eq!(spec["replicas"], 1, "{folder}: {database}");
            assert_eq!(spec["serviceName"], database, "{folder}: {database}");
            let image = text(&objects.pod(database).container("mongodb")["image"]);
            assert!(image.starts_with("mongo:8."), "{folder}: {database}: not MongoDB 8: {image}");
        }
    }
}

#[test]
fn each_component_has_a_service() {
    if kustomize::is_missing() {
        return;
    }
    for (folder, objects) in literal() {
        assert_eq!(objects.names("Service").len(), 6, "{folder}");
        for (service, port, database, _) in SERVICES {
            let spec = &objects.get("Service", service)["spec"];
            assert_eq!(spec["ports"][0]["port"], port, "{folder}: {service}");
            assert!(spec["type"].is_null(), "{folder}: {service} is reached through the ingress");
            let spec = &objects.get("Service", database)["spec"];
            assert_eq!(spec["ports"][0]["port"], 27017, "{folder}: {database}");
            assert_eq!(spec["clusterIP"], "None", "{folder}: {database} is headless");
        }
    }
}

#[test]
fn configuration_is_in_config_maps() {
    if kustomize::is_missing() {
        return;
    }
    for (folder, objects) in literal() {
        for (service, port, database, name) in SERVICES {
            let read = |name: &str, key: &str| {
                let full = objects.names("ConfigMap");
                let generated =
                    |full: &&str| full.rsplit_once('-').is_some_and(|(start, _)| start == name);
                objects.lookup("ConfigMap", full.into_iter().find(generated).unwrap(), key)
            };
            assert_eq!(read(service, "PORT"), Ok(port.to_string()), "{folder}: {service}");
            assert_eq!(read(database, "database"), Ok(name.to_owned()), "{folder}: {database}");
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
                assert_eq!(generated, database, "{overlay}: {service} has other credentials");
            }
        }
    }
}

#[test]
fn each_database_has_a_persistent_volume_claim() {
    if kustomize::is_missing() {
        return;
    }
    for (folder, objects) in literal() {
        assert_eq!(objects.names("PersistentVolumeClaim").len(), 3, "{folder}");
        for (_, _, database, _) in SERVICES {
            let pod = objects.pod(database);
            let claim = &list(&pod.spec["volumes"]).next().unwrap()["persistentVolumeClaim"];
            objects.get("PersistentVolumeClaim", text(&claim["claimName"]));
            let mounted = &pod.container("mongodb")["volumeMounts"][0];
            assert_eq!(mounted["mountPath"], "/data/db", "{folder}: {database}");
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
    for (folder, objects) in literal() {
        for pod in objects.pods() {
            for container in pod.containers() {
                assert_eq!(container["resources"], expected, "{folder}: {}", pod.name);
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
    for (folder, objects) in literal() {
        for (service, _, database, _) in SERVICES {
            let health =
                |probe: &Value| probe["httpGet"] == json!({"path": "/health", "port": "http"});
            let connection = |probe: &Value| probe["tcpSocket"] == json!({"port": "mongodb"});
            for (pod, container, initial, is_expected) in [
                (service, "service", 10, &health as &dyn Fn(&Value) -> bool),
                (database, "mongodb", 30, &connection),
            ] {
                let row = format!("{folder}: {pod}");
                assert_probes(&row, objects.pod(pod).container(container), initial, is_expected);
            }
        }
    }
}

/// A database opens its port only after it has replayed its journal.
#[test]
fn databases_have_half_an_hour_to_start() {
    if kustomize::is_missing() {
        return;
    }
    for folder in ["base", "overlays/dev", "overlays/production"] {
        for (_, _, database, _) in SERVICES {
            let probe = &built(folder).pod(database).container("mongodb")["startupProbe"];
            assert_eq!(probe["tcpSocket"], json!({"port": "mongodb"}), "{folder}: {database}");
            let figure = |name: &str| probe[name].as_u64().unwrap();
            let limit = figure("periodSeconds") * figure("failureThreshold");
            assert_eq!(limit, 1800, "{folder}: {database}");
            assert!(probe["initialDelaySeconds"].is_null(), "{folder}: {database}");
        }
    }
}

/// Asserts the kind and the periods of the two probes of a container.
fn assert_probes(row: &str, container: &Value, initial: u64, is_expected: &dyn Fn(&Value) -> bool) {
    for (name, period) in [("livenessProbe", 10), ("readinessProbe", 5)] {
        let probe = &container[name];
        assert!(is_expected(probe), "{row}: {name}: {probe}");
        assert_eq!(probe["initialDelaySeconds"], initial, "{row}: {name}");
        assert_eq!(probe["periodSeconds"], period, "{row}: {name}");
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
        assert_eq!(environment["USER_SERVICE_URL"], "http://user-service:3001", "{overlay}");
        assert_eq!(environment["UPSTREAM_BREAKER"], "on", "{overlay}");
        let products = &environment["PRODUCT_SERVICE_URL"];
        assert_eq!(products, "http://product-service:3002", "{overlay}");
        assert_eq!(environment["STOCK"], "reserved", "{overlay}");
    }
    let objects = built("overlays/dev");
    for (service, _, database, name) in SERVICES {
        let environment = objects.environment(objects.pod(service).container("service")).unwrap();
        let end = format!("@{database}/{name}?authSource=admin");
        assert!(environment["MONGO_URI"].ends_with(&end), "{service}: not {end}");
    }
}
