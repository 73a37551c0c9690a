//! The memory that reads need while the stored documents are as large as any that the services have
//! ever stored.
//!
//! Few documents are enough: an answer without a bound times the number of clients is far above the
//! bound. More than 5 MB of new documents, read by many clients, take the database's Python package
//! seconds for each document, in which it answers nothing else. So each test has its own server.

use futures_util::future::join_all;
use mongodb::bson::{Decimal128, doc};
use reqwest::Method;
use system::services::Service;

use crate::support::{NO_ID, ServiceProcess, object_id, run, timestamp};

/// The number of simultaneous clients.
const CLIENTS: usize = 64;

/// The bound on the resident memory of a service, in MiB.
const BOUND: f64 = 256.0;

fn start(service: Service) -> ServiceProcess {
    ServiceProcess::configure(service).separate_server().start()
}

/// Sends requests to the paths in turn; returns the number of responses with 200. Others must be
/// 503.
async fn read_all(service: &ServiceProcess, paths: &[String]) -> usize {
    let read = async |client: usize| {
        let request = service.api.request(Method::GET, &paths[client % paths.len()]);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        assert!(response.bytes().await.unwrap().len() <= 1 << 20);
        assert!([200, 503].contains(&status), "{status}");
        status
    };
    let responses = join_all((0..CLIENTS).map(read)).await;
    responses.into_iter().filter(|status| *status == 200).count()
}

/// Together 4 MB.
const PRODUCTS: u32 = 64;

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
fn pages_of_large_products_are_bounded_in_memory() {
    let service = start(Service::Product);
    let products = run(service.collection("products"));
    let price: Decimal128 = "0.5".parse().unwrap();
    let product = |number: u32| {
        doc! {
            "_id": object_id(number), "name": "x".repeat(62_000), "price": price, "stock": 1_i64,
            "createdAt": timestamp(number.into()),
        }
    };
    run(async {
        products.insert_many((0..PRODUCTS).map(product)).await.unwrap();
        let paths = ["/products", "/products?limit=20", "/products?limit=1"].map(str::to_owned);
        assert!(read_all(&service, &paths).await > 0);
    });
    let peak = service.peak_memory_mib();
    assert!(peak < BOUND, "{peak} MiB");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
fn holds_do_not_take_memory_when_products_are_read() {
    let service = start(Service::Product);
    let products = run(service.collection("products"));
    // Together as long as holds can be, 4 MB for each product, though fewer.
    let hold = doc! { "id": object_id(1), "order": object_id(2), "padding": "x".repeat(100_000) };
    let product = |number: u32| {
        doc! {
            "_id": object_id(number), "name": "Teapot", "price": 1.0, "stock": 1_i64,
            "createdAt": timestamp(number.into()), "holds": vec![hold.clone(); 40],
        }
    };
    run(async {
        for number in 0..4 {
            products.insert_one(product(number)).await.unwrap();
        }
        let idle = service.peak_memory_mib();
        let one = format!("/products/{}", object_id(3));
        let paths = ["/products".to_owned(), one];
        for path in &paths {
            service.api.get(path).await.assert_status(200);
        }
        let used = service.peak_memory_mib() - idle;
        assert!(used < 8.0, "{used} MiB");
    });
}

/// Of 6.4 MB each.
const ORDERS: u32 = 4;

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
fn large_orders_are_bounded_in_memory() {
    let service = start(Service::Order);
    let orders = run(service.collection("orders"));
    let price: Decimal128 = "0.5".parse().unwrap();
    let line = doc! { "productId": NO_ID, "productName": "x".repeat(64_000), "price": price, "quantity": 1 };
    let order = |number: u32| {
        doc! {
            "_id": object_id(number), "userId": NO_ID, "items": vec![line.clone(); 100],
            "totalAmount": price, "status": "pending", "createdAt": timestamp(number.into()),
        }
    };
    run(async {
        for number in 0..ORDERS {
            orders.insert_one(order(number)).await.unwrap();
        }
        let mut paths: Vec<String> =
            (0..ORDERS).map(|number| format!("/orders/{}", object_id(number))).collect();
        paths.push(format!("/orders/user/{NO_ID}"));
        assert!(read_all(&service, &paths).await > 0);
    });
    let peak = service.peak_memory_mib();
    assert!(peak < BOUND, "{peak} MiB");
}
