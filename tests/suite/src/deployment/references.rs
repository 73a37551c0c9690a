//! References between objects: each leads to an existing object of the right kind.

use mongodb::options::ConnectionString;
use serde_json::Value;

use super::kustomize::{self, DEPLOYABLE, built};
use super::objects::{Objects, Pod, entries, list, name_of, selects, text};
use super::{SERVICES, variables};

/// Runs a check on all deployable kustomizations.
fn each(check: impl Fn(&str, &'static Objects)) {
    DEPLOYABLE.iter().for_each(|overlay| check(overlay, built(overlay)));
}

/// The pods that a map of labels selects.
fn selected<'a>(objects: &'a Objects, labels: &Value) -> Vec<Pod<'a>> {
    let selector = serde_json::json!({ "matchLabels": labels });
    objects.pods().into_iter().filter(|pod| selects(&selector, pod.labels)).collect()
}

#[test]
fn controllers_select_only_their_pods() {
    if kustomize::is_missing() {
        return;
    }
    each(|overlay, objects| {
        for kind in ["Deployment", "StatefulSet"] {
            for controller in objects.of_kind(kind) {
                let labels = &controller["spec"]["selector"]["matchLabels"];
                let names: Vec<&str> =
                    selected(objects, labels).iter().map(|pod| pod.name).collect();
                assert_eq!(names, [name_of(controller)], "{overlay}");
            }
        }
    });
}

#[test]
fn services_select_the_pods_of_their_name() {
    if kustomize::is_missing() {
        return;
    }
    each(|overlay, objects| {
        for service in objects.of_kind("Service") {
            let pods = selected(objects, &service["spec"]["selector"]);
            let names: Vec<&str> = pods.iter().map(|pod| pod.name).collect();
            assert_eq!(names, [name_of(service)], "{overlay}");
            for port in list(&service["spec"]["ports"]) {
                let target = pods[0].port(&port["targetPort"]);
                assert_eq!(target, port["port"].as_u64(), "{overlay}: {}", name_of(service));
            }
        }
    });
}

#[test]
fn stateful_sets_have_services() {
    if kustomize::is_missing() {
        return;
    }
    each(|_, objects| {
        for set in objects.of_kind("StatefulSet") {
            objects.get("Service", text(&set["spec"]["serviceName"]));
        }
    });
}

#[test]
fn probes_use_open_ports() {
    if kustomize::is_missing() {
        return;
    }
    each(|overlay, objects| {
        for pod in objects.pods() {
            for container in pod.containers() {
                for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                    let asked = ["httpGet", "tcpSocket"].map(|how| &container[probe][how]["port"]);
                    for port in asked.into_iter().filter(|port| !port.is_null()) {
                        assert!(pod.port(port).is_some(), "{overlay}: {} {probe} {port}", pod.name);
                    }
                }
            }
        }
    });
}

#[test]
fn references_of_pods_exist() {
    if kustomize::is_missing() {
        return;
    }
    each(|overlay, objects| {
        for pod in objects.pods() {
            for container in pod.containers() {
                if let Err(missing) = objects.environment(container) {
                    panic!("{overlay}: {}: {missing:?}", pod.name);
                }
            }
            assert_volumes(overlay, objects, pod);
        }
    });
}

/// Asserts that the sources of volumes and the volumes of mounts exist.
fn assert_volumes(overlay: &str, objects: &Objects, pod: Pod<'_>) {
    for volume in list(&pod.spec["volumes"]) {
        for (source, kind, name) in [
            ("configMap", "ConfigMap", "name"),
            ("secret", "Secret", "secretName"),
            ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
        ] {
            let source = &volume[source];
            if source.is_object() {
                let name = text(&source[name]);
                objects.get(kind, name);
                for item in list(&source["items"]) {
                    let found = objects.lookup(kind, name, text(&item["key"]));
                    assert!(found.is_ok(), "{overlay}: {}: {found:?}", pod.name);
                }
            }
        }
    }
    let set = objects.find("StatefulSet", pod.name);
    let claims = set.map(|set| &set["spec"]["volumeClaimTemplates"]).into_iter().flat_map(list);
    let names = list(&pod.spec["volumes"]).map(|volume| text(&volume["name"]));
    let names: Vec<&str> = names.chain(claims.map(name_of)).collect();
    for mount in pod.containers().into_iter().flat_map(|container| list(&container["volumeMounts"]))
    {
        let times = names.iter().filter(|name| mount["name"] == **name).count();
        assert_eq!(times, 1, "{overlay}: {}: volume {}", pod.name, mount["name"]);
    }
}

#[test]
fn services_have_required_and_only_known_variables() {
    if kustomize::is_missing() {
        return;
    }
    each(|overlay, objects| {
        for (service, port, _, database) in SERVICES {
            let container = objects.pod(service).container("service");
            let environment = objects.environment(container).unwrap();
            let (known, needed) = variables(service);
            for name in needed {
                assert!(environment.contains_key(name), "{overlay}: {service} needs {name}");
            }
            for name in environment.keys() {
                // Unknown variables may only be parts of known ones.
                let part = format!("$({name})");
                let used = list(&container["env"]).any(|env| text(&env["value"]).contains(&part));
                assert!(
                    used || known.contains(&name.as_str()),
                    "{overlay}: {service} does not know {name}"
                );
            }
            assert_eq!(environment["PORT"], port.to_string(), "{overlay}: {service}");
            let uri = ConnectionString::parse(&environment["MONGO_URI"]);
            let uri = uri.unwrap_or_else(|error| panic!("{overlay}: {service}: {error}"));
            assert_eq!(uri.default_database.as_deref(), Some(database), "{overlay}: {service}");
            assert!(uri.credential.is_some(), "{overlay}: {service} signs in");
        }
    });
}

#[test]
fn no_placeholders_remain() {
    if kustomize::is_missing() {
        return;
    }
    each(|overlay, objects| {
        for pod in objects.pods() {
            for container in pod.containers() {
                for (name, value) in objects.environment(container).unwrap() {
                    let open = value.contains("$(")
                        || value.contains("DATABASE")
                        || value.contains(":PORT");
                    assert!(!open, "{overlay}: {} {name} is {value}", pod.name);
                }
                for argument in list(&container["args"]).chain(list(&container["command"])) {
                    let rest = objects.environment(container).unwrap();
                    let known = |name: &str| rest.contains_key(name);
                    let names = text(argument)
                        .split("$(")
                        .skip(1)
                        .filter_map(|rest| rest.split(')').next());
                    assert!(names.clone().all(known), "{overlay}: {}: {argument}", pod.name);
                }
            }
        }
    });
}

#[test]
fn autoscalers_budgets_and_policies_have_targets() {
    if kustomize::is_missing() {
        return;
    }
    let objects = built("overlays/production");
    for scaler in objects.of_kind("HorizontalPodAutoscaler") {
        let target = &scaler["spec"]["scaleTargetRef"];
        objects.get(text(&target["kind"]), text(&target["name"]));
    }
    for budget in objects.of_kind("PodDisruptionBudget") {
        let labels = &budget["spec"]["selector"]["matchLabels"];
        let names: Vec<&str> = selected(objects, labels).iter().map(|pod| pod.name).collect();
        assert_eq!(names, [name_of(budget)], "{}", name_of(budget));
    }
    for policy in objects.of_kind("NetworkPolicy") {
        let labels = &policy["spec"]["podSelector"]["matchLabels"];
        assert!(!selected(objects, labels).is_empty(), "{} selects nothing", name_of(policy));
        assert!(entries(labels).all(|(_, value)| !value.is_empty()), "{}", name_of(policy));
    }
}
