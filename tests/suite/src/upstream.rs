//! Orders whose upstreams fail: how long they take, what they return, what they send. The upstreams
//! are mocks, the order service is real.

mod breaker;
mod connections;
mod deadline;
mod responses;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{OrderServiceFixture, Response};

const USER: &str = "0123456789abcdef01234567";
const PRODUCT: &str = "76543210fedcba9876543210";

/// An order of distinct products.
fn order(products: usize) -> Value {
    let items: Vec<Value> = (0..products)
        .map(|index| json!({ "productId": format!("{index:024x}"), "quantity": 1 }))
        .collect();
    json!({ "userId": USER, "items": items })
}

/// Places an order of one product.
async fn place(fixture: &OrderServiceFixture) -> Response {
    let items = json!([{ "productId": PRODUCT, "quantity": 1 }]);
    fixture.orders.post("/orders", json!({ "userId": USER, "items": items })).await
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    (work.await, started.elapsed())
}
