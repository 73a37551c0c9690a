//! The three services as processes, whose logs are read.

use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use reqwest::Method;
use serde_json::Value;
use system::process::Process;
use system::services::{Ports, Service, start_guarded};

use crate::support::{Api, Response, mongo_uri};

/// The suffix of the names of the databases.
const SUFFIX: &str = "_processes";

struct Processes {
    ports: Ports,
    logs: tempfile::TempDir,
    /// Guards stop the services when this program ends.
    _running: Mutex<Vec<Process>>,
}

static PROCESSES: LazyLock<Processes> = LazyLock::new(|| {
    let ports = Ports::free().unwrap();
    let logs = tempfile::tempdir().unwrap();
    let running = Service::ALL.map(|service| {
        let uri = mongo_uri(service, SUFFIX);
        start_guarded(service, ports, &uri, logs.path(), false).unwrap()
    });
    Processes { ports, logs, _running: Mutex::new(running.into()) }
});

/// A client of a service that runs as a process.
pub fn api(service: Service) -> Api {
    Api { url: PROCESSES.ports.url(service) }
}

/// All complete lines that a service has logged.
pub fn log_lines(service: Service) -> Vec<Value> {
    let file = PROCESSES.logs.path().join(format!("{}.log", service.name()));
    let text = std::fs::read_to_string(file).unwrap();
    // The last line may be incomplete.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let parse =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    whole.lines().map(parse).collect()
}

/// Waits for the log line of a request, which must be the only one.
pub async fn logged(service: Service, request_id: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let lines = log_lines(service);
        let mut found: Vec<_> =
            lines.into_iter().filter(|line| line["request_id"] == request_id).collect();
        if let (Some(line), true) = (found.pop(), found.is_empty()) {
            return line;
        }
        assert!(Instant::now() < deadline, "{} lines for request {request_id}", found.len());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Stores an unreadable document with a secret and requests it, which causes an internal error.
pub async fn request_unreadable_document(service: Service, id: &str, secret: &str) -> Response {
    let (name, path) = match service {
        Service::User => ("users", "users"),
        Service::Product => ("products", "products"),
        Service::Order => ("orders", "orders"),
    };
    let uri = mongo_uri(service, SUFFIX);
    let client = mongodb::Client::with_uri_str(&uri).await.unwrap();
    let collection = client.default_database().unwrap().collection::<Document>(name);
    let oid: ObjectId = id.parse().unwrap();
    let document = doc! { "_id": oid, "emailKey": id, "secret": secret };
    let replace = collection.replace_one(doc! { "_id": oid }, document).upsert(true);
    replace.bypass_document_validation(true).await.unwrap();
    let response =
        api(service).send(api(service).request(Method::GET, &format!("/{path}/{id}"))).await;
    client.shutdown().await;
    response
}

/// Causes an internal error; returns its request id.
pub async fn cause_internal_error(service: Service, id: &str, secret: &str) -> String {
    let response = request_unreadable_document(service, id, secret).await;
    response.headers["x-request-id"].to_str().unwrap().to_owned()
}
