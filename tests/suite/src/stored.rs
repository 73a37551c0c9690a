//! Documents that the services did not write, or that they wrote before there were limits.

use mongodb::bson::{Bson, Decimal128, Document, doc};
use serde_json::{Value, json};
use system::services::Service;

use crate::support::mock::upstreams;
use crate::support::{NO_ID, ServiceProcess, insert_invalid, object_id, run, timestamp};

fn product(number: u32, changes: Document) -> Document {
    let price: Decimal128 = "24.9".parse().unwrap();
    let created = timestamp(number.into());
    let name = format!("Product {number}");
    let mut product = doc! {
        "_id": object_id(number), "name": name, "price": price, "stock": 7_i64, "createdAt": created,
    };
    product.extend(changes);
    product
}

fn names(page: &Value) -> Vec<&str> {
    let products = page["products"].as_array().unwrap();
    products.iter().map(|product| product["name"].as_str().unwrap()).collect()
}

/// The names on each page of the list.
async fn pages(service: &ServiceProcess, limit: usize) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut query = String::new();
    loop {
        let page =
            service.api.get(&format!("/products?limit={limit}{query}")).await.assert_status(200);
        pages.push(names(&page).into_iter().map(str::to_owned).collect());
        let Some(cursor) = page["nextCursor"].as_str() else { return pages };
        query = format!("&cursor={cursor}");
        assert!(pages.len() < 100, "the list does not end");
    }
}

#[test]
fn numbers_of_any_bson_type_are_read_if_exact() {
    let service = ServiceProcess::start(Service::Product);
    let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
    let cases: [(Bson, Bson, f64, i64); 4] = [
        (24.9.into(), 7.0.into(), 24.9, 7),
        (24_i32.into(), 7_i32.into(), 24.0, 7),
        (24_i64.into(), decimal("7.00"), 24.0, 7),
        (decimal("24.90"), decimal("7E+1"), 24.9, 70),
    ];
    run(async {
        let products = service.collection("products").await;
        for (number, (price, stock, expected_price, expected_stock)) in (0..).zip(cases) {
            let stored = product(number, doc! { "price": price, "stock": stock });
            products.insert_one(stored).await.unwrap();
            let read = service
                .api
                .get(&format!("/products/{}", object_id(number)))
                .await
                .assert_status(200);
            assert_eq!(read["price"].as_f64(), Some(expected_price), "{read}");
            assert_eq!(read["stock"].as_i64(), Some(expected_stock), "{read}");
        }
        assert_eq!(pages(&service, 1000).await[0].len(), 4);
    });
}

#[test]
fn unreadable_documents_are_skipped_and_logged() {
    let service = ServiceProcess::start(Service::Product);
    run(async {
        let products = service.collection("products").await;
        for (number, broken) in (0..6).zip([
            doc! {},
            doc! { "price": "secret" },
            doc! { "stock": 7.5 },
            doc! {},
            doc! { "name": 3 },
            doc! { "createdAt": Bson::Null },
        ]) {
            insert_invalid(&products, product(number, broken)).await;
        }
        // With each limit, so that pages begin and end at each of the documents.
        for limit in 1..=7 {
            let listed = pages(&service, limit).await.concat();
            assert_eq!(listed, ["Product 3", "Product 0"], "limit {limit}");
        }
        let response = service.api.get(&format!("/products/{}", object_id(1))).await;
        assert_eq!(response.code(500), "INTERNAL_ERROR");
    });
    let skipped = service.log_lines_with("skipped unreadable document");
    let named = |number: u32| {
        let id = object_id(number).to_hex();
        skipped.iter().any(|line| line["id"] == id && line["collection"] == "products")
    };
    assert!((1..=5).all(|number| [1, 2, 4, 5].contains(&number) == named(number)), "{skipped:?}");
    assert!(skipped.iter().all(|line| line["level"] == "WARN"), "{skipped:?}");
    let output = service.log();
    let alone = output.lines().filter(|line| line.contains("\"status\":500"));
    assert!(alone.clone().all(|line| line.contains(&object_id(1).to_hex())) && alone.count() == 1);
    assert!(!output.contains("secret"), "{output}");
}

#[test]
fn documents_that_no_response_can_have_are_unreadable() {
    let service = ServiceProcess::start(Service::Product);
    let broken = [doc! { "price": 0 }, doc! { "stock": -1 }, doc! { "name": "" }];
    run(async {
        let products = service.collection("products").await;
        for (number, changes) in (0..).zip(broken.iter().chain([&doc! {}])) {
            insert_invalid(&products, product(number, changes.clone())).await;
        }
        for limit in 1..=5 {
            assert_eq!(pages(&service, limit).await.concat(), ["Product 3"], "limit {limit}");
        }
        for number in 0..3 {
            let response = service.api.get(&format!("/products/{}", object_id(number))).await;
            assert_eq!(response.code(500), "INTERNAL_ERROR", "{number}");
        }
    });
    let skipped = service.log_lines_with("skipped unreadable document");
    let error = |number| {
        let id = object_id(number).to_hex();
        let line = skipped.iter().find(|line| line["id"] == id)?;
        Some(line["error"].as_str().unwrap())
    };
    assert_eq!(error(0), Some("Price must be a number, greater than 0"));
    assert_eq!(error(1), Some("Stock must be an integer, at least 0"));
    assert_eq!(error(2), Some("ProductName must be a string of at least 1 character"));
    let output = service.log();
    let alone: Vec<&str> = output.lines().filter(|line| line.contains("\"status\":500")).collect();
    assert_eq!(alone.len(), 3, "{alone:?}");
    assert!(alone.iter().all(|line| line.contains(" must be ")), "{alone:?}");
}

