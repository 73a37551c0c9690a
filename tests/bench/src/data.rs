//! What the measured system works on: a catalogue of any size, some users,
//! and orders of some of them.
//!
//! Products go straight into the database, in the form in which the product
//! service stores them: a million of them through its API would take longer
//! than all the measuring. What is read back through the API shows that the
//! form is right.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Decimal128, Document, doc};
use serde_json::{Value, json};
use system::system::Service;
use system::{Result, Stop, say};

use crate::client::{Ask, Connection};
use crate::rig::Rig;

/// Documents in one insert.
const BATCH: u64 = 2_000;

/// When the first product was created, in milliseconds since 1970; each
/// further one a millisecond later.
const BEGIN: i64 = 1_767_225_600_000;

/// The password of all users.
const PASSWORD: &str = "correct horse battery";

/// Users who place orders, and users whose ten orders are read.
const BUYERS: usize = 40;
const READERS: usize = 20;

/// Orders of each reader.
pub const ORDERS: usize = 10;

/// The products `0..size`, of which the last is the newest.
pub struct Catalogue {
    size: u64,
}

impl Catalogue {
    /// No products.
    pub fn empty() -> Self {
        Self { size: 0 }
    }

    /// Adds products until there are so many.
    ///
    /// # Errors
    /// The database's.
    pub async fn grow(&mut self, rig: &Rig, size: u64) -> Result<()> {
        say(format!("filling the catalogue up to {size} products"));
        let products = rig.collection(Service::Product, "products");
        while self.size < size {
            let end = size.min(self.size + BATCH);
            let batch = (self.size..end).map(product).collect::<Result<Vec<Document>>>()?;
            let inserted = products.insert_many(batch).await;
            inserted.map_err(Stop::because("the database takes no products"))?;
            self.size = end;
        }
        Ok(())
    }

    /// The id of a product, by chance.
    pub fn any(&self, random: &mut fastrand::Rng) -> String {
        id(random.u64(..self.size)).to_hex()
    }

    /// So many different ids.
    pub fn some(&self, random: &mut fastrand::Rng, count: usize) -> Vec<String> {
        let mut numbers = Vec::with_capacity(count);
        while numbers.len() < count {
            let number = random.u64(..self.size);
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers.into_iter().map(|number| id(number).to_hex()).collect()
    }

    /// The path of a page, from 1, of so many products each. Its cursor names
    /// the last product of the page before.
    pub fn page(&self, page: u64, limit: u64) -> String {
        match page.saturating_sub(1) * limit {
            0 => format!("/products?limit={limit}"),
            before => format!("/products?limit={limit}&cursor={}", cursor(self.size - before)),
        }
    }

    /// How many products there are.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// The id of a product.
fn id(number: u64) -> ObjectId {
    let mut bytes = [0x69; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

fn created(number: u64) -> i64 {
    BEGIN + number.cast_signed()
}

/// The cursor of the product service that names this product.
fn cursor(number: u64) -> String {
    format!("{:016x}{}", created(number), id(number))
}

fn product(number: u64) -> Result<Document> {
    let price = format!("{}.{:02}", 1 + number % 999, number % 100);
    let price: Decimal128 = price.parse().map_err(Stop::because("the price of a product"))?;
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

/// The users.
pub struct Users {
    /// Ids of those who place orders.
    pub buyers: Vec<String>,
    /// Ids of those with [`ORDERS`] orders.
    pub readers: Vec<String>,
    /// What they all sign in with.
    pub credentials: Vec<Value>,
}

impl Users {
    /// Registers everybody, and places the orders.
    ///
    /// # Errors
    /// What the services refuse.
    pub async fn register(rig: &Rig, catalogue: &Catalogue) -> Result<Self> {
        say(format!("registering {} users", BUYERS + READERS));
        let mut connection = Connection::open(rig.address(Service::User)).await?;
        let (mut ids, mut credentials) = (Vec::new(), Vec::new());
        for number in 0..BUYERS + READERS {
            let email = format!("user{number}@example.com");
            let new =
                json!({ "email": email, "password": PASSWORD, "name": format!("User {number}") });
            let user = connection.expect(&Ask::post("/users", &new)).await?;
            ids.push(user["id"].as_str().unwrap_or_default().to_owned());
            credentials.push(json!({ "email": email, "password": PASSWORD }));
        }
        let readers = ids.split_off(BUYERS);
        let mut connection = Connection::open(rig.address(Service::Order)).await?;
        let mut random = fastrand::Rng::with_seed(1);
        for reader in readers.iter().flat_map(|reader| [reader; ORDERS]) {
            connection.expect(&order(reader, &catalogue.some(&mut random, 3))).await?;
        }
        Ok(Self { buyers: ids, readers, credentials })
    }

    /// So many requests for orders of so many products each.
    pub fn orders(&self, catalogue: &Catalogue, items: usize, count: usize) -> Vec<Ask> {
        let mut random = fastrand::Rng::with_seed(items as u64);
        let ask = |number: usize| {
            order(&self.buyers[number % BUYERS], &catalogue.some(&mut random, items))
        };
        (0..count).map(ask).collect()
    }
}

fn order(user: &str, products: &[String]) -> Ask {
    let items: Vec<Value> =
        products.iter().map(|id| json!({ "productId": id, "quantity": 2 })).collect();
    Ask::post("/orders", &json!({ "userId": user, "items": items }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use product_service::{Cursor, Fields, PageItem, Product};

    #[test]
    fn the_cursor_is_one_of_the_product_service() {
        let expected = Cursor { created_at: DateTime::from_millis(BEGIN + 80), id: id(80) };
        assert_eq!(Cursor::decode(&cursor(80)), Some(expected));
    }

    #[test]
    fn a_page_begins_after_the_last_product_of_the_page_before() {
        let catalogue = Catalogue { size: 100 };
        assert_eq!(catalogue.page(1, 20), "/products?limit=20");
        // The first page has 99 to 80.
        assert_eq!(catalogue.page(2, 20), format!("/products?limit=20&cursor={}", cursor(80)));
        assert_eq!(catalogue.page(5, 20), format!("/products?limit=20&cursor={}", cursor(20)));
    }

    #[test]
    fn the_products_of_an_order_differ() {
        let catalogue = Catalogue { size: 100 };
        let mut ids = catalogue.some(&mut fastrand::Rng::with_seed(1), 100);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 100);
    }

    #[test]
    fn a_stored_product_is_as_the_service_stores_it() {
        let document = mongodb::bson::RawDocumentBuf::try_from(&product(7).unwrap()).unwrap();
        let product = Product::parse(&mut Fields::new(&document)).unwrap();
        assert_eq!(product.id.object_id(), id(7));
        assert_eq!(product.details.stock, 1_000_000);
        assert_eq!(product.details.price.as_f64(), 8.07);
    }
}
