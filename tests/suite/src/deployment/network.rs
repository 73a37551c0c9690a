//! The network policies, evaluated for every pair of peers.
//!
//! A connection is allowed if the policies of both ends allow it. A pod that no policy selects for
//! a direction allows all connections in it; a selected pod allows what any rule of any of its
//! policies matches.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::SERVICES;
use super::kustomize::{self, built};
use super::objects::{Objects, list, selects, text};

/// An endpoint of a connection.
struct Peer {
    name: String,
    /// The labels of the namespace; `None` outside the cluster.
    namespace: Option<Value>,
    labels: Value,
    address: Ipv4Addr,
    /// Ports by name, number and protocol.
    ports: Vec<(&'static str, u64, &'static str)>,
}

impl Peer {
    fn ours(objects: &Objects, name: &str, port: (&'static str, u64, &'static str)) -> Self {
        let namespace = json!({ "kubernetes.io/metadata.name": "product-order-system" });
        Self::new(name, Some(namespace), objects.pod(name).labels.clone(), vec![port])
    }

    fn other(name: &str, namespace: &str, labels: Value) -> Self {
        let namespace = json!({ "kubernetes.io/metadata.name": namespace });
        let ports = vec![("dns", 53, "UDP"), ("dns-tcp", 53, "TCP"), ("https", 443, "TCP")];
        Self::new(name, Some(namespace), labels, ports)
    }

    fn new(
        name: &str,
        namespace: Option<Value>,
        labels: Value,
        ports: Vec<(&'static str, u64, &'static str)>,
    ) -> Self {
        let address = Ipv4Addr::new(10, 0, 0, 1);
        Self { name: name.to_owned(), namespace, labels, address, ports }
    }
}

/// The names of each direction in `policyTypes`, in policies and in their rules.
const EGRESS: [&str; 3] = ["Egress", "egress", "to"];
const INGRESS: [&str; 3] = ["Ingress", "ingress", "from"];

/// Whether the policies allow a connection.
fn allowed(objects: &Objects, from: &Peer, to: &Peer, port: (&str, u64, &str)) -> bool {
    one_way(objects, from, to, port, &EGRESS) && one_way(objects, to, from, port, &INGRESS)
}

/// Whether the policies of one end allow it; `peer` is the other end.
fn one_way(
    objects: &Objects,
    end: &Peer,
    peer: &Peer,
    port: (&str, u64, &str),
    [direction, rules, peers]: &[&str; 3],
) -> bool {
    let here = "product-order-system";
    let ours = |end: &Peer| {
        end.namespace.as_ref().is_some_and(|labels| labels["kubernetes.io/metadata.name"] == here)
    };
    let policies: Vec<&Value> = objects
        .of_kind("NetworkPolicy")
        .into_iter()
        .map(|policy| &policy["spec"])
        .filter(|spec| ours(end) && selects(&spec["podSelector"], &end.labels))
        .filter(|spec| list(&spec["policyTypes"]).any(|kind| kind == *direction))
        .collect();
    let names = |rule: &Value| {
        let port = rule["ports"].is_null() || list(&rule["ports"]).any(|one| is_port(one, port));
        port && (rule[*peers].is_null()
            || list(&rule[*peers]).any(|one| is_peer(one, peer, ours(peer))))
    };
    policies.is_empty() || policies.iter().any(|spec| list(&spec[*rules]).any(names))
}

fn is_port(rule: &Value, (name, number, protocol): (&str, u64, &str)) -> bool {
    let same = rule["port"].is_null() || rule["port"] == name || rule["port"] == number;
    same && rule["protocol"].as_str().unwrap_or("TCP") == protocol
}

