//! A service as a process on a separate database, for tests that fill the
//! database by hand, read the log or measure the process.

use std::time::Duration;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document};
use mongodb::{Client, Collection};
use serde_json::Value;
use system::process::Process;
use system::system::{Ports, Service, start};

use crate::support::{Api, LIVE, free_ports, mongo_uri};

/// A service and its database.
pub struct Started {
    /// Its client.
    pub api: Api,
    /// Its process, which ends with this.
    pub process: Process,
    uri: String,
    _logs: tempfile::TempDir,
}

impl Started {
    /// Starts a service on an empty database.
    pub fn new(service: Service) -> Self {
        let suffix = format!("{}_{:08x}", LIVE.suffix, fastrand::u32(..));
        Self::on(service, free_ports(), &mongo_uri(&LIVE.mongo, service, &suffix))
    }

    /// Starts a service on this database, between these ports.
    pub fn on(service: Service, ports: Ports, uri: &str) -> Self {
        let logs = tempfile::tempdir().unwrap();
        let process =
            start(service, ports, uri, logs.path(), false).unwrap_or_else(|stop| panic!("{stop}"));
        let api = Api { url: ports.url(service) };
        Self { api, process, uri: uri.to_owned(), _logs: logs }
    }

    /// A collection of its database.
    pub async fn collection(&self, name: &str) -> Collection<Document> {
        let client = Client::with_uri_str(&self.uri).await.unwrap();
        client.default_database().unwrap().collection(name)
    }

    /// What it has logged until now; lines are written some time after they are made.
    pub fn log(&self) -> String {
        std::thread::sleep(Duration::from_millis(500));
        self.process.output()
    }

    /// The lines of its log with this message.
    pub fn logged(&self, message: &str) -> Vec<Value> {
        let lines = self.log();
        let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["message"] == message).collect()
    }
}

/// A date so many milliseconds after another, so that a list has an order.
pub fn at(milliseconds: i64) -> DateTime {
    DateTime::from_millis(1_767_225_600_000 + milliseconds)
}

/// Ids in the order of their numbers.
pub fn id(number: u32) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}
