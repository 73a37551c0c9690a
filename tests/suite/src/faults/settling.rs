//! What requests leave to the settler, while the product service is down and with several replicas.

use std::time::{Duration, Instant};

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};
use openapi_server::Shutdown;
use order_service::config::Stock;
use serde_json::{Value, json};
use system::ports::free_port;
use system::services::{Ports, Service, is_healthy};

use crate::support::{
    Api, SYSTEM, ServiceProcess, insert_invalid, mongo_uri, new_product_with_stock, new_user,
    reserve, run, spawn_order_service, stock, timestamp,
};

/// Starts an order service that reserves stock, between these user and product services.
fn start_order_service(users: u16, products: u16, database: &str) -> Api {
    let port = free_port().unwrap();
    let ports = Ports([users, products, port]);
    spawn_order_service(ports, database, false, Stock::Reserved, Shutdown::new());
    let start = Instant::now();
    while !is_healthy(port) {
        assert!(start.elapsed() < Duration::from_secs(30), "the order service does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    Api { url: ports.url(Service::Order) }
}

async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !condition().await {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn cancellations_succeed_without_the_product_service_and_are_settled_later() {
    let suffix = format!("_{}", ObjectId::new());
    let database = mongo_uri(Service::Product, &suffix);
    let ports = Ports::free().unwrap();
    let start = || {
        let product = ServiceProcess::configure(Service::Product).ports(ports);
        product.mongo_uri(&database).start()
    };
    let mut products = start();
    let users = SYSTEM.ports.of(Service::User);
    let orders = start_order_service(users, products.port, &mongo_uri(Service::Order, &suffix));
    run(async {
        let product = json!({ "name": "Teapot", "price": 1, "stock": 5 });
        let id = products.api.post("/products", product).await.id(201);
        let stock = async |api: &Api| -> Value {
            api.get(&format!("/products/{id}")).await.assert_status(200)["stock"].clone()
        };
        let items = json!([{ "productId": id, "quantity": 2 }]);
        let order = json!({ "userId": new_user().await, "items": items });
        let placed = orders.post("/orders", order.clone()).await.id(201);
        assert_eq!(stock(&products.api).await, 3);
        products.process.kill();
        // Orders cannot be placed now, and leave nothing behind.
        assert_eq!(orders.post("/orders", order).await.code(503), "SERVICE_UNAVAILABLE");
        let path = format!("/orders/{placed}/status");
        let cancelled = orders.put(&path, json!({ "status": "cancelled" })).await;
        assert_eq!(cancelled.assert_status(200)["status"], "cancelled");
        products = start();
        eventually("the stock is given back", async || stock(&products.api).await == 5).await;
    });
}

#[test]
fn replicas_share_the_work_and_do_nothing_twice() {
    const ORDERS: i64 = 40;
    let suffix = format!("_{}", ObjectId::new());
    let database = mongo_uri(Service::Order, &suffix);
    let ports = SYSTEM.ports;
    let replica =
        || start_order_service(ports.of(Service::User), ports.of(Service::Product), &database);
    let _replicas = [replica(), replica()];
    run(async {
        let client = mongodb::Client::with_uri_str(&database).await.unwrap();
        let orders = client.default_database().unwrap().collection::<Document>("orders");
        let (user, product) = (new_user().await, new_product_with_stock(ORDERS).await);
        for number in 0..ORDERS {
            let id = ObjectId::new();
            reserve(&id.to_hex(), &[(&product, 1)]).await.assert_status(200);
            // Half of the orders were abandoned, the others were still placing.
            let status = if number % 2 == 0 { "abandoned" } else { "placing" };
            let now = DateTime::now();
            let document = doc! {
                "_id": id,
                "userId": &user,
                "lines": [{ "productId": &product, "quantity": 1 }],
                "status": status,
                "createdAt": now,
                "updatedAt": now,
                "nextAttemptAt": now,
            };
            orders.insert_one(document).await.unwrap();
        }
        eventually("all orders are removed", async || {
            orders.count_documents(doc! {}).await.unwrap() == 0
        })
        .await;
        assert_eq!(stock(&product).await, ORDERS);
    });
}

#[test]
fn due_order_that_cannot_be_read_does_not_hold_up_others() {
    let upstreams = [Service::User, Service::Product].map(|service| SYSTEM.ports.of(service));
    let ports = Ports([upstreams[0], upstreams[1], free_port().unwrap()]);
    let service = ServiceProcess::configure(Service::Order).ports(ports);
    let service = service.env("STOCK", "reserved").start();
    run(async {
        let orders = service.collection("orders").await;
        let due = |id: Bson| {
            doc! {
                "_id": id, "userId": ObjectId::new().to_hex(), "status": "abandoned",
                "createdAt": timestamp(1), "nextAttemptAt": timestamp(2),
            }
        };
        insert_invalid(&orders, due("lost".into())).await;
        let readable = ObjectId::new();
        orders.insert_one(due(readable.into())).await.unwrap();
        eventually("the other order is removed", async || {
            orders.count_documents(doc! { "_id": readable }).await.unwrap() == 0
        })
        .await;
    });
    let line = service.wait_for_log(|line| line["message"] == "cannot read a due order");
    assert!(line["error"].as_str().unwrap().starts_with("_id: expected an ObjectId"), "{line}");
}

/// Three orders, in the order of the audit: one of a newer version of the service, one whose
/// product cannot be given back, and one that does not exist.
#[test]
fn audit_goes_on_after_orders_that_it_cannot_read_or_release() {
    let ports = Ports::free().unwrap();
    let products = ServiceProcess::configure(Service::Product).ports(ports).start();
    run(async {
        let collection = products.collection("products").await;
        let new_product = async || {
            let product = json!({ "name": "Teapot", "price": 1, "stock": 5 });
            products.api.post("/products", product).await.id(201)
        };
        let [good, broken] = [new_product().await, new_product().await];
        let hold = async |order: ObjectId, product: &str| {
            let items = json!({ "items": [{ "productId": product, "quantity": 1 }] });
            products.api.put(&format!("/reservations/{order}"), items).await.assert_status(200);
        };
        let ids = [(); 3].map(|()| ObjectId::new());
        for (id, product) in ids.iter().zip([&good, &broken, &good]) {
            hold(*id, product).await;
        }
        let no_number = doc! { "$set": { "stock": "five" } };
        let filter = doc! { "_id": ObjectId::parse_str(&broken).unwrap() };
        let damage = collection.update_one(filter, no_number).bypass_document_validation(true);
        damage.await.unwrap();
        let database = mongo_uri(Service::Order, &format!("_{}", ObjectId::new()));
        let client = mongodb::Client::with_uri_str(&database).await.unwrap();
        let stored = client.default_database().unwrap().collection("orders");
        let newer = doc! {
            "_id": ids[0], "schemaVersion": 99, "userId": ids[0].to_hex(), "status": "pending",
            "createdAt": timestamp(1),
        };
        stored.insert_one(newer).await.unwrap();
        let orders = ServiceProcess::configure(Service::Order).ports(ports).mongo_uri(&database);
        let orders = orders.env("STOCK", "reserved").env("AUDIT_AGE", "2").start();
        eventually("the third order is released", async || {
            let response = products.api.get(&format!("/reservations/{}", ids[2])).await;
            response.status == 404
        })
        .await;
        for (message, id) in
            [("auditing an order failed", ids[0]), ("releasing a stray reservation failed", ids[1])]
        {
            let line = orders.wait_for_log(|line| {
                line["message"].as_str().is_some_and(|text| text.starts_with(message))
            });
            assert_eq!(line["order"], id.to_hex());
        }
        let path = format!("/reservations/{}", ids[0]);
        products.api.get(&path).await.assert_status(200);
    });
}
