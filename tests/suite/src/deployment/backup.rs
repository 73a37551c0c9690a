//! The component with nightly backups. Its scripts run with a `mongodump` and a `mongorestore` that
//! record their arguments.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use system::home::workspace;
use tempfile::TempDir;

use super::SERVICES;
use super::kustomize::{self, with_backup};
use super::objects::{list, text};

#[test]
fn jobs_use_the_connection_strings_of_the_services() {
    if kustomize::is_missing() {
        return;
    }
    let objects = with_backup();
    for job in ["backup", "restore"] {
        let ours = objects.environment(objects.pod(job).container("backup")).unwrap();
        for (service, ..) in SERVICES {
            let theirs = objects.environment(objects.pod(service).container("service")).unwrap();
            let name = service.trim_end_matches("-service").to_uppercase();
            assert_eq!(ours[&format!("{name}_URI")], theirs["MONGO_URI"], "{job}: {service}");
        }
    }
}

#[test]
fn jobs_mount_the_volume_and_their_scripts() {
    if kustomize::is_missing() {
        return;
    }
    let objects = with_backup();
    for job in ["backup", "restore"] {
        let pod = objects.pod(job);
        let container = pod.container("backup");
        let script = text(&container["command"][1]).strip_prefix("/script/").unwrap();
        for volume in list(&pod.spec["volumes"]) {
            if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
                objects.get("PersistentVolumeClaim", claim);
            }
            if let Some(map) = volume["configMap"]["name"].as_str() {
                assert!(objects.lookup("ConfigMap", map, script).is_ok(), "{job}: {script}");
            }
        }
        let suspended = &objects.get("CronJob", job)["spec"]["suspend"];
        assert_eq!(suspended == true, job == "restore", "{job}: {suspended}");
    }
}

/// A volume, and programs that record their arguments.
struct Volume(TempDir);

impl Volume {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("backup")).unwrap();
        let program = r#"#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
case "$0 $*" in *mongodump*"$BROKEN"*) exit 1 ;; esac
for argument; do case $argument in --archive=*) echo dump >>"${argument#*=}" ;; esac; done
"#;
        for name in ["mongodump", "mongorestore"] {
            let file = folder.path().join(name);
            fs::write(&file, program).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self(folder)
    }

    fn run(&self, script: &str, environment: &[(&str, &str)]) -> Output {
        let folder = self.0.path();
        let mut shell = Command::new("bash");
        shell.arg(workspace().join("kustomize/components/backup").join(script));
        let path = std::env::var("PATH").unwrap();
        shell.env("PATH", format!("{}:{path}", folder.display()));
        shell.env("BACKUP_FOLDER", folder.join("backup")).env("CALLS", folder.join("calls"));
        shell.env("BROKEN", "no such database").env("KEEP", "2");
        for (_, _, host, name) in SERVICES {
            let variable = name.trim_end_matches("db").to_uppercase();
            let uri = format!("mongodb://u:p@{host}-0/{name}?replicaSet=rs0&authSource=admin");
            shell.env(format!("{variable}_URI"), uri);
        }
        shell.envs(environment.iter().copied()).output().unwrap()
    }

    /// The sorted names of what is on the volume.
    fn names(&self) -> Vec<String> {
        names(&self.0.path().join("backup"))
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.0.path().join("calls")).unwrap_or_default()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn backup_dumps_orders_first_and_keeps_the_newest() {
    let volume = Volume::new();
    for old in ["20250101T000000Z", "20250102T000000Z", "lost+found"] {
        fs::create_dir(volume.0.path().join("backup").join(old)).unwrap();
    }
    let output = volume.run("backup.sh", &[]);
    assert!(output.status.success(), "{output:?}");
    let kept = volume.names();
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert_eq!((&*kept[0], &*kept[2]), ("20250102T000000Z", "lost+found"));
    let archives = names(&volume.0.path().join("backup").join(&kept[1]));
    assert_eq!(archives, ["order.archive", "product.archive", "user.archive"]);
    let calls = volume.calls();
    let order: Vec<_> = calls.lines().map(|call| &call[call.find("partial/").unwrap()..]).collect();
    assert_eq!(order, ["partial/order.archive", "partial/product.archive", "partial/user.archive"]);
    assert!(calls.contains("authSource=admin&readPreference=secondaryPreferred --gzip"), "{calls}");
}

#[test]
fn failed_backup_is_neither_complete_nor_removes_another() {
    let volume = Volume::new();
    let old = ["20250101T000000Z", "20250102T000000Z"];
    old.iter().for_each(|old| fs::create_dir(volume.0.path().join("backup").join(old)).unwrap());
    let output = volume.run("backup.sh", &[("BROKEN", "productdb")]);
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(volume.names(), [&old[..], &["partial"]].concat());
    // The next one starts over.
    assert!(volume.run("backup.sh", &[]).status.success());
    assert!(!volume.names().contains(&"partial".to_owned()), "{:?}", volume.names());
}

#[test]
fn restore_takes_the_newest_backup_or_the_chosen_one() {
    let volume = Volume::new();
    for time in ["20250101T000000Z", "20250102T000000Z"] {
        fs::create_dir(volume.0.path().join("backup").join(time)).unwrap();
    }
    assert!(volume.run("restore.sh", &[]).status.success());
    let call = |name: &str, time: &str| {
        let uri = format!("mongodb://u:p@mongodb-{name}-0/?replicaSet=rs0&authSource=admin");
        let options = "--drop --bypassDocumentValidation --gzip";
        format!("mongorestore --uri {uri} {options} --archive={time}/{name}.archive\n")
    };
    let newest = ["user", "product", "order"].map(|name| call(name, "20250102T000000Z")).concat();
    assert_eq!(volume.calls(), newest);
    let chosen = [("AT", "20250101T000000Z"), ("DATABASES", "order")];
    assert!(volume.run("restore.sh", &chosen).status.success());
    assert_eq!(volume.calls(), newest.clone() + &call("order", "20250101T000000Z"));
    let missing = volume.run("restore.sh", &[("AT", "20240101T000000Z")]);
    let message = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(message.contains("there is no backup 20240101T000000Z"), "{message}");
    assert!(!missing.status.success());
}