fn is_peer(rule: &Value, peer: &Peer, ours: bool) -> bool {
    if rule["ipBlock"].is_object() {
        let within = |block: &Value| contains(text(block), peer.address);
        return within(&rule["ipBlock"]["cidr"]) && !list(&rule["ipBlock"]["except"]).any(within);
    }
    let namespace = match (&rule["namespaceSelector"], &peer.namespace) {
        (Value::Null, _) => ours,
        (selector, Some(labels)) => selects(selector, labels),
        (_, None) => false,
    };
    namespace && selects(&rule["podSelector"], &peer.labels)
}

/// Whether a CIDR block contains an address.
fn contains(block: &str, address: Ipv4Addr) -> bool {
    let (start, bits) = block.split_once('/').unwrap();
    let (start, bits): (Ipv4Addr, u32) = (start.parse().unwrap(), bits.parse().unwrap());
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    u32::from(start) & mask == u32::from(address) & mask
}

/// All peers: the pods of the system, their clients and servers, and unrelated ones.
fn peers(objects: &Objects) -> Vec<Peer> {
    let pods = objects.pods();
    let mut all: Vec<Peer> = SERVICES
        .iter()
        .flat_map(|(service, port, database, _)| {
            [(*service, ("http", u64::from(*port), "TCP")), (*database, ("mongodb", 27017, "TCP"))]
        })
        .filter(|(name, _)| pods.iter().any(|pod| pod.name == *name))
        .map(|(name, port)| Peer::ours(objects, name, port))
        .collect();
    for job in pods.iter().filter(|pod| ["backup", "restore"].contains(&pod.name)) {
        all.push(Peer::ours(objects, job.name, ("none", 0, "TCP")));
    }
    let traefik = json!({ "app.kubernetes.io/name": "traefik" });
    let owner = "gateway.envoyproxy.io/owning-gateway-name";
    let proxy = |gateway: &str| json!({ "app.kubernetes.io/name": "envoy", owner: gateway });
    let dns = json!({ "k8s-app": "kube-dns" });
    all.push(Peer::other("ingress", "traefik", traefik.clone()));
    all.push(Peer::other("gateway", "envoy-gateway-system", proxy("product-order-system")));
    let prometheus = json!({ "app.kubernetes.io/name": "prometheus" });
    all.push(Peer::other("prometheus", "monitoring", prometheus.clone()));
    let collector = json!({ "app.kubernetes.io/name": "opentelemetry-collector" });
    let mut collector = Peer::other("collector", "monitoring", collector);
    collector.ports = vec![("otlp-http", 4318, "TCP")];
    all.push(collector);
    all.push(Peer::other("dns", "kube-system", dns.clone()));
    // Neither the right labels in another namespace nor the right namespace is enough.
    all.push(Peer::other(
        "impostor",
        "default",
        json!({ "app.kubernetes.io/name": "order-service" }),
    ));
    all.push(Peer::other("traefik elsewhere", "default", traefik));
    all.push(Peer::other("prometheus elsewhere", "default", prometheus));
    all.push(Peer::other("another gateway", "envoy-gateway-system", proxy("another")));
    all.push(Peer::other("dns elsewhere", "default", dns));
    all.push(Peer::other("neighbour of the ingress", "traefik", json!({})));
    all.push(Peer::other("stranger within", "product-order-system", json!({})));
    let outside = vec![("mongodb", 27017, "TCP"), ("https", 443, "TCP")];
    let mut internet = Peer::new("internet", None, json!({}), outside);
    internet.address = Ipv4Addr::new(93, 184, 216, 34);
    all.push(internet);
    all
}

/// All allowed connections from or to pods of the system.
fn connections(objects: &Objects) -> BTreeSet<String> {
    let all = peers(objects);
    let pods = objects.pods();
    let ours = |peer: &Peer| pods.iter().any(|pod| pod.name == peer.name);
    let mut found = BTreeSet::new();
    for (from, to) in all.iter().flat_map(|from| all.iter().map(move |to| (from, to))) {
        for port in &to.ports {
            if (ours(from) || ours(to)) && allowed(objects, from, to, *port) {
                found.insert(format!("{} > {} {}/{}", from.name, to.name, port.1, port.2));
            }
        }
    }
    found
}

