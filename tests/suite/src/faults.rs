//! What must hold when things break: real processes, killed with SIGKILL, and
//! clients that misbehave.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::process::Signal;
use serde_json::{Value, json};
use system::database::{Source, accepts, database_uri, free_port};
use system::process::Process;
use system::system::{Ports, Service, command, healthy, start};

use crate::properties::mock::{Behaviour, Mock};
use crate::support::{
    Api, LIVE, NO_ID, free_ports, mongo_uri, new_email, new_order, new_product, new_user, orders,
    products, run, users,
};

/// A database that can be killed, with data that outlives it.
fn database(port: u16, data: &Path) -> Process {
    let source = Source::find().unwrap();
    let mut command = source
        .command(port, data)
        .expect("these tests need a database of their own: unset MONGO_URI");
    std::fs::create_dir_all(data).unwrap();
    let mut process =
        Process::start("the database", &mut command, &data.with_extension("log")).unwrap();
    process.wait_until(Duration::from_secs(60), || accepts(port)).unwrap();
    process
}

fn wait_for(what: &str, limit: Duration, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < limit, "{what} took longer than {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_database_is_gone_at_the_start_then_there_then_killed_then_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (ports, mongo) = (free_ports(), free_port().unwrap());
    let port = ports.of(Service::Product);
    let uri = database_uri(&format!("mongodb://127.0.0.1:{mongo}"), "productdb");
    let mut service = command(Service::Product, ports, &uri, false);
    let mut service =
        Process::start("product-service", &mut service, &folder.path().join("service.log"))
            .unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert!(service.ended().is_none() && !accepts(port), "the port opened without a database");

    let mut first = database(mongo, &data);
    wait_for("the start", Duration::from_secs(15), || healthy(port));
    let api = Api { url: ports.url(Service::Product) };
    let product = json!({ "name": "Teapot", "price": 0.1, "stock": 1 });
    let id = run(api.post("/products", product.clone())).id(201);

    first.kill();
    run(async {
        for _ in 0..3 {
            let started = Instant::now();
            let answer = api.get(&format!("/products/{id}")).await;
            assert!(answer.headers.contains_key("retry-after"));
            assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
            assert_eq!(
                api.post("/products", product.clone()).await.code(503),
                "SERVICE_UNAVAILABLE"
            );
            assert_eq!(api.get("/health").await.status, 503);
            assert_eq!(api.get("/health/live").await.status, 200);
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        }
    });
    let second = database(mongo, &data);
    wait_for("the return", Duration::from_secs(15), || healthy(port));
    // What was acknowledged survived.
    assert_eq!(run(api.get(&format!("/products/{id}"))).expect(200)["name"], "Teapot");
    assert!(service.ended().is_none(), "the service gave up");
    service.stop();
    second.stop();
}

#[test]
fn an_upstream_that_is_killed_costs_orders_not_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let ports = free_ports();
    let uri = |service| mongo_uri(&LIVE.mongo, service, &format!("{}_upstream", LIVE.suffix));
    let up = |service| start(service, ports, &uri(service), folder.path(), false).unwrap();
    let [mut users, mut products, order] = Service::ALL.map(up);
    let api = |service| Api { url: ports.url(service) };
    let user = json!({ "email": new_email(), "password": "long enough", "name": "Ada" });
    let user = run(api(Service::User).post("/users", user)).id(201);
    let product = json!({ "name": "Cup", "price": 0.1, "stock": 1 });
    let product = run(api(Service::Product).post("/products", product)).id(201);
    let body = json!({ "userId": user, "items": [{ "productId": product, "quantity": 3 }] });
    let place = || run(api(Service::Order).post("/orders", body.clone()));
    assert_eq!(place().expect(201)["totalAmount"], 0.3);
    users.kill();
    assert_eq!(place().code(503), "SERVICE_UNAVAILABLE");
    let users = up(Service::User);
    place().expect(201);
    products.kill();
    assert_eq!(place().code(503), "SERVICE_UNAVAILABLE");
    // Everything else goes on.
    assert_eq!(
        run(api(Service::Order).get(&format!("/orders/user/{user}"))).expect(200)["orders"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let products = up(Service::Product);
    place().expect(201);
    for process in [users, products, order] {
        process.stop();
    }
}

#[test]
fn every_order_that_was_acknowledged_survives_the_death_of_its_service() {
    let folder = tempfile::tempdir().unwrap();
    let (users, products) = (Mock::start(), Mock::start());
    let ports = Ports([users.port, products.port, free_port().unwrap()]);
    let uri = mongo_uri(&LIVE.mongo, Service::Order, &format!("{}_stream", LIVE.suffix));
    let mut service = start(Service::Order, ports, &uri, folder.path(), false).unwrap();
    let url = format!("{}/orders", ports.url(Service::Order));
    let body =
        json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] }).to_string();
    let dead = AtomicBool::new(false);
    let stream = async || {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut acknowledged = Vec::new();
        while !dead.load(Ordering::Relaxed) {
            let sent = http
                .post(&url)
                .header("content-type", "application/json")
                .body(body.clone())
                .send()
                .await;
            let Ok(answer) = sent else { continue };
            if answer.status() == 201 {
                // The location came with the status: that is an acknowledgement, whole body or not.
                acknowledged.push(answer.headers()["location"].to_str().unwrap().to_owned());
            }
        }
        acknowledged
    };
    let kill = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        service.kill();
        dead.store(true, Ordering::Relaxed);
    };
    let (a, b, c, d, ()) =
        run(async { tokio::join!(stream(), stream(), stream(), stream(), kill) });
    let acknowledged: Vec<String> = [a, b, c, d].concat();
    assert!(acknowledged.len() > 10, "only {} orders", acknowledged.len());
    let again = start(Service::Order, ports, &uri, folder.path(), false).unwrap();
    let api = Api { url: ports.url(Service::Order) };
    run(async {
        for path in &acknowledged {
            api.get(path).await.expect(200);
        }
    });
    again.stop();
}

