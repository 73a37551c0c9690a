//! Services as processes under attack: what they cost, and how they end.

use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use system::database::free_port;
use system::process::Process;
use system::system::{Ports, Service, command, healthy};

use crate::connections::RawConnection;
use crate::properties::mock::{Behaviour, Mock};
use crate::support::{Api, LIVE, NO_ID, free_ports, mongo_uri, run};

/// A process of one service, with its log.
struct Running {
    process: Process,
    api: Api,
    port: u16,
    _folder: tempfile::TempDir,
}

/// Starts a service; `shell` may change what its process is allowed.
fn start(service: Service, ports: Ports, shell: &str, environment: &[(&str, &str)]) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let uri = mongo_uri(&LIVE.mongo, service, &format!("{}_resilience", LIVE.suffix));
    let program = command(service, ports, &uri, false);
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("{shell} exec \"$0\"")]).arg(program.get_program());
    limited.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.envs(environment.iter().copied());
    let log = folder.path().join("service.log");
    let mut process = Process::start(service.name(), &mut limited, &log).unwrap();
    let port = ports.of(service);
    process.wait_until(Duration::from_secs(30), || healthy(port)).unwrap();
    Running { process, api: Api { url: ports.url(service) }, port, _folder: folder }
}

impl Running {
    /// The most memory that the process has occupied so far, in MiB.
    fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let peak = status.unwrap().lines().find_map(|line| {
            line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok()
        });
        peak.unwrap() / 1024
    }

    /// Waits for the end after a signal, and says how long it took.
    fn ends_within(&mut self, limit: Duration) -> Duration {
        let started = Instant::now();
        while self.process.ended().is_none() {
            assert!(started.elapsed() < limit, "still running: {}", self.process.tail());
            std::thread::sleep(Duration::from_millis(5));
        }
        started.elapsed()
    }

    fn log_lines(&self) -> Vec<Value> {
        let output = self.process.output();
        output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The first log line for which something holds, waited for.
    fn logged(&self, holds: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            if let Some(line) = self.log_lines().into_iter().find(&holds) {
                return line;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{}", self.process.tail());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn answers_that_are_not_read_do_not_fill_the_memory() {
    let service = start(Service::Product, free_ports(), "", &[]);
    let request = "GET /docs HTTP/1.1\r\nhost: x\r\n\r\n";
    let connections: Vec<_> = (0..20)
        .map(|_| {
            let mut connection = RawConnection::open(&service.api);
            connection.send(request.repeat(100));
            connection
        })
        .collect();
    std::thread::sleep(Duration::from_secs(2));
    run(async { service.api.get("/health/live").await.expect(200) });
    let peak = service.peak_memory();
    assert!(peak < 256, "{peak} MiB for answers that wait to be read");
    drop(connections);
    service.process.stop();
}

#[test]
fn the_oldest_idle_connections_make_room_for_new_clients() {
    let service = start(Service::Product, free_ports(), "ulimit -n 700;", &[]);
    let mut idle: Vec<_> = (0..900).map(|_| RawConnection::open(&service.api)).collect();
    for _ in 0..10 {
        let started = Instant::now();
        assert!(healthy(service.port));
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
    assert!(idle[0].is_closed_within(Duration::from_secs(5)), "the oldest is still open");
    assert!(!idle[899].is_closed_within(Duration::from_millis(100)), "the newest is closed");
    service.logged(|line| line["message"] == "few open files allowed; raise `ulimit -n`");
    service.process.stop();
}

#[test]
fn unfinished_heads_make_room_for_new_clients() {
    let service = start(Service::Product, free_ports(), "ulimit -n 700;", &[]);
    let mut unfinished: Vec<_> = (0..900).map(|_| RawConnection::open(&service.api)).collect();
    for connection in &mut unfinished[500..] {
        connection.send("GET /health HTTP/1.1\r\nx-slow: ");
    }
    run(async { service.api.get("/products?limit=1").await.expect(200) });
    service.process.stop();
}

#[test]
fn an_unfinished_head_does_not_delay_the_end() {
    let mut service = start(Service::Product, free_ports(), "", &[]);
    let mut unfinished = RawConnection::open(&service.api);
    unfinished.send("GET /health HTTP/1.1\r\nx-slow: ");
    let _idle = RawConnection::open(&service.api);
    std::thread::sleep(Duration::from_millis(200));
    service.process.signal(Signal::TERM);
    let took = service.ends_within(Duration::from_secs(10));
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(service.process.ended().unwrap().code(), Some(0));
}

#[test]
fn every_signal_to_stop_is_a_request_to_stop_gracefully() {
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT, Signal::HUP] {
        let mut service = start(Service::Product, free_ports(), "", &[]);
        service.process.signal(signal);
        service.ends_within(Duration::from_secs(10));
        assert_eq!(service.process.ended().unwrap().code(), Some(0), "{signal:?}");
    }
}

/// An order service whose upstreams never answer, with an order in flight.
fn order_in_flight() -> (Running, std::thread::JoinHandle<()>) {
    let (users, products) = (Mock::start(), Mock::start());
    users.behave(Behaviour::Hang);
    let ports = Ports([users.port, products.port, free_port().unwrap()]);
    let service = start(Service::Order, ports, "", &[]);
    let mut connection = RawConnection::open(&service.api);
    let order = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
    let body = order.to_string();
    connection.send(format!(
        "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    let client = std::thread::spawn(move || {
        let _ = connection.is_closed_within(Duration::from_secs(20));
        drop((users, products));
    });
    std::thread::sleep(Duration::from_millis(500));
    (service, client)
}

#[test]
fn a_second_signal_ends_the_process_immediately() {
    let (mut service, client) = order_in_flight();
    service.process.signal(Signal::TERM);
    std::thread::sleep(Duration::from_millis(500));
    assert!(service.process.ended().is_none(), "it did not wait for the order");
    service.process.signal(Signal::TERM);
    let took = service.ends_within(Duration::from_secs(5));
    assert!(took < Duration::from_secs(1), "{took:?}");
    client.join().unwrap();
}

#[test]
fn a_log_that_is_not_read_does_not_keep_the_process_from_ending() {
    // A pipe of which nothing is read: 64 KiB fit into it.
    let ports = free_ports();
    let mut service = start(
        Service::Product,
        ports,
        "mkfifo_dir=$(mktemp -d); mkfifo $mkfifo_dir/log; sleep 60 <$mkfifo_dir/log & exec >$mkfifo_dir/log;",
        &[],
    );
    run(async {
        for _ in 0..600 {
            service.api.get("/nothing").await.expect(404);
        }
    });
    service.process.signal(Signal::TERM);
    let took = service.ends_within(Duration::from_secs(15));
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn a_client_that_hangs_up_leaves_a_log_line() {
    let (users, products) = (Mock::start(), Mock::start());
    users.behave(Behaviour::Found);
    let ports = Ports([users.port, products.port, free_port().unwrap()]);
    let service = start(Service::Order, ports, "", &[]);
    let order = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
    let body = order.to_string();
    for index in 0..10 {
        let mut connection = RawConnection::open(&service.api);
        connection.send(format!(
            "POST /orders HTTP/1.1\r\nhost: x\r\nx-request-id: gone-{index}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
        // The service has begun; the order takes it longer.
        std::thread::sleep(Duration::from_millis(2));
        connection.reset();
    }
    for index in 0..10 {
        let id = format!("gone-{index}");
        let line = service.logged(|line| line["requestId"] == id && line["status"].is_u64());
        assert_eq!(line["status"], 201, "{line}");
    }
    service.process.stop();
}

#[test]
fn logs_name_the_client_and_cut_long_paths() {
    let service = start(Service::Product, free_ports(), "", &[]);
    let path = format!("/{}", "long".repeat(2000));
    run(async { service.api.get(&path).await.expect(404) });
    let line = service.logged(|line| line["status"] == 404);
    assert_eq!(line["client"], "127.0.0.1");
    assert!(line["path"].as_str().unwrap().len() <= 1024, "{}", line["path"]);
    let mut connection = RawConnection::open(&service.api);
    connection.send("GET\r\n\r\n");
    let (_, head, _) = connection.answer();
    let line = service.logged(|line| line["message"] == "request head refused");
    assert_eq!((&line["status"], &line["client"]), (&json!(400), &json!("127.0.0.1")));
    assert!(head.contains(line["requestId"].as_str().unwrap()), "{head}");
    service.process.stop();
}

#[test]
fn behind_a_trusted_proxy_logs_name_the_client_that_it_names() {
    let proxies = [("TRUSTED_PROXIES", "127.0.0.0/8")];
    let service = start(Service::Product, free_ports(), "", &proxies);
    let mut connection = RawConnection::open(&service.api);
    connection
        .send("GET /nothing HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 6.6.6.6, 192.0.2.1\r\n\r\n");
    assert_eq!(connection.answer().0, 404);
    let line = service.logged(|line| line["status"] == 404);
    assert_eq!(line["client"], "192.0.2.1");
    service.process.stop();
}

#[test]
fn during_the_shutdown_delay_requests_are_served_and_connections_closed() {
    let mut service = start(Service::Product, free_ports(), "", &[("SHUTDOWN_DELAY", "3")]);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut kept = RawConnection::open(&service.api);
    kept.send(get("/health/ready"));
    assert_eq!(kept.answer().0, 200);
    service.process.signal(Signal::TERM);
    service.logged(|line| line["message"] == "shutting down; still accepting");
    for mut connection in [kept, RawConnection::open(&service.api)] {
        connection.send(get("/health/ready"));
        let (status, head, _) = connection.answer();
        assert_eq!(status, 503, "it is still ready");
        assert!(head.contains("connection: close"), "{head}");
        assert!(connection.is_closed_within(Duration::from_secs(2)));
    }
    run(async { service.api.get("/products?limit=1").await.expect(200) });
    service.ends_within(Duration::from_secs(10));
    assert_eq!(service.process.ended().unwrap().code(), Some(0));
}
