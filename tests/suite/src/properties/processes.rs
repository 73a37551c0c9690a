//! The three services as real processes, whose logs are read.

use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use reqwest::Method;
use serde_json::Value;
use system::process::Process;
use system::system::{Ports, Service, start_guarded};

use crate::support::{Answer, Api, LIVE, free_ports, mongo_uri};

struct Processes {
    ports: Ports,
    logs: tempfile::TempDir,
    suffix: String,
    /// Ended with this program, by a guard of its own.
    _running: Mutex<Vec<Process>>,
}

static PROCESSES: LazyLock<Processes> = LazyLock::new(|| {
    let (ports, logs) = (free_ports(), tempfile::tempdir().unwrap());
    let suffix = format!("{}_processes", LIVE.suffix);
    let running = Service::ALL.map(|service| {
        let uri = mongo_uri(&LIVE.mongo, service, &suffix);
        start_guarded(service, ports, &uri, logs.path(), false)
            .unwrap_or_else(|stop| panic!("{stop}"))
    });
    Processes { ports, logs, suffix, _running: Mutex::new(running.into()) }
});

/// A service that runs as a process.
pub fn api(service: Service) -> Api {
    Api { url: PROCESSES.ports.url(service) }
}

/// Every line that a service has logged, each of them JSON.
pub fn log_lines(service: Service) -> Vec<Value> {
    let file = PROCESSES.logs.path().join(format!("{}.log", service.name()));
    let text = std::fs::read_to_string(file).unwrap();
    // The last line may be half written.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let parse =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    whole.lines().map(parse).collect()
}

/// The one line of a request.
pub async fn logged(service: Service, request_id: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let lines = log_lines(service);
        let mut found: Vec<_> =
            lines.into_iter().filter(|line| line["requestId"] == request_id).collect();
        if let (Some(line), true) = (found.pop(), found.is_empty()) {
            return line;
        }
        assert!(Instant::now() < deadline, "{} lines for request {request_id}", found.len());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Puts something into the database that no service has written, and asks for
/// it. The answer must not say what it is.
pub async fn broken_document_answer(service: Service, id: &str, secret: &str) -> Answer {
    let (name, path) = match service {
        Service::User => ("users", "users"),
        Service::Product => ("products", "products"),
        Service::Order => ("orders", "orders"),
    };
    let uri = mongo_uri(&LIVE.mongo, service, &PROCESSES.suffix);
    let client = mongodb::Client::with_uri_str(&uri).await.unwrap();
    let collection = client.default_database().unwrap().collection::<Document>(name);
    let oid: ObjectId = id.parse().unwrap();
    let document = doc! { "_id": oid, "emailKey": id, "secret": secret };
    collection.replace_one(doc! { "_id": oid }, document).upsert(true).await.unwrap();
    let answer =
        api(service).answer(api(service).request(Method::GET, &format!("/{path}/{id}"))).await;
    client.shutdown().await;
    answer
}

/// The same, and the id under which it was logged.
pub async fn broken_document(service: Service, id: &str, secret: &str) -> String {
    let answer = broken_document_answer(service, id, secret).await;
    answer.headers["x-request-id"].to_str().unwrap().to_owned()
}