#[test]
fn lists_skip_documents_without_a_date() {
    let service = ServiceProcess::start(Service::Product);
    run(async {
        let products = service.collection("products").await;
        let timestamp = mongodb::bson::Timestamp { time: 1, increment: 1 };
        // Timestamps sort before all dates, missing fields after them.
        for number in 0..3 {
            let before = doc! { "createdAt": Bson::Timestamp(timestamp) };
            insert_invalid(&products, product(number, before)).await;
            products.insert_one(product(10 + number, doc! {})).await.unwrap();
            let mut after = product(20 + number, doc! {});
            after.remove("createdAt");
            insert_invalid(&products, after).await;
        }
        for limit in [1, 2, 3, 100] {
            let listed = pages(&service, limit).await.concat();
            assert_eq!(listed, ["Product 12", "Product 11", "Product 10"], "limit {limit}");
        }
    });
}

#[test]
fn product_pages_end_at_one_mebibyte() {
    let service = ServiceProcess::start(Service::Product);
    run(async {
        let products = service.collection("products").await;
        let expected: Vec<String> =
            (0..40).rev().map(|number| format!("{number:02}{}", "\"".repeat(60_000))).collect();
        for number in 0..40 {
            let long = doc! { "name": &expected[39 - number as usize] };
            products.insert_one(product(number, long)).await.unwrap();
        }
        let request = service.api.request(reqwest::Method::GET, "/products");
        let body = request.send().await.unwrap().bytes().await.unwrap();
        assert!(body.len() <= 1 << 20, "{} bytes", body.len());
        let pages = pages(&service, 1000).await;
        assert!(pages.iter().all(|page| !page.is_empty()), "an empty page");
        assert!(pages.len() > 4, "{} pages", pages.len());
        assert_eq!(pages.concat(), expected);
    });
}

fn order(number: u32, name: &str, lines: usize) -> Document {
    let price: Decimal128 = "0.5".parse().unwrap();
    let line = doc! { "productId": NO_ID, "productName": name, "price": price, "quantity": 2.0 };
    doc! {
        "_id": object_id(number), "userId": NO_ID, "items": vec![line; lines],
        "totalAmount": lines as f64, "status": "pending", "createdAt": timestamp(number.into()),
    }
}

#[test]
fn stored_orders_are_read_with_truncated_product_names() {
    let service = ServiceProcess::start(Service::Order);
    run(async {
        let orders = service.collection("orders").await;
        orders.insert_one(order(1, &"ä".repeat(32_000), 100)).await.unwrap();
        orders.insert_one(order(2, &"ä".repeat(200), 1)).await.unwrap();
        let expected = "ä".repeat(200);
        let page = service.api.get(&format!("/orders/user/{NO_ID}")).await.assert_status(200);
        assert_eq!(page["orders"].as_array().unwrap().len(), 2);
        let path = format!("/orders/{}", object_id(1));
        let read = service.api.get(&path).await.assert_status(200);
        assert_eq!(page["orders"][1], read);
        let status = json!({ "status": "completed" });
        let changed = service.api.put(&format!("{path}/status"), status).await.assert_status(200);
        for order in [page["orders"][0].clone(), read, changed] {
            let items = order["items"].as_array().unwrap();
            assert!(items.iter().all(|item| item["productName"] == expected), "{}", items[0]);
            assert_eq!(items[0]["quantity"], 2);
        }
    });
}

#[test]
fn lists_skip_unreadable_orders() {
    let service = ServiceProcess::start(Service::Order);
    run(async {
        let orders = service.collection("orders").await;
        let broken = |number, change: Document| {
            let mut order = order(number, "Teapot", 1);
            order.extend(change);
            order
        };
        for order in [
            broken(1, doc! {}),
            broken(2, doc! { "status": "lost" }),
            broken(3, doc! { "items": "none" }),
            broken(4, doc! { "totalAmount": -1 }),
            broken(5, doc! { "totalAmount": 0 }),
        ] {
            insert_invalid(&orders, order).await;
        }
        let page = service.api.get(&format!("/orders/user/{NO_ID}")).await.assert_status(200);
        assert_eq!(page["orders"].as_array().unwrap().len(), 1, "{page}");
        assert_eq!(
            service.api.get(&format!("/orders/{}", object_id(2))).await.code(500),
            "INTERNAL_ERROR"
        );
    });
    assert_eq!(service.log_lines_with("skipped unreadable document").len(), 4);
}

#[test]
fn new_orders_are_stored_with_truncated_product_names() {
    let (_users, products, ports) = upstreams();
    products.name_products("x".repeat(65_000));
    let service = ServiceProcess::configure(Service::Order).ports(ports).start();
    run(async {
        let order = json!({ "userId": NO_ID, "items": [{ "productId": NO_ID, "quantity": 1 }] });
        let order = service.api.post("/orders", order).await.assert_status(201);
        assert_eq!(order["items"][0]["productName"], "x".repeat(200));
        let stored = service.collection("orders").await.find_one(doc! {}).await.unwrap().unwrap();
        let items = stored.get_array("items").unwrap();
        let stored = items[0].as_document().unwrap().get_str("productName").unwrap();
        assert_eq!(stored, "x".repeat(200));
    });
}