#[test]
fn of_fifty_registrations_of_one_address_one_wins() {
    run(async {
        let email = new_email();
        let register = async |index: usize| {
            let email = if index.is_multiple_of(2) { email.clone() } else { email.to_uppercase() };
            let user = json!({ "email": email, "password": "long enough", "name": format!("User {index}") });
            users().post("/users", user).await.status
        };
        let mut statuses = join_all((0..50).map(register)).await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 49][..]));
    });
}

#[test]
fn of_two_hundred_changes_of_a_status_the_answers_agree() {
    run(async {
        let path = format!(
            "/orders/{}/status",
            new_order(&new_user().await, &[&new_product(1.0).await]).await
        );
        let targets = ["processing", "completed", "cancelled", "pending"];
        let change = async |index: usize| {
            let target = targets[index % targets.len()];
            let answer = orders().put(&path, json!({ "status": target })).await;
            assert!([200, 409].contains(&answer.status), "{}", answer.body);
            (target, answer.status == 200)
        };
        let outcomes = join_all((0..200).map(change)).await;
        let order = orders().get(path.trim_end_matches("/status")).await.expect(200);
        let end = order["status"].as_str().unwrap();
        assert!(["completed", "cancelled"].contains(&end), "{end}");
        let other = if end == "completed" { "cancelled" } else { "completed" };
        // Who asked for the end it came to was told so, all of them; who asked for the other, none.
        assert!(outcomes.iter().filter(|(target, _)| *target == end).all(|(_, moved)| *moved));
        assert!(outcomes.iter().filter(|(target, _)| *target == other).all(|(_, moved)| !*moved));
    });
}

fn connect(api: &Api) -> TcpStream {
    let stream = TcpStream::connect(api.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

#[test]
fn a_client_that_does_not_finish_its_head_is_let_go() {
    let mut stream = connect(&products());
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nx-slow").unwrap();
    let started = Instant::now();
    let mut rest = Vec::new();
    // Closed, with or without an answer; dripping on does not help.
    while started.elapsed() < Duration::from_secs(60) {
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        match stream.read_to_end(&mut rest) {
            Ok(_) => break,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                drop(stream.write_all(b"y"))
            }
            Err(_) => break,
        }
    }
    let took = started.elapsed();
    let limit = openapi_server::limits::HEAD_TIMEOUT;
    assert!(
        took > limit - Duration::from_secs(2) && took < limit + Duration::from_secs(5),
        "{took:?}"
    );
}

#[test]
fn a_client_that_does_not_finish_its_body_is_told() {
    let mut stream = connect(&products());
    let head = "POST /products HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).unwrap();
    let started = Instant::now();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 408");
    let took = started.elapsed();
    assert!(took < openapi_server::limits::BODY_TIMEOUT + Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_thousand_idle_connections_do_not_stop_service() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let idle: Vec<TcpStream> = (0..1000).map(|_| connect(&products())).collect();
    run(async {
        let started = Instant::now();
        products().get("/products?limit=1").await.expect(200);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    });
    drop(idle);
}

#[test]
fn a_service_that_is_told_to_stop_finishes_what_it_has_begun() {
    let folder = tempfile::tempdir().unwrap();
    let (users, products) = (Mock::start(), Mock::start());
    users.behave(Behaviour::Hang);
    let ports = Ports([users.port, products.port, free_port().unwrap()]);
    let uri = mongo_uri(&LIVE.mongo, Service::Order, &format!("{}_stop", LIVE.suffix));
    let mut service = start(Service::Order, ports, &uri, folder.path(), false).unwrap();
    let api = Api { url: ports.url(Service::Order) };
    let body = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
    // The upstream hangs, so the answer comes after five seconds.
    let (answer, ()) = run(async {
        tokio::join!(api.post("/orders", body), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            service.signal(Signal::TERM);
        })
    });
    assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
    wait_for("the end", Duration::from_secs(10), || service.ended().is_some());
    assert_eq!(service.ended().unwrap().code(), Some(0), "{}", service.tail());
    assert!(
        service.output().lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{}",
        service.output()
    );
}

#[test]
fn the_command_line_answers_questions() {
    for service in Service::ALL {
        let ask = |arguments: &[&str], port: u16| {
            let mut program = Command::new(command(service, free_ports(), "", false).get_program());
            let output = program.args(arguments).env("PORT", port.to_string()).output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        let (code, help) = ask(&["--help"], 1);
        assert!(code == Some(0) && help.contains("MONGO_URI"), "{help}");
        assert!(ask(&["--version"], 1).1.starts_with(service.name()));
        assert_eq!(ask(&["--health"], LIVE.ports.of(service)).0, Some(0));
        assert_eq!(ask(&["--health"], free_port().unwrap()).0, Some(1));
        assert_eq!(ask(&["--nonsense"], 1).0, Some(2));
    }
}
