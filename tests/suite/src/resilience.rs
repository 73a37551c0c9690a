//! Services under attack: memory, connection limits, shutdown and logs.

use std::net::TcpStream;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use system::services::{Service, is_healthy};

use crate::support::mock::{Behaviour, upstreams};
use crate::support::{NO_ID, RawConnection, ServiceProcess, post, run};

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
fn unread_responses_do_not_exhaust_memory() {
    let service = ServiceProcess::start(Service::Product);
    let request = "GET /docs HTTP/1.1\r\nhost: x\r\n\r\n";
    let connections: Vec<_> = (0..20)
        .map(|_| {
            let mut connection = RawConnection::open(&service.api);
            connection.send(request.repeat(100));
            connection
        })
        .collect();
    thread::sleep(Duration::from_secs(2));
    run(async { service.api.get("/health/live").await.assert_status(200) });
    let peak = service.peak_memory_mib();
    assert!(peak < 256.0, "{peak} MiB for unread responses");
    drop(connections);
}

#[test]
fn oldest_idle_connections_are_closed_for_new_clients() {
    let service = ServiceProcess::configure(Service::Product).shell("ulimit -n 700;").start();
    let mut idle: Vec<_> = (0..900).map(|_| RawConnection::open(&service.api)).collect();
    for _ in 0..10 {
        let started = Instant::now();
        assert!(is_healthy(service.port));
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
    assert!(
        idle[0].is_closed_within(Duration::from_secs(5)),
        "the oldest connection is still open"
    );
    assert!(
        !idle[899].is_closed_within(Duration::from_millis(100)),
        "the newest connection is closed"
    );
    service.wait_for_log(|line| line["message"] == "open file limit too low; raise `ulimit -n`");
}

/// A client whose packet is dropped tries again after a second, which is as long as probes wait.
#[test]
fn connections_wait_while_the_process_is_paused() {
    // Where the system allows fewer, more would be dropped whatever the service does.
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap_or_default();
    let count = allowed.trim().parse().unwrap_or(128).min(600);
    let mut service = ServiceProcess::start(Service::Product);
    let address = ([127, 0, 0, 1], service.port).into();
    service.process.signal(Signal::STOP);
    let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(900));
    let connected: Result<Vec<_>, _> = (0..count).map(connect).collect();
    service.process.signal(Signal::CONT);
    assert_eq!(connected.unwrap().len(), count);
    assert!(is_healthy(service.port));
}

#[test]
fn unfinished_heads_are_closed_for_new_clients() {
    let service = ServiceProcess::configure(Service::Product).shell("ulimit -n 700;").start();
    let mut unfinished: Vec<_> = (0..900).map(|_| RawConnection::open(&service.api)).collect();
    for connection in &mut unfinished[500..] {
        connection.send("GET /health HTTP/1.1\r\nx-slow: ");
    }
    run(async { service.api.get("/products?limit=1").await.assert_status(200) });
}

#[test]
fn unfinished_heads_do_not_delay_shutdown() {
    let mut service = ServiceProcess::start(Service::Product);
    let mut unfinished = RawConnection::open(&service.api);
    unfinished.send("GET /health HTTP/1.1\r\nx-slow: ");
    let _idle = RawConnection::open(&service.api);
    thread::sleep(Duration::from_millis(200));
    service.process.signal(Signal::TERM);
    let took = service.ends_within(Duration::from_secs(10));
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(service.process.exit_status().unwrap().code(), Some(0));
}

#[test]
fn all_termination_signals_stop_gracefully() {
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT, Signal::HUP] {
        let mut service = ServiceProcess::start(Service::Product);
        service.process.signal(signal);
        service.ends_within(Duration::from_secs(10));
        assert_eq!(service.process.exit_status().unwrap().code(), Some(0), "{signal:?}");
    }
}

fn order() -> String {
    let order = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
    order.to_string()
}

/// Starts an order service whose user service never responds, and places an order.
fn order_in_flight() -> (ServiceProcess, JoinHandle<()>) {
    let (users, products, ports) = upstreams();
    users.behave(Behaviour::Hang);
    let service = ServiceProcess::configure(Service::Order).ports(ports).start();
    let mut connection = RawConnection::open(&service.api);
    connection.send(post("/orders", &order()));
    let client = thread::spawn(move || {
        let _ = connection.is_closed_within(Duration::from_secs(20));
        drop((users, products));
    });
    thread::sleep(Duration::from_millis(500));
    (service, client)
}