/// The connections of the design, DNS for all pods, and those from the proxy that exposes the APIs.
fn expected(databases: bool, proxy: &str) -> BTreeSet<String> {
    let mut expected: BTreeSet<String> = [
        "order-service > user-service 3001/TCP".to_owned(),
        "order-service > product-service 3002/TCP".to_owned(),
        // The keys that verify tokens.
        "product-service > user-service 3001/TCP".to_owned(),
    ]
    .into();
    for (service, port, database, _) in SERVICES {
        expected.insert(format!("{proxy} > {service} {port}/TCP"));
        let mut ours = vec![service];
        if databases {
            expected.insert(format!("{service} > {database} 27017/TCP"));
            expected.insert(format!("{database} > {database} 27017/TCP"));
            ours.push(database);
        } else {
            expected.insert(format!("{service} > internet 27017/TCP"));
        }
        for pod in ours {
            expected.insert(format!("{pod} > dns 53/TCP"));
            expected.insert(format!("{pod} > dns 53/UDP"));
        }
    }
    expected
}

#[test]
fn default_policy_denies_everything() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in ["overlays/production", "overlays/managed-mongodb"] {
        let expected = json!({ "podSelector": {}, "policyTypes": ["Ingress", "Egress"] });
        let policy = built(overlay).get("NetworkPolicy", "default-deny");
        assert_eq!(policy["spec"], expected, "{overlay}");
    }
}

/// A connection that only one end allows would become possible when the other one changes.
#[test]
fn both_ends_of_a_connection_agree() {
    if kustomize::is_missing() {
        return;
    }
    let objects = built("overlays/production");
    let all = peers(objects);
    let ours = || all.iter().filter(|peer| objects.pods().iter().any(|pod| pod.name == peer.name));
    for (from, to) in ours().flat_map(|from| ours().map(move |to| (from, to))) {
        let port = to.ports[0];
        let out = one_way(objects, from, to, port, &EGRESS);
        let into = one_way(objects, to, from, port, &INGRESS);
        assert_eq!(out, into, "{} > {}: egress, ingress", from.name, to.name);
    }
}

#[test]
fn production_allows_only_required_connections() {
    if kustomize::is_missing() {
        return;
    }
    assert_eq!(connections(built("overlays/production")), expected(true, "ingress"));
    assert_eq!(connections(kustomize::with_gateway()), expected(true, "gateway"));
}

#[test]
fn backups_reach_the_databases_only() {
    if kustomize::is_missing() {
        return;
    }
    let mut expected = expected(true, "ingress");
    for job in ["backup", "restore"] {
        expected.extend(["TCP", "UDP"].map(|protocol| format!("{job} > dns 53/{protocol}")));
        expected.extend(SERVICES.map(|(_, _, name, _)| format!("{job} > {name} 27017/TCP")));
    }
    assert_eq!(connections(kustomize::with_backup()), expected);
}

#[test]
fn prometheus_reaches_the_services_and_they_the_collector() {
    if kustomize::is_missing() {
        return;
    }
    let mut expected = expected(true, "ingress");
    expected.extend(SERVICES.map(|(name, port, ..)| format!("prometheus > {name} {port}/TCP")));
    expected.extend(SERVICES.map(|(name, ..)| format!("{name} > collector 4318/TCP")));
    assert_eq!(connections(kustomize::with_monitoring()), expected);
}

#[test]
fn managed_database_is_reachable() {
    if kustomize::is_missing() {
        return;
    }
    assert_eq!(connections(built("overlays/managed-mongodb")), expected(false, "ingress"));
}

#[test]
fn development_allows_all_connections() {
    if kustomize::is_missing() {
        return;
    }
    let objects = built("overlays/dev");
    let found = connections(objects);
    assert!(found.contains("impostor > mongodb-user 27017/TCP"), "{found:#?}");
    assert!(found.contains("user-service > order-service 3003/TCP"), "{found:#?}");
}
