//! How production exposes the APIs: with an Ingress, or with the Gateway API.

use serde_json::Value;

use super::kustomize::{self, built, with_gateway};
use super::objects::{Objects, list, text};

/// The paths that are exposed, and the services to which they lead.
const PATHS: [(&str, &str); 5] = [
    ("/.well-known/jwks.json", "user-service"),
    ("/auth", "user-service"),
    ("/orders", "order-service"),
    ("/products", "product-service"),
    ("/users", "user-service"),
];

/// What an Ingress or a Gateway with its route exposes.
struct Exposure<'a> {
    objects: &'a Objects,
    host: &'a str,
    /// The Secrets of the certificates.
    certificates: Vec<&'a str>,
    /// Sorted paths, each with its service and the service's port, by name or number.
    paths: Vec<(&'a str, &'a str, &'a Value)>,
}

fn ingress(objects: &Objects) -> Exposure<'_> {
    let spec = &objects.get("Ingress", "product-order-system")["spec"];
    let rule = &spec["rules"][0];
    assert_eq!(spec["rules"].as_array().unwrap().len(), 1);
    assert_eq!(spec["tls"][0]["hosts"][0], rule["host"]);
    let mut paths: Vec<_> = list(&rule["http"]["paths"])
        .map(|path| {
            let service = &path["backend"]["service"];
            assert_eq!(path["pathType"], "Prefix", "{path}");
            (text(&path["path"]), text(&service["name"]), &service["port"]["name"])
        })
        .collect();
    paths.sort_unstable_by_key(|(path, ..)| *path);
    let certificates = list(&spec["tls"]).map(|tls| text(&tls["secretName"])).collect();
    Exposure { objects, host: text(&rule["host"]), certificates, paths }
}

fn gateway(objects: &Objects) -> Exposure<'_> {
    let gateway = objects.get("Gateway", "product-order-system");
    let listeners: Vec<&Value> = list(&gateway["spec"]["listeners"]).collect();
    let [listener] = listeners[..] else { panic!("{listeners:?}") };
    assert_eq!(listener["protocol"], "HTTPS", "{listener}");
    let route = &objects.get("HTTPRoute", "product-order-system")["spec"];
    let parent = &route["parentRefs"][0];
    assert_eq!(
        (&parent["name"], &parent["sectionName"]),
        (&gateway["metadata"]["name"], &listener["name"])
    );
    assert!(route["hostnames"].is_null(), "the listener has the host");
    let mut paths: Vec<_> = list(&route["rules"])
        .flat_map(|rule| {
            let service = &rule["backendRefs"][0];
            list(&rule["matches"]).map(move |found| {
                assert_eq!(found["path"]["type"], "PathPrefix", "{found}");
                (text(&found["path"]["value"]), text(&service["name"]), &service["port"])
            })
        })
        .collect();
    paths.sort_unstable_by_key(|(path, ..)| *path);
    let certificates = list(&listener["tls"]["certificateRefs"]);
    let certificates = certificates.map(|secret| text(&secret["name"])).collect();
    Exposure { objects, host: text(&listener["hostname"]), certificates, paths }
}

/// Both ways, by their names.
fn both() -> [(&'static str, Exposure<'static>); 2] {
    [("ingress", ingress(built("overlays/production"))), ("gateway", gateway(with_gateway()))]
}

#[test]
fn hosts_have_a_certificate() {
    if kustomize::is_missing() {
        return;
    }
    for (way, Exposure { objects, host, certificates, .. }) in both() {
        assert_ne!(host, "", "{way}");
        let [certificate] = certificates[..] else { panic!("{way}: {certificates:?}") };
        let secret = objects.get("Secret", certificate);
        assert_eq!(secret["type"], "kubernetes.io/tls", "{way}");
        for key in ["tls.crt", "tls.key"] {
            assert!(secret["data"][key].is_string(), "{way}: {key}");
        }
    }
}

#[test]
fn paths_lead_to_their_services() {
    if kustomize::is_missing() {
        return;
    }
    for (way, Exposure { objects, paths, .. }) in both() {
        let found: Vec<_> = paths.iter().map(|(path, service, _)| (*path, *service)).collect();
        assert_eq!(found, PATHS, "{way}");
        for (path, service, port) in paths {
            let ports = &objects.get("Service", service)["spec"]["ports"];
            let known = list(ports).any(|one| one["name"] == *port || one["port"] == *port);
            assert!(known, "{way}: {path}: {port} is none of {ports}");
        }
    }
}

#[test]
fn every_operation_is_exposed_unless_it_is_internal() {
    for (service, description) in [
        ("user-service", &user_service::api::DESCRIPTION),
        ("product-service", &product_service::api::DESCRIPTION),
        ("order-service", &order_service::api::DESCRIPTION),
    ] {
        let spec: Value = serde_json::from_str(description.spec_json).unwrap();
        for (path, _) in spec["paths"].as_object().unwrap() {
            let first = format!("/{}", path.split('/').nth(1).unwrap());
            let leads = PATHS
                .iter()
                .find(|(prefix, _)| [path.as_str(), &first].contains(prefix))
                .map(|(_, to)| *to);
            // Only monitoring and the order service need these.
            let internal = ["/health", "/reservations"].contains(&first.as_str());
            assert_eq!(leads, (!internal).then_some(service), "{path}");
        }
    }
}
