//! What an order does when the services that it asks fail in every way there is: how long it
//! takes, what it answers, what it sends. The services are mocks, the order service is real.

mod answers;
mod breaker;
mod connections;
mod deadline;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::properties::mock::World;
use crate::support::Answer;

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
async fn place(world: &World) -> Answer {
    let items = json!([{ "productId": PRODUCT, "quantity": 1 }]);
    world.orders.post("/orders", json!({ "userId": USER, "items": items })).await
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    (work.await, started.elapsed())
}
