//! Writes whose responses from the database are lost. They may have been executed, so their errors
//! must not ask clients to retry; writes that clients may retry must not have been executed.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use system::services::Service;

use crate::support::{Mode, NO_ID, Response, ServiceProcess, TcpProxy, mongo_uri, run};

/// Starts a product service behind the proxy, and opens its connections to the database.
fn product_service(proxy: &TcpProxy) -> ServiceProcess {
    product_service_on(proxy, &format!("_{}", ObjectId::new()))
}

/// The same on the database with a suffix.
fn product_service_on(proxy: &TcpProxy, suffix: &str) -> ServiceProcess {
    let uri = proxy.uri(Service::Product, suffix);
    let service = ServiceProcess::configure(Service::Product).mongo_uri(&uri).start();
    run(join_all((0..32).map(|number| create(&service, number))));
    service
}

fn product(number: usize) -> Value {
    json!({ "name": format!("Product {number}"), "price": 1, "stock": 1 })
}

async fn create(service: &ServiceProcess, number: usize) -> Response {
    service.api.post("/products", product(number)).await
}

/// Whether a response says that the outcome is unknown. Otherwise it must say that the write was
/// not executed.
fn is_unknown(response: &Response) -> bool {
    let error = &response.body["error"];
    let retry = response.headers.contains_key("retry-after");
    assert_eq!(response.status, 503, "{error}");
    match error["code"].as_str().unwrap() {
        "OUTCOME_UNKNOWN" => {
            assert!(!retry, "{error}");
            let id = error["details"]["id"].as_str();
            let message = error["message"].as_str();
            let path = format!("/products/{}", id.unwrap());
            assert!(message.unwrap().contains(&path), "{error}");
            true
        }
        "SERVICE_UNAVAILABLE" => {
            assert!(retry, "{error}");
            false
        }
        code => panic!("{code}"),
    }
}

#[test]
fn executed_writes_are_never_answered_with_retry_after() {
    let proxy = TcpProxy::forwarding();
    let service = product_service(&proxy);
    let api = &service.api;
    let collection = run(service.collection("products"));
    let ids: Vec<String> =
        run(join_all((0..16).map(async |number| create(&service, number).await.id(201))));
    proxy.set(Mode::Freeze);
    let frozen = Instant::now();
    // 8 products are updated, 8 deleted and 16 created.
    let write = async |number: usize| {
        let path = format!("/products/{}", ids[number % 16]);
        let response = match number {
            0..8 => api.put(&path, json!({ "name": "Changed" })).await,
            8..16 => api.delete(&path).await,
            _ => create(&service, 1000 + number).await,
        };
        (number, response, frozen.elapsed())
    };
    let read = async {
        let response = api.get(&format!("/products/{}", ids[0])).await;
        assert!(response.headers.contains_key("retry-after"));
        assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
    };
    let (responses, ()) = run(async { tokio::join!(join_all((0..32).map(write)), read) });
    run(async {
        tokio::time::sleep(Duration::from_secs(7).saturating_sub(frozen.elapsed())).await;
        proxy.set(Mode::Forward);
        while api.get("/health").await.status != 200 {}
        // Writes that were sent meanwhile are executed now.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut executed = 0;
        for (number, response, took) in responses {
            assert!(took < Duration::from_secs(6), "a response took {took:?}");
            let path = format!("/products/{}", ids[number % 16]);
            let done = match number {
                0..8 => api.get(&path).await.assert_status(200)["name"] == "Changed",
                8..16 => api.get(&path).await.status == 404,
                _ => {
                    let name = format!("Product {}", 1000 + number);
                    collection.count_documents(doc! { "name": name }).await.unwrap() > 0
                }
            };
            let unknown = is_unknown(&response);
            assert!(unknown || !done, "write {number} was executed: {}", response.body);
            executed += usize::from(done);
        }
        assert!(executed > 0, "no write was in flight");
    });
}

