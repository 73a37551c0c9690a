//! The scenarios: each is one kind of request.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Result, bail};
use serde_json::Value;
use system::services::Service;

use crate::client::{Connection, RequestTemplate};
use crate::data::{Catalogue, ORDERS, Users};
use crate::test_bed::TestBed;

/// The number of different requests per scenario.
const VARIETY: usize = 1_000;

/// The number of products on a page.
const PAGE: u64 = 20;

pub struct Scenario {
    /// The name on the command line.
    pub name: &'static str,
    /// The method and path.
    pub work: &'static str,
    pub service: Service,
    pub reference: Reference,
    pub requests: Arc<[RequestTemplate]>,
    /// Whether a response is the expected one.
    is_expected: fn(&Value) -> bool,
}

/// The work with which a scenario is compared, see [`mod@crate::reference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A request to the bare HTTP server.
    Request,
    /// A password hash.
    Hash,
}

/// Names, methods and paths, in the order of measurement. The scenario that creates products comes
/// last, because it makes lists more expensive.
pub const KINDS: [(&str, &str); 14] = [
    ("live", "GET /health/live"),
    ("get", "GET /products/{id}"),
    ("user", "GET /users/{id}"),
    ("token", "GET /users/{id}, AUTH=required"),
    ("list", "GET /products?limit=20"),
    ("orders", "GET /orders/user/{id} (10 orders)"),
    ("order1", "POST /orders, 1 item"),
    ("order5", "POST /orders, 5 items"),
    ("order20", "POST /orders, 20 items"),
    ("reserve1", "POST /orders, 1 item, STOCK=reserved"),
    ("reserve5", "POST /orders, 5 items, STOCK=reserved"),
    ("reserve20", "POST /orders, 20 items, STOCK=reserved"),
    ("login", "POST /auth/login"),
    ("post", "POST /products"),
];

impl Scenario {
    pub fn named(name: &str, catalogue: &Catalogue, users: &Users) -> Result<Self> {
        let Some((name, work)) = KINDS.into_iter().find(|(known, _)| *known == name) else {
            let names = KINDS.map(|(name, _)| name).join(", ");
            bail!("unknown scenario {name}; expected one of {names}");
        };
        let service = match name {
            "live" | "get" | "list" | "post" => Service::Product,
            "user" | "token" | "login" => Service::User,
            _ => Service::Order,
        };
        let reference = if name == "login" { Reference::Hash } else { Reference::Request };
        let (requests, is_expected) = requests(name, catalogue, users)?;
        Ok(Self { name, work, service, reference, requests: requests.into(), is_expected })
    }

    /// The address of the service; there are two order services, of which one reserves stock, and
    /// two user services, of which one requires authorization.
    pub fn address(&self, bed: &TestBed) -> SocketAddr {
        match self.name {
            "token" => bed.authorized_address(),
            name if name.starts_with("reserve") => bed.reserving_address(),
            _ => bed.address(self.service),
        }
    }

    /// Sends one request and checks its response, so that fast errors are not measured.
    pub async fn check(&self, bed: &TestBed) -> Result<()> {
        let mut connection = Connection::open(self.address(bed)).await?;
        let response = connection.send_ok(&self.requests[0]).await?;
        if !(self.is_expected)(&response) {
            bail!("{}: unexpected response {response}", self.work);
        }
        Ok(())
    }
}

type Requests = (Vec<RequestTemplate>, fn(&Value) -> bool);

fn requests(name: &str, catalogue: &Catalogue, users: &Users) -> Result<Requests> {
    let mut random = fastrand::Rng::with_seed(1);
    let orders = |items| users.orders(catalogue, items, VARIETY);
    Ok(match name {
        "live" => {
            (vec![RequestTemplate::get("/health/live")], |response| response["status"] == "healthy")
        }
        "get" => {
            let request =
                |_| RequestTemplate::get(format!("/products/{}", catalogue.random_id(&mut random)));
            ((0..VARIETY).map(request).collect(), |response| {
                response["name"].is_string() && response["price"].is_number()
            })
        }
        "user" | "token" => {
            let get = |user: &String| RequestTemplate::get(format!("/users/{user}"));
            let requests = users.readers.iter().map(get);
            let requests = match name {
                "user" => requests.collect(),
                _ => with_tokens(requests, users)?,
            };
            (requests, |response| response["email"].is_string())
        }
        "list" => (vec![RequestTemplate::get(catalogue.page_path(1, PAGE))], |response| {
            length(&response["products"]) == PAGE as usize && response["nextCursor"].is_string()
        }),
        "orders" => {
            let request = |user: &String| RequestTemplate::get(format!("/orders/user/{user}"));
            (users.readers.iter().map(request).collect(), |response| {
                length(&response["orders"]) == ORDERS
            })
        }
        "order1" | "reserve1" => (orders(1), |response| is_order(response, 1)),
        "order5" | "reserve5" => (orders(5), |response| is_order(response, 5)),
        "order20" | "reserve20" => (orders(20), |response| is_order(response, 20)),
        "login" => {
            let request = |credentials| RequestTemplate::post("/auth/login", credentials);
            (users.credentials.iter().map(request).collect(), |response| {
                response["token"].is_string()
            })
        }
        _ => ((0..VARIETY).map(new_product).collect(), |response| response["id"].is_string()),
    })
}

/// Each request with the token of its reader.
fn with_tokens(
    requests: impl Iterator<Item = RequestTemplate>,
    users: &Users,
) -> Result<Vec<RequestTemplate>> {
    requests.zip(&users.tokens).map(|(request, token)| request.with_token(token)).collect()
}

fn new_product(number: usize) -> RequestTemplate {
    let price = 1.0 + number as f64 / 4.0;
    let body = serde_json::json!({
        "name": format!("New product {number}"),
        "description": "A product of moderate size, described in one line of text.",
        "price": price,
        "stock": number,
    });
    RequestTemplate::post("/products", &body)
}

fn length(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

fn is_order(order: &Value, items: usize) -> bool {
    length(&order["items"]) == items
        && order["status"] == "pending"
        && order["totalAmount"].as_f64().is_some_and(|total| total > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn orders_are_recognized_by_items_and_total() {
        let order = json!({ "items": [1, 2], "status": "pending", "totalAmount": 3.5 });
        assert!(is_order(&order, 2));
        assert!(!is_order(&order, 1));
        assert!(!is_order(&json!({ "items": [1], "status": "pending", "totalAmount": 0 }), 1));
    }
}
