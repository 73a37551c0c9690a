//! `GET /reservations`: the orders that hold products.

use mongodb::bson::{Document, doc};
use openapi_server::DateTime;
use serde_json::Value;
use system::services::Service;

use crate::support::{
    Access, Response, ServiceProcess, new_product_with_stock, object_id, products, release,
    reserve, run, timestamp,
};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] =
    &[("listReservations", Access::secured([403, 403, 200, 200]))];

/// The first of some seconds in which no other test places an order.
fn quiet_second() -> u32 {
    fastrand::u32(1_000_000..500_000_000)
}

/// The id of an order that was placed in a second.
fn order_at(second: u32, number: u32) -> String {
    format!("{second:08x}{number:016x}")
}

fn time(second: u32) -> String {
    let time = DateTime::from_timestamp(second.into(), 0).unwrap();
    time.format("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

async fn list(after: u32, before: u32, rest: &str) -> Response {
    let (after, before) = (time(after), time(before));
    let path = format!("/reservations?placedAfter={after}&placedBefore={before}{rest}");
    products().get(&path).await
}

fn orders(page: &Value) -> Vec<String> {
    let listed = page["reservations"].as_array().unwrap().iter();
    listed.map(|item| item["orderId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn orders_with_holds_are_listed_by_their_time() {
    run(async {
        let start = quiet_second();
        let [first, second] = [new_product_with_stock(9).await, new_product_with_stock(9).await];
        let ids: Vec<String> = (0..4).map(|number| order_at(start + number, 7 - number)).collect();
        // Each order is listed once, however many products it holds.
        for id in [&ids[2], &ids[0], &ids[3], &ids[1]] {
            reserve(id, &[(&first, 1), (&second, 1)]).await.assert_status(200);
        }
        let page = list(start - 1, start + 9, "").await.assert_status(200);
        assert_eq!(orders(&page), ids);
        assert_eq!(page["reservations"][1]["placedAt"], time(start + 1));
        assert!(page.get("nextCursor").is_none(), "{page}");
        // Both bounds are exclusive.
        assert_eq!(orders(&list(start, start + 3, "").await.assert_status(200)), ids[1..3]);
        release(&ids[1]).await.assert_status(204);
        assert_eq!(orders(&list(start, start + 3, "").await.assert_status(200)), ids[2..3]);
    });
}

#[test]
fn pages_contain_every_order_once() {
    run(async {
        let second = quiet_second();
        let mut ids = Vec::new();
        let product = [new_product_with_stock(99).await, new_product_with_stock(99).await];
        for number in 0..7 {
            ids.push(order_at(second, number));
            let items = [(product[0].as_str(), 1), (product[1].as_str(), 1)];
            let count = 1 + number as usize % 2;
            reserve(&ids[number as usize], &items[..count]).await.assert_status(200);
        }
        for limit in [1, 2, 3, 7, 1000] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let rest = format!("&limit={limit}{cursor}");
                let page = list(second - 1, second + 1, &rest).await.assert_status(200);
                assert!(orders(&page).len() <= limit);
                seen.extend(orders(&page));
                let Some(next) = page["nextCursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
                assert!(seen.len() <= ids.len(), "{seen:?}");
            }
            assert_eq!(seen, ids, "limit {limit}");
        }
    });
}

/// A page has to be found within the deadline of the audit, which could not release anything
/// otherwise.
#[test]
fn products_that_many_orders_hold_are_listed_in_time() {
    const PRODUCTS: u32 = 5;
    const ORDERS: u32 = 4_000;
    let service = ServiceProcess::start(Service::Product);
    let products = run(service.collection("products"));
    let hold = |number: u32| {
        let id = object_id(number);
        doc! { "id": id, "order": id, "quantity": 1_i64, "heldAt": timestamp(1) }
    };
    let holds: Vec<Document> = (0..ORDERS).map(hold).collect();
    run(async {
        for number in 0..PRODUCTS {
            let product = doc! {
                "_id": object_id(number), "name": "Teapot", "price": 1.0, "stock": 1_i64,
                "createdAt": timestamp(1), "holds": holds.clone(),
            };
            products.insert_one(product).await.unwrap();
        }
        let page = service.api.get("/reservations?limit=500").await.assert_status(200);
        assert_eq!(orders(&page).len(), 100);
        assert!(page["nextCursor"].is_string());
    });
}

#[test]
fn invalid_times_and_cursors_are_reported() {
    run(async {
        for (query, expected) in [
            ("placedAfter=yesterday", "/placedAfter format"),
            ("placedBefore=2026-01-02", "/placedBefore format"),
            ("limit=0", "/limit minimum"),
            ("cursor=AAAA", "/cursor pattern"),
            ("placedafter=2026-01-02T03:04:05Z", "/placedafter unknown"),
        ] {
            let violations = products().get(&format!("/reservations?{query}")).await.violations();
            assert!(violations.contains(&expected.to_owned()), "{query}: {violations:?}");
        }
    });
}
