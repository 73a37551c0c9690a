//! The data of the measured system: a catalogue of any size, users, and orders of some of them.
//!
//! Products are inserted into the database directly, in the format of the product service, because
//! a million requests to its API would take longer than the measurements. The scenarios read them
//! through the API, which shows that the format is right.

use anyhow::{Context, Result};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Decimal128, Document, doc};
use serde_json::{Value, json};
use system::services::Service;
use system::status;

use crate::client::{Connection, RequestTemplate};
use crate::test_bed::TestBed;

/// Documents per insert.
const BATCH: u64 = 2_000;

/// The creation time of the first product, in milliseconds since 1970. Each further product is a
/// millisecond younger.
const BEGIN: i64 = 1_767_225_600_000;

/// The password of all users.
const PASSWORD: &str = "correct horse battery";

/// The number of users who place orders.
const BUYERS: usize = 40;

/// The number of users whose orders are read.
const READERS: usize = 20;

/// The number of orders of each reader.
pub const ORDERS: usize = 10;

/// The products with numbers `0..size`, oldest first.
pub struct Catalogue {
    size: u64,
}

impl Catalogue {
    pub fn empty() -> Self {
        Self { size: 0 }
    }

    /// Inserts products until there are `size`.
    pub async fn grow(&mut self, bed: &TestBed, size: u64) -> Result<()> {
        status(format!("growing the catalogue to {size} products"));
        let products = bed.collection(Service::Product, "products");
        while self.size < size {
            let end = size.min(self.size + BATCH);
            let batch = (self.size..end).map(product).collect::<Result<Vec<Document>>>()?;
            let inserted = products.insert_many(batch).await;
            inserted.context("cannot insert products")?;
            self.size = end;
        }
        Ok(())
    }

    /// The id of a random product.
    pub fn random_id(&self, random: &mut fastrand::Rng) -> String {
        id(random.u64(..self.size)).to_hex()
    }

