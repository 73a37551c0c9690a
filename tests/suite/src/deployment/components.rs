//! The components that operators choose: each adds its objects, and changes no others.

use serde_json::Value;

use super::SERVICES;
use super::kustomize::{self, built, with_backup, with_both, with_monitoring};
use super::objects::{Objects, name_of, text};

fn find<'a>(objects: &'a Objects, like: &Value) -> &'a Value {
    objects.get(text(&like["kind"]), name_of(like))
}

#[test]
fn backups_change_no_other_object() {
    if kustomize::is_missing() {
        return;
    }
    for object in built("overlays/production").all() {
        assert_eq!(find(with_backup(), object), object);
    }
}

#[test]
fn metrics_change_only_the_annotations_of_services() {
    if kustomize::is_missing() {
        return;
    }
    for object in built("overlays/production").all() {
        let mut with_metrics = find(with_monitoring(), object).clone();
        if object["kind"] == "Deployment" {
            let metadata = &mut with_metrics["spec"]["template"]["metadata"];
            metadata.as_object_mut().unwrap().remove("annotations").expect("annotations");
        }
        assert_eq!(with_metrics, *object);
    }
}

#[test]
fn backups_and_metrics_can_be_combined() {
    if kustomize::is_missing() {
        return;
    }
    let [both, _] = with_both();
    for object in with_backup().all().iter().filter(|object| object["kind"] != "Deployment") {
        assert_eq!(find(both, object), object);
    }
    for object in with_monitoring().all() {
        assert_eq!(find(both, object), object);
    }
}

/// A managed MongoDB has backups already.
#[test]
fn managed_mongodb_has_metrics_but_no_backups() {
    if kustomize::is_missing() {
        return;
    }
    let [_, managed] = with_both();
    let backup = |object: &&Value| name_of(object).starts_with("backup");
    assert!(managed.all().iter().find(backup).is_none());
    assert!(managed.of_kind("CronJob").is_empty());
    for (service, ..) in SERVICES {
        let pod = &managed.get("Deployment", service)["spec"]["template"];
        assert_eq!(pod["metadata"]["annotations"]["prometheus.io/scrape"], "true", "{service}");
    }
    for object in built("overlays/managed-mongodb").all() {
        find(managed, object);
    }
}
