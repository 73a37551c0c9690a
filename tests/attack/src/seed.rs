//! Documents in the format of the services, and the requests of ordinary clients.

use anyhow::{Context, Result};
use mongodb::Collection;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Decimal128, Document, doc};
use serde_json::{Value, json};

/// An id that no resource has.
pub const NO_ID: &str = "000000000000000000000000";

/// Documents per insert, so that the largest fit into one message.
const BATCH: usize = 4;

/// The body of a request that creates a product.
pub fn product() -> Value {
    json!({ "name": "Teapot", "description": "Holds a litre.", "price": 24.9, "stock": 12 })
}

/// A stored product.
pub fn stored_product(name: &str) -> Result<Document> {
    let now = DateTime::now();
    Ok(doc! {
        "_id": ObjectId::new(),
        "name": name,
        "price": decimal("24.9")?,
        "stock": 12_i64,
        "createdAt": now,
        "updatedAt": now,
    })
}

/// A stored order of `items` items with the same name.
pub fn stored_order(user: &str, name: &str, items: usize) -> Result<Document> {
    let now = DateTime::now();
    let item = doc! {
        "productId": NO_ID,
        "productName": name,
        "price": decimal("1")?,
        "quantity": 1_i32,
    };
    Ok(doc! {
        "_id": ObjectId::new(),
        "userId": user,
        "items": vec![item; items],
        "totalAmount": decimal(&items.to_string())?,
        "status": "pending",
        "createdAt": now,
        "updatedAt": now,
    })
}

fn decimal(text: &str) -> Result<Decimal128> {
    text.parse().ok().context("invalid decimal number")
}

/// Inserts copies of a document with new ids, which it returns.
pub async fn insert_copies(
    collection: &Collection<Document>,
    document: &Document,
    count: usize,
) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    while ids.len() < count {
        let batch: Vec<Document> = (0..BATCH.min(count - ids.len()))
            .map(|_| {
                let mut copy = document.clone();
                let id = ObjectId::new();
                copy.insert("_id", id);
                ids.push(id.to_hex());
                copy
            })
            .collect();
        // Some are documents that the services cannot read, which the database would refuse.
        let insert = collection.insert_many(batch).bypass_document_validation(true);
        insert.await.context("cannot insert documents")?;
    }
    Ok(ids)
}

/// The body of a request that orders products.
pub fn order(user: &str, products: &[String]) -> Value {
    let items: Vec<Value> =
        products.iter().map(|id| json!({ "productId": id, "quantity": 1 })).collect();
    json!({ "userId": user, "items": items })
}

/// New ids.
pub fn ids(count: usize) -> Vec<String> {
    (0..count).map(|_| ObjectId::new().to_hex()).collect()
}
