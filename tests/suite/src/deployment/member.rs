//! The script beside each member of a replica set: `member.js` runs in Node.js, on a stand-in for
//! mongosh and the server.

use std::process::Command;

use serde_json::{Value, json};
use system::home::workspace;

use crate::support::program_or_skip;

/// Runs the script of a pod for two rounds, on a server in a state; returns the state after them.
/// `None` if the test must be skipped.
fn run_member(pod: &str, before: &Value) -> Option<Value> {
    let node = program_or_skip(&["node"], "https://nodejs.org")?;
    let script = workspace().join("kustomize/overlays/production/databases/member.js");
    let mut command = Command::new(node);
    command.arg(workspace().join("tests/suite/src/deployment/mongosh.js"));
    command.arg(script).arg(before.to_string()).env_clear();
    command.envs([
        ("POD_NAME", pod),
        ("MONGO_HOST", "mongodb-user"),
        ("MONGO_DATABASE", "userdb"),
        ("MONGO_REPLICA_SET", "rs0"),
        ("MONGO_USERNAME", "user-service"),
        ("MONGO_PASSWORD", "new password"),
        ("MONGO_ROOT_PASSWORD", "root's password"),
    ]);
    let output = command.output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    assert!(!log.contains("check failed"), "{log}");
    assert!(!log.contains("password"), "{log}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// What the service's user may do: read and write its database, set validators, and restore
/// documents that a later validator refuses.
fn role() -> Value {
    json!({
        "roles": [{ "role": "readWrite", "db": "userdb" }],
        "privileges": [{
            "resource": { "db": "userdb", "collection": "" },
            "actions": ["collMod", "bypassDocumentValidation"],
        }],
    })
}

fn users() -> Value {
    json!({
        "root": { "pwd": "root's password", "roles": ["root"] },
        "user-service": {
            "pwd": "new password",
            "roles": [{ "role": "service", "db": "admin" }],
        },
    })
}

#[test]
fn first_member_initiates_the_set_and_limits_the_user_of_the_service() {
    let Some(after) = run_member("mongodb-user-0", &json!({})) else { return };
    let members = after["initiated"]["members"].as_array().unwrap();
    let hosts: Vec<&str> = members.iter().map(|member| member["host"].as_str().unwrap()).collect();
    let expected = [0, 1, 2].map(|id| format!("mongodb-user-{id}.mongodb-user:27017"));
    assert_eq!(hosts, expected);
    assert_eq!(after["users"], users());
    assert_eq!(after["roles"], json!({ "service": role() }));
    assert_eq!(after["ready"], true);
}

#[test]
fn user_with_more_privileges_loses_them() {
    let everything = json!([{ "resource": { "db": "", "collection": "" }, "actions": ["find"] }]);
    let before = json!({
        "initiated": { "_id": "rs0" },
        "users": {
            "root": { "pwd": "root's password", "roles": ["root"] },
            "user-service": { "pwd": "old", "roles": [{ "role": "dbAdmin", "db": "userdb" }] },
        },
        "roles": { "service": { "roles": ["root"], "privileges": everything } },
    });
    let Some(after) = run_member("mongodb-user-1", &before) else { return };
    assert_eq!(after["users"], users());
    assert_eq!(after["roles"], json!({ "service": role() }));
}

#[test]
fn secondary_and_uninitiated_members_change_nothing() {
    let secondary = json!({ "initiated": { "_id": "rs0" }, "primary": false, "ready": false });
    for (pod, before, is_ready) in
        [("mongodb-user-0", secondary, true), ("mongodb-user-2", json!({ "ready": true }), false)]
    {
        let Some(after) = run_member(pod, &before) else { return };
        assert_eq!(after["users"], json!({}), "{pod}");
        assert_eq!(after["roles"], json!({}), "{pod}");
        assert_eq!(after["initiated"].is_null(), before["initiated"].is_null(), "{pod}");
        assert_eq!(after["ready"], is_ready, "{pod}");
    }
}