    /// The ids of random products that differ.
    pub fn random_ids(&self, random: &mut fastrand::Rng, count: usize) -> Vec<String> {
        let mut numbers = Vec::with_capacity(count);
        while numbers.len() < count {
            let number = random.u64(..self.size);
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers.into_iter().map(|number| id(number).to_hex()).collect()
    }

    /// The path of a page of the list; pages are numbered from 1. Its cursor names the last product
    /// of the previous page.
    pub fn page_path(&self, page: u64, limit: u64) -> String {
        match page.saturating_sub(1) * limit {
            0 => format!("/products?limit={limit}"),
            before => format!("/products?limit={limit}&cursor={}", cursor(self.size - before)),
        }
    }

    pub fn size(&self) -> u64 {
        self.size
    }
}

fn id(number: u64) -> ObjectId {
    let mut bytes = [0x69; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

fn created(number: u64) -> i64 {
    BEGIN + number.cast_signed()
}

/// A cursor of the product service that names a product.
fn cursor(number: u64) -> String {
    format!("{:016x}{}", created(number), id(number))
}

fn product(number: u64) -> Result<Document> {
    let price = format!("{}.{:02}", 1 + number % 999, number % 100);
    let price: Decimal128 = price.parse().context("the price of a product")?;
    let created = DateTime::from_millis(created(number));
    Ok(doc! {
        "_id": id(number),
        "name": format!("Product {number}"),
        "description": "A product of moderate size, described in one line of text.",
        "price": price,
        "stock": 1_000_000_i64,
        "createdAt": created,
        "updatedAt": created,
    })
}

pub struct Users {
    /// The ids of users who place orders.
    pub buyers: Vec<String>,
    /// The ids of users who have [`ORDERS`] orders.
    pub readers: Vec<String>,
    /// The credentials of all users.
    pub credentials: Vec<Value>,
    /// The tokens of the readers.
    pub tokens: Vec<String>,
}

impl Users {
    /// Registers all users, and places the orders of the readers.
    pub async fn register(bed: &TestBed, catalogue: &Catalogue) -> Result<Self> {
        status(format!("registering {} users", BUYERS + READERS));
        let mut connection = Connection::open(bed.address(Service::User)).await?;
        let mut ids = Vec::new();
        let mut credentials = Vec::new();
        for number in 0..BUYERS + READERS {
            let email = format!("user{number}@example.com");
            let new =
                json!({ "email": email, "password": PASSWORD, "name": format!("User {number}") });
            let user = connection.send_ok(&RequestTemplate::post("/users", &new)).await?;
            ids.push(user["id"].as_str().unwrap_or_default().to_owned());
            credentials.push(json!({ "email": email, "password": PASSWORD }));
        }
        let readers = ids.split_off(BUYERS);
        let mut connection = Connection::open(bed.address(Service::Order)).await?;
        let mut random = fastrand::Rng::with_seed(1);
        for reader in readers.iter().flat_map(|reader| [reader; ORDERS]) {
            connection.send_ok(&order(reader, &catalogue.random_ids(&mut random, 3))).await?;
        }
        let tokens = log_in(bed, &credentials[BUYERS..]).await?;
        Ok(Self { buyers: ids, readers, credentials, tokens })
    }

    /// `count` requests that each order `items` products.
    pub fn orders(
        &self,
        catalogue: &Catalogue,
        items: usize,
        count: usize,
    ) -> Vec<RequestTemplate> {
        let mut random = fastrand::Rng::with_seed(items as u64);
        let request = |number: usize| {
            order(&self.buyers[number % BUYERS], &catalogue.random_ids(&mut random, items))
        };
        (0..count).map(request).collect()
    }
}

/// The tokens of users, from the service that requires them.
async fn log_in(bed: &TestBed, credentials: &[Value]) -> Result<Vec<String>> {
    let mut connection = Connection::open(bed.authorized_address()).await?;
    let mut tokens = Vec::new();
    for credentials in credentials {
        let session =
            connection.send_ok(&RequestTemplate::post("/auth/login", credentials)).await?;
        tokens.push(session["token"].as_str().unwrap_or_default().to_owned());
    }
    Ok(tokens)
}

fn order(user: &str, products: &[String]) -> RequestTemplate {
    let items: Vec<Value> =
        products.iter().map(|id| json!({ "productId": id, "quantity": 2 })).collect();
    RequestTemplate::post("/orders", &json!({ "userId": user, "items": items }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use product_service::{Cursor, Fields, PageItem, api};

    #[test]
    fn cursors_are_those_of_the_product_service() {
        let expected = Cursor { created_at: DateTime::from_millis(BEGIN + 80), id: id(80) };
        assert_eq!(Cursor::decode(&cursor(80)), Some(expected));
    }

    #[test]
    fn pages_begin_after_the_last_product_of_the_previous_page() {
        let catalogue = Catalogue { size: 100 };
        assert_eq!(catalogue.page_path(1, 20), "/products?limit=20");
        // The first page has the products 99 to 80.
        assert_eq!(catalogue.page_path(2, 20), format!("/products?limit=20&cursor={}", cursor(80)));
        assert_eq!(catalogue.page_path(5, 20), format!("/products?limit=20&cursor={}", cursor(20)));
    }

    #[test]
    fn random_ids_differ() {
        let catalogue = Catalogue { size: 100 };
        let mut ids = catalogue.random_ids(&mut fastrand::Rng::with_seed(1), 100);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 100);
    }

    #[test]
    fn inserted_products_can_be_read_by_the_service() {
        let document = mongodb::bson::RawDocumentBuf::try_from(&product(7).unwrap()).unwrap();
        let (product, _) = api::Product::parse(&mut Fields::new(&document)).unwrap();
        assert_eq!(product.id.as_str(), id(7).to_hex());
        assert_eq!(*product.stock, 1_000_000);
        assert_eq!(*product.price, 8.07);
    }
}
