//! What tests share: the running system with its clients, fixtures for everything that a test
//! configures, breaks or measures, and sample data.
//!
//! A test gets what it needs in one line:
//!
//! - [`users`], [`products`], [`orders`]: clients of the system that all tests share;
//! - [`OrderServiceFixture`]: an order service between two mocks of its upstreams;
//! - [`ServiceProcess`]: one service as a process on an empty database;
//! - [`Collector`]: a receiver of traces;
//! - [`TcpProxy`]: a database that can be frozen, cut off or shut down;
//! - [`RawConnection`]: a connection for bytes that no HTTP client would send.

mod access;
mod api;
mod collector;
mod in_process;
mod log;
pub mod mock;
mod order_service;
mod proxy;
mod raw_connection;
mod runtime;
mod service_process;
mod stock;
mod system;
mod token;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

use ::system::home::on_path;
use mongodb::Collection;
use mongodb::bson::Document;
use serde_json::{Value, json};

pub use access::Access;
pub use api::{Api, Response};
pub use collector::{Collector, ReceivedSpan};
pub use in_process::{spawn_order_service, spawn_service};
pub use order_service::OrderServiceFixture;
pub use proxy::{Mode, TcpProxy, database_address};
pub use raw_connection::{RawConnection, post};
pub use runtime::{RUNTIME, run};
pub use service_process::{Configuration, ServiceProcess, object_id, timestamp};
pub use stock::{
    fulfil, held, hold_ids, new_order_id, new_product_with_stock, release, reservation, reserve,
    stock,
};
pub use system::{
    SYSTEM, collection, mongo_uri, orders, products, reserving_collection, reserving_orders,
    reserving_ports, services, users,
};
pub use token::Token;

/// An id that no resource has.
pub const NO_ID: &str = "ffffffffffffffffffffffff";

/// The first of these programs on the `PATH`. Without one the caller skips its test, except in CI,
/// where the test fails.
pub fn program_or_skip(names: &[&str], install: &str) -> Option<std::path::PathBuf> {
    let found = names.iter().find_map(|name| on_path(name));
    if found.is_none() {
        let missing = format!("no {} on the PATH ({install})", names.join(" or "));
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{missing}");
        report_skipped(missing);
    }
    found
}

/// Reports once why tests are skipped. Unlike `println!`, this is shown although the tests pass.
pub fn report_skipped(reason: String) {
    static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let message = format!("\ntests skipped: {reason}");
    if REPORTED.lock().unwrap().insert(reason) {
        // The tests do not depend on the message.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
}

/// Inserts a document that the database may refuse, as programs did before there were validators.
pub async fn insert_invalid(collection: &Collection<Document>, document: Document) {
    let insert = collection.insert_one(document).bypass_document_validation(true);
    insert.await.unwrap();
}

/// An e-mail address that is not registered.
pub fn new_email() -> String {
    format!("user{:016x}@example.com", fastrand::u64(..))
}

/// Registers a user; returns the id.
pub async fn new_user() -> String {
    users()
        .post("/users", json!({ "email": new_email(), "password": "long enough", "name": "Ada" }))
        .await
        .id(201)
}

/// Creates a product; returns the id.
pub async fn new_product(price: f64) -> String {
    products()
        .post("/products", json!({ "name": "Teapot", "price": price, "stock": 3 }))
        .await
        .id(201)
}

/// Sends an order with an idempotency key.
pub async fn post_with_key(orders: &Api, key: &str, order: &Value) -> Response {
    let request = orders.request(reqwest::Method::POST, "/orders").header("idempotency-key", key);
    let request = request.header("content-type", "application/json").body(order.to_string());
    orders.send(request).await
}

/// A key that was not used.
pub fn new_key() -> String {
    format!("key-{:032x}", fastrand::u128(..))
}

/// Places an order for one piece of each product; returns the id.
pub async fn new_order(user: &str, products: &[&str]) -> String {
    let items: Vec<Value> =
        products.iter().map(|id| json!({ "productId": id, "quantity": 1 })).collect();
    orders().post("/orders", json!({ "userId": user, "items": items })).await.id(201)
}
