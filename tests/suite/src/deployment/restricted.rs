//! The level "restricted" of the Pod Security Standards, which includes "baseline". The admission
//! controller checks the same in a cluster if the labels of a namespace require it.

use serde_json::{Value, json};

use super::kustomize::{self, DEPLOYABLE, built};
use super::objects::{Objects, Pod, entries, list, text};

/// The kinds of volumes that are allowed.
const VOLUMES: [&str; 8] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// The sysctls that are allowed, because they affect only the pod.
const SYSCTLS: [&str; 10] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
];

/// All violations of the standard.
fn violations(pod: Pod<'_>) -> Vec<String> {
    let mut found = of_pod(pod.spec);
    for container in pod.containers().into_iter().chain(list(&pod.spec["ephemeralContainers"])) {
        let name = text(&container["name"]);
        found.extend(
            of_container(pod.spec, container).into_iter().map(|what| format!("{name}: {what}")),
        );
    }
    found
}

fn of_pod(spec: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for namespace in ["hostNetwork", "hostPID", "hostIPC"] {
        if spec[namespace] == true {
            found.push(format!("{namespace} is on"));
        }
    }
    for volume in list(&spec["volumes"]) {
        let kinds = volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        for kind in kinds.filter(|key| *key != "name" && !VOLUMES.contains(key)) {
            found.push(format!("volume {} is a {kind}", volume["name"]));
        }
    }
    for sysctl in list(&spec["securityContext"]["sysctls"]) {
        if !SYSCTLS.contains(&text(&sysctl["name"])) {
            found.push(format!("sysctl {} is set", sysctl["name"]));
        }
    }
    found
}

fn of_container(spec: &Value, container: &Value) -> Vec<String> {
    let own = &container["securityContext"];
    let pod = &spec["securityContext"];
    // The container overrides the pod.
    let effective = |key: &str| if own[key].is_null() { &pod[key] } else { &own[key] };
    let is = |value: &Value, allowed: &[&str]| value.is_null() || allowed.contains(&text(value));
    let seccomp = text(&effective("seccompProfile")["type"]);
    let linux = effective("seLinuxOptions");
    let added = list(&own["capabilities"]["add"]);
    let added: Vec<&str> = added.map(text).filter(|name| *name != "NET_BIND_SERVICE").collect();
    let mut dropped = list(&own["capabilities"]["drop"]);
    let ports =
        list(&container["ports"]).any(|port| !matches!(port["hostPort"].as_u64(), None | Some(0)));
    [
        (own["privileged"] == true, "is privileged"),
        (!added.is_empty(), "adds capabilities"),
        (!dropped.any(|name| name == "ALL"), "does not drop all capabilities"),
        (own["allowPrivilegeEscalation"] != false, "may escalate privileges"),
        (*effective("runAsNonRoot") != true, "may run as root"),
        (*effective("runAsUser") == 0 || pod["runAsUser"] == 0, "runs as user 0"),
        (!["RuntimeDefault", "Localhost"].contains(&seccomp), "has no seccomp profile"),
        (ports, "uses a port of the host"),
        (!is(&own["procMount"], &["Default"]), "has an unmasked /proc"),
        (effective("windowsOptions")["hostProcess"] == true, "is a process of the host"),
        (
            !is(&effective("appArmorProfile")["type"], &["RuntimeDefault", "Localhost"]),
            "has no AppArmor profile",
        ),
        (
            !is(
                &linux["type"],
                &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"],
            ) || !linux["user"].is_null()
                || !linux["role"].is_null(),
            "sets an SELinux label",
        ),
        (probes_a_host(container), "probes another host"),
    ]
    .into_iter()
    .filter(|(wrong, _)| *wrong)
    .map(|(_, what)| what.to_owned())
    .collect()
}

