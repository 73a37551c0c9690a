//! The work that is measured: one kind of request each.

use std::sync::Arc;

use serde_json::Value;
use system::system::Service;
use system::{Result, Stop};

use crate::client::{Ask, Connection};
use crate::data::{Catalogue, ORDERS, Users};
use crate::rig::Rig;

/// Different requests of a kind.
const VARIETY: usize = 1_000;

/// Products on a page.
const PAGE: u64 = 20;

/// One kind of request.
pub struct Scenario {
    /// Short, for the command line.
    pub name: &'static str,
    /// What is asked.
    pub work: &'static str,
    /// Who answers.
    pub service: Service,
    /// What it costs is compared with this.
    pub reference: Reference,
    /// The requests.
    pub asks: Arc<[Ask]>,
    /// Whether an answer is what was asked for.
    proof: fn(&Value) -> bool,
}

/// See [`mod@crate::reference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A request to a bare HTTP server.
    Request,
    /// A password hash.
    Hash,
}

/// Names and work, in the order in which they are measured. What adds
/// products comes after what lists them.
pub const KINDS: [(&str, &str); 9] = [
    ("live", "GET /health/live"),
    ("get", "GET /products/{id}"),
    ("list", "GET /products?limit=20"),
    ("orders", "GET /orders/user/{id} (10 orders)"),
    ("order1", "POST /orders, 1 item"),
    ("order5", "POST /orders, 5 items"),
    ("order20", "POST /orders, 20 items"),
    ("login", "POST /auth/login"),
    ("post", "POST /products"),
];

impl Scenario {
    /// The scenario of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str, catalogue: &Catalogue, users: &Users) -> Result<Self> {
        let Some((name, work)) = KINDS.into_iter().find(|(known, _)| *known == name) else {
            let names = KINDS.map(|(name, _)| name).join(", ");
            return Err(Stop(format!("there is no scenario {name}; there are {names}")));
        };
        let service = match name {
            "live" | "get" | "list" | "post" => Service::Product,
            "login" => Service::User,
            _ => Service::Order,
        };
        let reference = if name == "login" { Reference::Hash } else { Reference::Request };
        let (asks, proof) = asks(name, catalogue, users);
        Ok(Self { name, work, service, reference, asks: asks.into(), proof })
    }

    /// One request, whose answer must be what was asked for: a fast error
    /// is no achievement.
    ///
    /// # Errors
    /// If it is anything else.
    pub async fn check(&self, rig: &Rig) -> Result<()> {
        let mut connection = Connection::open(rig.address(self.service)).await?;
        let answer = connection.expect(&self.asks[0]).await?;
        if (self.proof)(&answer) {
            Ok(())
        } else {
            Err(Stop(format!("{} was answered with {answer}", self.work)))
        }
    }
}

fn asks(name: &str, catalogue: &Catalogue, users: &Users) -> (Vec<Ask>, fn(&Value) -> bool) {
    let mut random = fastrand::Rng::with_seed(1);
    let orders = |items| users.orders(catalogue, items, VARIETY);
    match name {
        "live" => (vec![Ask::get("/health/live")], |answer| answer["status"] == "healthy"),
        "get" => {
            let ask = |_| Ask::get(format!("/products/{}", catalogue.any(&mut random)));
            ((0..VARIETY).map(ask).collect(), |answer| {
                answer["name"].is_string() && answer["price"].is_number()
            })
        }
        "list" => (vec![Ask::get(catalogue.page(1, PAGE))], |answer| {
            length(&answer["products"]) == PAGE as usize && answer["nextCursor"].is_string()
        }),
        "orders" => {
            let ask = |user: &String| Ask::get(format!("/orders/user/{user}"));
            (users.readers.iter().map(ask).collect(), |answer| length(&answer["orders"]) == ORDERS)
        }
        "order1" => (orders(1), |answer| placed(answer, 1)),
        "order5" => (orders(5), |answer| placed(answer, 5)),
        "order20" => (orders(20), |answer| placed(answer, 20)),
        "login" => {
            let ask = |credentials| Ask::post("/auth/login", credentials);
            (users.credentials.iter().map(ask).collect(), |answer| answer["token"].is_string())
        }
        _ => ((0..VARIETY).map(new_product).collect(), |answer| answer["id"].is_string()),
    }
}

fn new_product(number: usize) -> Ask {
    let price = 1.0 + number as f64 / 4.0;
    let body = serde_json::json!({
        "name": format!("New product {number}"),
        "description": "A product of moderate size, described in one line of text.",
        "price": price,
        "stock": number,
    });
    Ask::post("/products", &body)
}

fn length(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

fn placed(order: &Value, items: usize) -> bool {
    length(&order["items"]) == items
        && order["status"] == "pending"
        && order["totalAmount"].as_f64().is_some_and(|total| total > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_is_proved_by_its_items_and_total() {
        let order = json!({ "items": [1, 2], "status": "pending", "totalAmount": 3.5 });
        assert!(placed(&order, 2));
        assert!(!placed(&order, 1));
        assert!(!placed(&json!({ "items": [1], "status": "pending", "totalAmount": 0 }), 1));
    }
}
