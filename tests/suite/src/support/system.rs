//! The running system that most tests share.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use mongodb::bson::Document;
use openapi_server::Shutdown;
use order_service::config::Stock;
use system::database::{Database, Source, database_uri};
use system::ports::free_port;
use system::services::{Ports, Service, is_healthy};

use super::api::Api;
use super::in_process::{spawn_order_service, spawn_service};
use super::log;

/// The time that the services have to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The three services, in this process, and their databases.
pub struct TestSystem {
    pub ports: Ports,
    /// The connection string of the database server.
    pub mongo: String,
    /// The suffix of the names of all databases.
    pub suffix: String,
    /// The server, unless `TEST_MONGO_URI` names one.
    _database: Option<Database>,
}

/// The shared system, started by the first test that uses it.
pub static SYSTEM: LazyLock<TestSystem> = LazyLock::new(|| {
    log::record();
    let (mongo, database) = match std::env::var("TEST_MONGO_URI") {
        Ok(uri) => (uri, None),
        Err(_) => {
            let database = Database::start_temporary(&Source::find().unwrap()).unwrap();
            (database.server().to_owned(), Some(database))
        }
    };
    let suffix = format!("_{:08x}", fastrand::u32(..));
    let ports = Ports::free().unwrap();
    for service in Service::ALL {
        let uri = database_uri(&mongo, &format!("{}{suffix}", service.database()));
        spawn_service(service, ports, &uri, false, Shutdown::new());
    }
    let start = Instant::now();
    while !Service::ALL.iter().all(|service| is_healthy(ports.of(*service))) {
        let elapsed = start.elapsed();
        assert!(elapsed < START_TIMEOUT, "the services do not start:{}", log::errors(""));
        std::thread::sleep(Duration::from_millis(20));
    }
    TestSystem { ports, mongo, suffix, _database: database }
});

/// An order service that reserves stock, beside the shared services, with a separate database.
static RESERVING: LazyLock<Ports> = LazyLock::new(|| {
    let Ports([users, products, _]) = SYSTEM.ports;
    let ports = Ports([users, products, free_port().unwrap()]);
    let uri = mongo_uri(Service::Order, RESERVING_SUFFIX);
    spawn_order_service(ports, &uri, false, Stock::Reserved, Shutdown::new());
    let start = Instant::now();
    while !is_healthy(ports.of(Service::Order)) {
        let elapsed = start.elapsed();
        assert!(elapsed < START_TIMEOUT, "the service does not start:{}", log::errors(""));
        std::thread::sleep(Duration::from_millis(20));
    }
    ports
});

const RESERVING_SUFFIX: &str = "_reserving";

/// The connection string of a database of a service, which `suffix` distinguishes from others.
pub fn mongo_uri(service: Service, suffix: &str) -> String {
    let TestSystem { mongo, suffix: system, .. } = &*SYSTEM;
    database_uri(mongo, &format!("{}{system}{suffix}", service.database()))
}

/// A collection of a shared service.
pub async fn collection(service: Service, name: &str) -> mongodb::Collection<Document> {
    let client = mongodb::Client::with_uri_str(&mongo_uri(service, "")).await.unwrap();
    client.default_database().unwrap().collection(name)
}

pub fn users() -> Api {
    Api { url: SYSTEM.ports.url(Service::User) }
}

pub fn products() -> Api {
    Api { url: SYSTEM.ports.url(Service::Product) }
}

pub fn orders() -> Api {
    Api { url: SYSTEM.ports.url(Service::Order) }
}

/// The ports of the shared services, with the order service that reserves stock.
pub fn reserving_ports() -> Ports {
    *RESERVING
}

/// The order service that reserves stock.
pub fn reserving_orders() -> Api {
    Api { url: RESERVING.url(Service::Order) }
}

/// The documents of the order service that reserves stock.
pub async fn reserving_collection() -> mongodb::Collection<Document> {
    let uri = mongo_uri(Service::Order, RESERVING_SUFFIX);
    let client = mongodb::Client::with_uri_str(&uri).await.unwrap();
    client.default_database().unwrap().collection("orders")
}

pub fn services() -> [Api; 3] {
    [users(), products(), orders()]
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use mongodb::bson::doc;
    use mongodb::bson::oid::ObjectId;

    use super::*;
    use crate::support::insert_invalid;
    use crate::support::runtime::run;

    #[test]
    fn failed_assertions_show_what_the_service_logged() {
        let failure = run(async {
            let stored = collection(Service::Product, "products").await;
            let unreadable = doc! { "_id": ObjectId::new(), "price": "none" };
            insert_invalid(&stored, unreadable.clone()).await;
            let path = format!("/products/{}", unreadable.get_object_id("_id").unwrap());
            let response = products().get(&path).await;
            stored.delete_one(unreadable).await.unwrap();
            catch_unwind(AssertUnwindSafe(|| response.assert_status(200))).unwrap_err()
        });
        let message = failure.downcast::<String>().unwrap();
        assert!(message.contains("ERROR") && message.contains("status=500"), "{message}");
    }
}