#[test]
fn second_signal_ends_the_process_immediately() {
    let (mut service, client) = order_in_flight();
    service.process.signal(Signal::TERM);
    thread::sleep(Duration::from_millis(500));
    assert!(
        service.process.exit_status().is_none(),
        "the first signal does not wait for the order"
    );
    service.process.signal(Signal::TERM);
    let took = service.ends_within(Duration::from_secs(5));
    assert!(took < Duration::from_secs(1), "{took:?}");
    client.join().unwrap();
}

#[test]
fn unread_log_does_not_block_shutdown() {
    // The pipe holds 64 KiB, of which nothing is read.
    let commands = "dir=$(mktemp -d); mkfifo $dir/log; sleep 60 <$dir/log & exec >$dir/log;";
    let mut service = ServiceProcess::configure(Service::Product).shell(commands).start();
    run(async {
        for _ in 0..600 {
            service.api.get("/nothing").await.assert_status(404);
        }
    });
    service.process.signal(Signal::TERM);
    let took = service.ends_within(Duration::from_secs(15));
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn requests_of_disconnected_clients_are_logged() {
    let (_users, _products, ports) = upstreams();
    let service = ServiceProcess::configure(Service::Order).ports(ports).start();
    for index in 0..10 {
        let mut connection = RawConnection::open(&service.api);
        let id = format!("x-request-id: gone-{index}\r\ncontent-type");
        connection.send(post("/orders", &order()).replacen("content-type", &id, 1));
        // The service has begun to place the order, but not finished.
        thread::sleep(Duration::from_millis(2));
        connection.reset();
    }
    for index in 0..10 {
        let id = format!("gone-{index}");
        let line = service.wait_for_log(|line| line["request_id"] == id && line["status"].is_u64());
        assert_eq!(line["status"], 201, "{line}");
    }
}

#[test]
fn logs_name_the_client_and_truncate_long_paths() {
    let service = ServiceProcess::start(Service::Product);
    let path = format!("/{}", "long".repeat(2000));
    run(async { service.api.get(&path).await.assert_status(404) });
    let line = service.wait_for_log(|line| line["status"] == 404);
    assert_eq!(line["client"], "127.0.0.1");
    assert!(line["path"].as_str().unwrap().len() <= 1024, "{}", line["path"]);
    let mut connection = RawConnection::open(&service.api);
    connection.send("GET\r\n\r\n");
    let (_, head, _) = connection.response();
    let line = service.wait_for_log(|line| line["message"] == "request head rejected");
    assert_eq!((&line["status"], &line["client"]), (&json!(400), &json!("127.0.0.1")));
    assert!(head.contains(line["request_id"].as_str().unwrap()), "{head}");
}

#[test]
fn logs_name_the_forwarded_client_of_a_trusted_proxy() {
    let service =
        ServiceProcess::configure(Service::Product).env("TRUSTED_PROXIES", "127.0.0.0/8").start();
    let mut connection = RawConnection::open(&service.api);
    connection
        .send("GET /nothing HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 6.6.6.6, 192.0.2.1\r\n\r\n");
    assert_eq!(connection.response().0, 404);
    let line = service.wait_for_log(|line| line["status"] == 404);
    assert_eq!(line["client"], "192.0.2.1");
}

#[test]
fn shutdown_delay_serves_requests_and_closes_connections() {
    let mut service =
        ServiceProcess::configure(Service::Product).env("SHUTDOWN_DELAY", "3").start();
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut kept = RawConnection::open(&service.api);
    kept.send(get("/health/ready"));
    assert_eq!(kept.response().0, 200);
    service.process.signal(Signal::TERM);
    service.wait_for_log(|line| line["message"] == "shutting down; still accepting");
    for mut connection in [kept, RawConnection::open(&service.api)] {
        connection.send(get("/health/ready"));
        let (status, head, _) = connection.response();
        assert_eq!(status, 503, "the service is still ready");
        assert!(head.contains("connection: close"), "{head}");
        assert!(connection.is_closed_within(Duration::from_secs(2)));
    }
    run(async { service.api.get("/products?limit=1").await.assert_status(200) });
    service.ends_within(Duration::from_secs(10));
    assert_eq!(service.process.exit_status().unwrap().code(), Some(0));
}
