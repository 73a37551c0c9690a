//! What reading costs in memory, whatever is stored: the documents are as large
//! as any that the services have ever stored.

use futures_util::future::join_all;
use mongodb::bson::{Decimal128, doc};
use reqwest::Method;
use system::system::Service;

use crate::started::{Started, at, id};
use crate::support::{NO_ID, run};

/// Clients that ask at the same time.
const CLIENTS: usize = 64;

/// The most that a service may have resident, in KiB.
const BOUND: u64 = 256 << 10;

/// The most that the process has ever had resident, in KiB.
fn peak(service: &Started) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The answers to so many clients, each of which asks for one of the paths: all are answered,
/// with 200 or with 503.
async fn ask(service: &Started, paths: &[String]) -> usize {
    let ask = async |client: usize| {
        let request = service.api.request(Method::GET, &paths[client % paths.len()]);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        assert!(answer.bytes().await.unwrap().len() <= 1 << 20);
        assert!([200, 503].contains(&status), "{status}");
        status
    };
    let answers = join_all((0..CLIENTS).map(ask)).await;
    answers.into_iter().filter(|status| *status == 200).count()
}

#[test]
fn pages_of_large_products_are_bounded_in_memory() {
    let service = Started::new(Service::Product);
    let products = run(service.collection("products"));
    let price: Decimal128 = "0.5".parse().unwrap();
    let product = |number: u32| {
        doc! {
            "_id": id(number), "name": "x".repeat(62_000), "price": price, "stock": 1_i64,
            "createdAt": at(number.into()),
        }
    };
    run(async {
        for start in (0..1000).step_by(100) {
            products.insert_many((start..start + 100).map(product)).await.unwrap();
        }
        let paths = ["/products", "/products?limit=20", "/products?limit=1"].map(str::to_owned);
        assert!(ask(&service, &paths).await > 0);
    });
    let peak = peak(&service);
    println!("the product service had {} MiB resident", peak >> 10);
    assert!(peak < BOUND, "{peak} KiB");
}

#[test]
fn large_orders_are_bounded_in_memory() {
    let service = Started::new(Service::Order);
    let orders = run(service.collection("orders"));
    let price: Decimal128 = "0.5".parse().unwrap();
    let line = doc! { "productId": NO_ID, "productName": "x".repeat(64_000), "price": price, "quantity": 1 };
    let order = |number: u32| {
        doc! {
            "_id": id(number), "userId": NO_ID, "items": vec![line.clone(); 100],
            "totalAmount": price, "status": "pending", "createdAt": at(number.into()),
        }
    };
    run(async {
        for number in 0..30 {
            orders.insert_one(order(number)).await.unwrap();
        }
        let page = format!("/orders/user/{NO_ID}");
        let mut paths: Vec<String> =
            (0..30).map(|number| format!("/orders/{}", id(number))).collect();
        paths.resize(60, page);
        assert!(ask(&service, &paths).await > 0);
    });
    let peak = peak(&service);
    println!("the order service had {} MiB resident", peak >> 10);
    assert!(peak < BOUND, "{peak} KiB");
}
