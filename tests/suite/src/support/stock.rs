//! Products with a stock, and reservations of them.

use mongodb::bson::oid::ObjectId;
use serde_json::{Value, json};

use super::api::Response;
use super::system::products;

/// An id for an order; the product service does not ask whether it exists.
pub fn new_order_id() -> String {
    ObjectId::new().to_hex()
}

/// Creates a product; returns the id.
pub async fn new_product_with_stock(stock: i64) -> String {
    let product = json!({ "name": "Teapot", "price": 24.9, "stock": stock });
    products().post("/products", product).await.id(201)
}

/// The stock that the API shows.
pub async fn stock(product: &str) -> i64 {
    let product = products().get(&format!("/products/{product}")).await.assert_status(200);
    product["stock"].as_i64().unwrap()
}

/// Asks to hold quantities of products for an order.
pub async fn reserve(order: &str, items: &[(&str, i64)]) -> Response {
    let item = |(id, quantity): &(&str, i64)| json!({ "productId": id, "quantity": quantity });
    let items: Vec<Value> = items.iter().map(item).collect();
    products().put(&format!("/reservations/{order}"), json!({ "items": items })).await
}

pub async fn release(order: &str) -> Response {
    products().delete(&format!("/reservations/{order}")).await
}

pub async fn fulfil(order: &str, holds: &[String]) -> Response {
    let path = format!("/reservations/{order}/fulfilment");
    products().post(&path, json!({ "holds": holds })).await
}

/// The response to `GET /reservations/{order}`.
pub async fn reservation(order: &str) -> Response {
    products().get(&format!("/reservations/{order}")).await
}

/// The ids of the holds in a reservation.
pub fn hold_ids(reservation: &Value) -> Vec<String> {
    let items = reservation["items"].as_array().unwrap().iter();
    items.map(|item| item["holdId"].as_str().unwrap().to_owned()).collect()
}

/// What is held for an order of a product.
pub async fn held(order: &str, product: &str) -> i64 {
    let response = reservation(order).await;
    if response.status == 404 {
        return 0;
    }
    let reservation = response.assert_status(200);
    let items = reservation["items"].as_array().unwrap().iter();
    let of_product = items.filter(|item| item["productId"] == product);
    of_product.map(|item| item["quantity"].as_i64().unwrap()).sum()
}
