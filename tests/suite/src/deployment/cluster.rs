//! The scripts of `just kind-check`, as far as they need no cluster.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use system::home::{on_path, workspace};
use system::services::Service;

use crate::support::{NO_ID, SYSTEM, new_order, new_user, products, program_or_skip, run};

#[test]
fn check_without_a_cluster_tool_says_so() {
    let bin = tempfile::tempdir().unwrap();
    for tool in ["bash", "dirname", "mktemp", "rm", "sed"] {
        symlink(on_path(tool).unwrap(), bin.path().join(tool)).unwrap();
    }
    let mut check = Command::new(bin.path().join("bash"));
    check.arg(workspace().join("tests/kind/check.sh")).env("PATH", bin.path());
    let output = check.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(77), "{message}");
    assert!(message.contains("NOT CHECKED: there is neither kind nor k3d"), "{message}");
}

/// Runs the load on the shared services for a moment; returns how many requests it has sent, how
/// many it has lost, and its output.
fn load(user: &str, product: &str, order: &str, addresses: &[(&str, &str)]) -> (u64, u64, String) {
    let folder = tempfile::tempdir().unwrap();
    let stop = folder.path().join("stop");
    let mut load = Command::new("bash");
    load.arg(workspace().join("tests/kind/load.sh")).arg(&stop).args(["2", user, product, order]);
    for (variable, service) in
        [("USERS", Service::User), ("PRODUCTS", Service::Product), ("ORDERS", Service::Order)]
    {
        load.env(variable, format!("127.0.0.1/{}", SYSTEM.ports.of(service)));
    }
    load.envs(addresses.iter().copied()).stdout(Stdio::piped());
    let running = load.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    fs::write(&stop, "").unwrap();
    let output = String::from_utf8(running.wait_with_output().unwrap().stdout).unwrap();
    // `worker: 12 sent, 0 lost`
    let totals = output.lines().filter_map(|line| line.strip_prefix("worker: "));
    let (mut sent, mut lost) = (0, 0);
    for total in totals {
        let figures: Vec<u64> = total.split(' ').filter_map(|word| word.parse().ok()).collect();
        sent += figures[0];
        lost += figures[1];
    }
    (sent, lost, output)
}

#[test]
fn load_counts_the_requests_that_are_lost() {
    let (user, product, order) = run(async {
        let user = new_user().await;
        let cup = json!({ "name": "Cup", "price": 0.1, "stock": 1_000_000 });
        let product = products().post("/products", cup).await.id(201);
        let order = new_order(&user, &[&product]).await;
        (user, product, order)
    });
    let (sent, lost, output) = load(&user, &product, &order, &[]);
    assert!(sent >= 8, "{output}");
    assert_eq!(lost, 0, "{output}");
    let (sent, lost, output) = load(NO_ID, &product, &order, &[]);
    assert_eq!(lost, sent / 2, "an unknown user, and orders for it: {output}");
    // Nothing listens on port 1.
    let (sent, lost, output) = load(&user, &product, &order, &[("PRODUCTS", "127.0.0.1/1")]);
    assert_eq!(lost, sent / 4, "products cannot be reached: {output}");
    assert!(output.contains("no connection"), "{output}");
}

/// Runs a command of the check's client on the shared services. `None` if the test must be skipped.
fn shop(arguments: &[&str]) -> Option<String> {
    let python = program_or_skip(&["python3"], "https://python.org")?;
    let mut shop = Command::new(python);
    shop.arg(workspace().join("tests/images/shop.py")).args(arguments);
    let ports = SYSTEM.ports.0.map(|port| port.to_string());
    let output = shop.env("SHOP_PORTS", ports.join(" ")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

/// After the load, the check reads the order again.
#[test]
fn load_leaves_the_order_of_the_check_alone() {
    let Some(order) = shop(&["place"]) else { return };
    let ids = shop(&["load"]).unwrap();
    let (user, product) = ids.split_once(' ').unwrap();
    let (sent, lost, output) = load(user, product, &order, &[]);
    assert!(sent >= 8 && lost == 0, "{output}");
    assert_eq!(shop(&["read", &order]).unwrap(), order);
}