#[test]
fn writes_with_lost_responses_can_be_looked_up() {
    let proxy = TcpProxy::forwarding();
    let service = product_service(&proxy);
    run(async {
        proxy.set(Mode::CutResponses);
        let response = create(&service, 99).await;
        assert!(is_unknown(&response), "{}", response.body);
        proxy.set(Mode::Forward);
        while service.api.get("/health").await.status != 200 {}
        let path =
            format!("/products/{}", response.body["error"]["details"]["id"].as_str().unwrap());
        assert_eq!(service.api.get(&path).await.assert_status(200)["name"], "Product 99");
    });
}

#[test]
fn insertions_whose_response_is_lost_once_are_completed() {
    let proxy = TcpProxy::forwarding();
    let suffix = format!("_{}", ObjectId::new());
    let service = product_service_on(&proxy, &suffix);
    run(async {
        let uri = mongo_uri(Service::Product, &suffix);
        let client = mongodb::Client::with_uri_str(uri).await.unwrap();
        let collection = client.default_database().unwrap().collection::<Document>("products");
        let stored = || collection.count_documents(doc! { "name": "Product 99" });
        proxy.set(Mode::CutResponses);
        let forward = async {
            while stored().await.unwrap() == 0 {}
            proxy.set(Mode::Forward);
        };
        let (response, ()) = tokio::join!(create(&service, 99), forward);
        response.assert_status(201);
        assert_eq!(stored().await.unwrap(), 1);
    });
}

/// The settler of another replica may abandon it in between.
#[test]
fn orders_that_change_before_their_insertion_is_repeated_are_left_as_they_are() {
    let proxy = TcpProxy::forwarding();
    let suffix = format!("_{}", ObjectId::new());
    let uri = proxy.uri(Service::Order, &suffix);
    let service = ServiceProcess::configure(Service::Order).mongo_uri(&uri);
    let service = service.env("STOCK", "reserved").start();
    run(async {
        let uri = mongo_uri(Service::Order, &suffix);
        let client = mongodb::Client::with_uri_str(uri).await.unwrap();
        let orders = client.default_database().unwrap().collection::<Document>("orders");
        let due = DateTime::from_millis(DateTime::now().timestamp_millis() + 86_400_000);
        proxy.set(Mode::CutResponses);
        let abandon = async {
            while orders.find_one(doc! {}).await.unwrap().is_none() {}
            let abandoned = doc! { "status": "abandoned", "nextAttemptAt": due };
            orders.update_one(doc! {}, doc! { "$set": abandoned }).await.unwrap();
            proxy.set(Mode::Forward);
        };
        let items = json!([{ "productId": NO_ID, "quantity": 1 }]);
        let order = json!({ "userId": NO_ID, "items": items });
        let (response, ()) = tokio::join!(service.api.post("/orders", order), abandon);
        response.assert_status(503);
        let stored = orders.find_one(doc! {}).await.unwrap().unwrap();
        assert_eq!(stored.get_str("status").unwrap(), "abandoned");
        assert_eq!(stored.get_datetime("nextAttemptAt").unwrap(), &due);
    });
}

#[test]
fn reservations_with_lost_responses_can_be_repeated() {
    let proxy = TcpProxy::forwarding();
    let service = product_service(&proxy);
    let api = &service.api;
    run(async {
        let product = create(&service, 99).await.id(201);
        let order = format!("/reservations/{}", ObjectId::new());
        let items = json!({ "items": [{ "productId": product, "quantity": 1 }] });
        let reserved = api.put(&order, items.clone()).await.assert_status(200);
        proxy.set(Mode::CutResponses);
        for response in [api.put(&order, items.clone()).await, api.delete(&order).await] {
            assert!(!is_unknown(&response), "{}", response.body);
        }
        proxy.set(Mode::Forward);
        while api.get("/health").await.status != 200 {}
        // The release was executed, or is now; either way one unit is given back.
        api.delete(&order).await.assert_status(204);
        let path = format!("/products/{product}");
        assert_eq!(api.get(&path).await.assert_status(200)["stock"], 1);
        let again = api.put(&order, items).await.assert_status(200);
        assert_ne!(again["items"][0]["holdId"], reserved["items"][0]["holdId"]);
        assert_eq!(api.get(&path).await.assert_status(200)["stock"], 0);
    });
}