/// Whether a probe or hook names a host, to which the node would connect.
fn probes_a_host(container: &Value) -> bool {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(|probe| &container[probe]);
    let hooks = ["postStart", "preStop"].map(|hook| &container["lifecycle"][hook]);
    let actions = probes.into_iter().chain(hooks);
    let hosts = actions.flat_map(|action| ["httpGet", "tcpSocket"].map(|how| &action[how]["host"]));
    hosts.into_iter().any(|host| !text(host).is_empty())
}

#[test]
fn all_pods_are_restricted() {
    if kustomize::is_missing() {
        return;
    }
    let folders = ["base"].into_iter().chain(DEPLOYABLE).map(built);
    for pod in folders.chain([kustomize::with_backup()]).flat_map(Objects::pods) {
        assert_eq!(violations(pod), Vec::<String>::new(), "{}", pod.name);
    }
}

#[test]
fn production_namespaces_enforce_the_standard() {
    if kustomize::is_missing() {
        return;
    }
    for overlay in ["overlays/production", "overlays/managed-mongodb"] {
        let objects = built(overlay);
        let labels = &objects.get("Namespace", "product-order-system")["metadata"]["labels"];
        let modes: Vec<String> = entries(labels)
            .filter(|(key, value)| {
                key.starts_with("pod-security.kubernetes.io/") && value == "restricted"
            })
            .map(|(key, _)| key.replace("pod-security.kubernetes.io/", ""))
            .collect();
        assert_eq!(modes, ["audit", "enforce", "warn"], "{overlay}");
    }
}

#[test]
fn all_pods_have_least_privilege() {
    if kustomize::is_missing() {
        return;
    }
    for pod in ["overlays/dev", "overlays/production"].map(built).iter().flat_map(|o| o.pods()) {
        assert_eq!(pod.spec["automountServiceAccountToken"], false, "{}", pod.name);
        let user = if pod.name.ends_with("-service") { 65532 } else { 999 };
        assert_eq!(pod.spec["securityContext"]["runAsUser"], user, "{}", pod.name);
        for container in pod.containers() {
            let context = &container["securityContext"];
            assert_eq!(context["readOnlyRootFilesystem"], true, "{}", pod.name);
            assert!(container["resources"]["limits"]["memory"].is_string(), "{}", pod.name);
        }
    }
}

#[test]
fn each_violation_is_detected() {
    if kustomize::is_missing() {
        return;
    }
    let objects = built("overlays/production");
    let good = objects.pod("user-service");
    let breaks = [
        ("/hostNetwork", json!(true)),
        ("/volumes", json!([{ "name": "root", "hostPath": { "path": "/" } }])),
        ("/securityContext/sysctls", json!([{ "name": "kernel.msgmax", "value": "1" }])),
        ("/securityContext/runAsNonRoot", json!(false)),
        ("/securityContext/runAsUser", json!(0)),
        ("/securityContext/seccompProfile", json!({ "type": "Unconfined" })),
        ("/securityContext/seLinuxOptions", json!({ "type": "spc_t" })),
        ("/securityContext/appArmorProfile", json!({ "type": "Unconfined" })),
        ("/containers/0/securityContext/privileged", json!(true)),
        ("/containers/0/securityContext/allowPrivilegeEscalation", json!(null)),
        ("/containers/0/securityContext/capabilities/drop", json!(["NET_RAW"])),
        ("/containers/0/securityContext/capabilities/add", json!(["SYS_ADMIN"])),
        ("/containers/0/securityContext/procMount", json!("Unmasked")),
        ("/containers/0/securityContext/runAsNonRoot", json!(false)),
        ("/containers/0/ports/0/hostPort", json!(80)),
        ("/containers/0/livenessProbe/httpGet/host", json!("169.254.169.254")),
    ];
    for (path, value) in breaks {
        let mut spec = good.spec.clone();
        let (parent, key) = path.rsplit_once('/').unwrap();
        spec.pointer_mut(parent).unwrap()[key] = value;
        let found = violations(Pod { spec: &spec, ..good });
        assert_eq!(found.len(), 1, "{path}: {found:?}");
    }
}
