//! Databases and services that are killed, and what survives.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use system::database::{Source, database_uri};
use system::ports::{free_port, is_listening};
use system::process::Process;
use system::services::{Ports, Service, is_healthy};

use crate::support::mock::{Behaviour, upstreams};
use crate::support::{Api, NO_ID, ServiceProcess, mongo_uri, new_email, run};

/// Starts a database that can be killed, with persistent data.
fn database(port: u16, data: &Path) -> Process {
    let source = Source::find_process().unwrap();
    let mut command = source
        .command(port, data)
        .expect("this test starts and kills a database, which needs MONGO_URI to be unset");
    std::fs::create_dir_all(data).unwrap();
    let log = data.with_extension("log");
    let mut process = Process::start("the database", &mut command, &log).unwrap();
    process.wait_until(Duration::from_secs(60), || is_listening(port)).unwrap();
    process
}

/// A managed MongoDB is named by an SRV record, and a pod may start before its network does.
#[test]
fn failed_lookup_of_an_srv_record_is_retried() {
    for service in Service::ALL {
        let uri = "mongodb+srv://database.example.invalid/db";
        let mut process = ServiceProcess::configure(service).mongo_uri(uri).start_unhealthy();
        for seconds in [1, 2] {
            process.wait_for_log(|line| {
                line["message"] == "database connection failed" && line["retry_in_s"] == seconds
            });
        }
        assert_eq!(process.process.exit_status(), None, "{}", process.log());
    }
}

#[test]
fn service_recovers_whenever_the_database_returns() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mongo = free_port().unwrap();
    let uri = database_uri(&format!("mongodb://127.0.0.1:{mongo}"), "productdb");
    let mut service = ServiceProcess::configure(Service::Product).mongo_uri(&uri).start_unhealthy();
    std::thread::sleep(Duration::from_secs(3));
    let port = service.port;
    assert!(service.process.exit_status().is_none(), "the service has given up");
    assert!(!is_listening(port), "the port is open without a database");

    let mut first = database(mongo, &data);
    let limit = Duration::from_secs(15);
    service.process.wait_until(limit, || is_healthy(port)).unwrap();
    let product = json!({ "name": "Teapot", "price": 0.1, "stock": 1 });
    let id = run(service.api.post("/products", product.clone())).id(201);
    let path = format!("/products/{id}");

    first.kill();
    run(async {
        for _ in 0..3 {
            let started = Instant::now();
            let response = service.api.get(&path).await;
            assert!(response.headers.contains_key("retry-after"));
            assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
            let response = service.api.post("/products", product.clone()).await;
            assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
            service.api.get("/health").await.assert_status(503);
            service.api.get("/health/live").await.assert_status(200);
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        }
    });
    let second = database(mongo, &data);
    service.process.wait_until(limit, || is_healthy(port)).unwrap();
    // The acknowledged product has survived.
    assert_eq!(run(service.api.get(&path)).assert_status(200)["name"], "Teapot");
    service.process.stop();
    second.stop();
}

#[test]
fn orders_fail_only_while_an_upstream_is_down() {
    let ports = Ports::free().unwrap();
    let start = |service| {
        let uri = mongo_uri(service, &format!("_{}", ports.of(Service::User)));
        ServiceProcess::configure(service).ports(ports).mongo_uri(&uri).start()
    };
    let [mut users, mut products, orders] = Service::ALL.map(start);
    let user = json!({ "email": new_email(), "password": "long enough", "name": "Ada" });
    let user = run(users.api.post("/users", user)).id(201);
    let product = json!({ "name": "Cup", "price": 0.1, "stock": 1 });
    let product = run(products.api.post("/products", product)).id(201);
    let body = json!({ "userId": user, "items": [{ "productId": product, "quantity": 3 }] });
    let place = || run(orders.api.post("/orders", body.clone()));
    assert_eq!(place().assert_status(201)["totalAmount"], 0.3);
    users.process.kill();
    assert_eq!(place().code(503), "SERVICE_UNAVAILABLE");
    let _users = start(Service::User);
    place().assert_status(201);
    products.process.kill();
    assert_eq!(place().code(503), "SERVICE_UNAVAILABLE");
    // Reads need no upstream.
    let page = run(orders.api.get(&format!("/orders/user/{user}"))).assert_status(200);
    assert_eq!(page["orders"].as_array().unwrap().len(), 2);
    let _products = start(Service::Product);
    place().assert_status(201);
}

/// Places orders until `stop`; returns the paths of those that were acknowledged.
async fn place_orders(api: &Api, stop: &AtomicBool) -> Vec<String> {
    let body = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let request = http.post(format!("{}/orders", api.url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let Ok(response) = request.send().await else { continue };
        // The head acknowledges the order, even if the body is lost.
        if response.status() == 201 {
            acknowledged.push(response.headers()["location"].to_str().unwrap().to_owned());
        }
    }
    acknowledged
}

#[test]
fn acknowledged_orders_survive_a_crash() {
    let (_users, _products, ports) = upstreams();
    let port = ports.of(Service::Order);
    let uri = mongo_uri(Service::Order, &format!("_{port}"));
    let start = || ServiceProcess::configure(Service::Order).ports(ports).mongo_uri(&uri).start();
    let mut service = start();
    let api = service.api.clone();
    let killed = AtomicBool::new(false);
    let kill = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        service.process.kill();
        killed.store(true, Ordering::Relaxed);
    };
    let place = || place_orders(&api, &killed);
    let (a, b, c, d, ()) = run(async { tokio::join!(place(), place(), place(), place(), kill) });
    let acknowledged: Vec<String> = [a, b, c, d].concat();
    assert!(acknowledged.len() > 10, "only {} orders", acknowledged.len());
    let restarted = start();
    run(async {
        for path in &acknowledged {
            restarted.api.get(path).await.assert_status(200);
        }
    });
}

#[test]
fn shutdown_completes_requests_in_flight() {
    let (users, _products, ports) = upstreams();
    users.behave(Behaviour::Hang);
    let mut service = ServiceProcess::configure(Service::Order).ports(ports).start();
    let body = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
    // The upstream hangs, so the response comes after five seconds.
    let (response, ()) = run(async {
        tokio::join!(service.api.post("/orders", body), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            service.process.signal(Signal::TERM);
        })
    });
    assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
    service.ends_within(Duration::from_secs(10));
    let status = service.process.exit_status().unwrap();
    assert_eq!(status.code(), Some(0), "{}", service.process.tail());
    for line in service.process.output().lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "not JSON: {line}");
    }
}
