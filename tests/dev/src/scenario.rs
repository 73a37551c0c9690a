//! The first session of a user: registers, signs in, creates products, places an order and reads
//! it back. `stock` continues with what orders do to the stock.
//!
//! It doubles as the example of how to use the generated clients.

mod session;
mod stock;

use std::fmt::{Debug, Display};
use std::time::Duration;

use order_client::types::{NewOrder, NewOrderItem, Order, OrderStatus, Quantity};
use product_client::types::{Limit, NewProduct, Product};
use serde_json::json;
use user_client::types::NewUser;

use anyhow::{Context, Result, anyhow, bail};

use crate::services::{Ports, Service};
use session::Session;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A row of the demo's table: a request, and a summary of its response.
pub type Row = (String, String);

/// The clients of the three services. Where authorization is required, products are created by an
/// administrator, and everything else is done by the customer who registers.
pub struct Clients {
    pub users: user_client::Client,
    pub products: product_client::Client,
    pub orders: order_client::Client,
    customer: Session,
    admin: Session,
}

impl Clients {
    /// Clients for services on this machine.
    pub fn new(ports: Ports) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build();
        let http = http.context("cannot create an HTTP client")?;
        let customer = Session::default();
        let admin = Session::default();
        let session = |session: &Session| {
            let session = session.clone();
            move || session.token()
        };
        Ok(Self {
            users: user_client::Client::new_with_client(
                &ports.url(Service::User),
                http.clone(),
                user_client::Hooks::default().with_token(session(&customer)),
            ),
            products: product_client::Client::new_with_client(
                &ports.url(Service::Product),
                http.clone(),
                product_client::Hooks::default().with_token(session(&admin)),
            ),
            orders: order_client::Client::new_with_client(
                &ports.url(Service::Order),
                http,
                order_client::Hooks::default().with_token(session(&customer)),
            ),
            customer,
            admin,
        })
    }
}

impl Clients {
    /// Signs in the administrator, whose token creates products from then on.
    pub async fn sign_in_admin(&self, email: &str, password: &str) -> Result<()> {
        self.admin.sign_in(&self.users, email, password).await?;
        Ok(())
    }
}

/// Runs the scenario on an order service that reserves stock. Fails at the first unexpected
/// response.
pub async fn run(clients: &Clients) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let user_id = register(clients, &mut rows).await?;
    let products = create_products(clients, &mut rows).await?;
    let order = place_order(clients, &user_id, &products, &mut rows).await?;
    stock::run(clients, &order, &products, &mut rows).await?;
    Ok(rows)
}

/// A registered user with credentials, and a product to order.
#[derive(Debug)]
pub struct Account {
    pub user_id: String,
    pub email: String,
    pub password: String,
    pub product_id: String,
}

/// Registers a user and creates a product.
pub async fn create_account(clients: &Clients) -> Result<Account> {
    let email = new_email();
    let password = "correct horse battery";
    let new =
        NewUser { email: valid(email.as_str())?, password: valid(password)?, name: valid("Ada")? };
    let user_id =
        clients.users.create_user(&new).await.map_err(failed("POST /users"))?.id.to_string();
    let product_id = create_product(clients, "Cup", 0.1, 9).await?.id.to_string();
    Ok(Account { user_id, email, password: password.to_owned(), product_id })
}

/// Creates a product without optional fields. JSON, unlike a literal of the type, need not name
/// these.
pub async fn create_product(
    clients: &Clients,
    name: &str,
    price: f64,
    stock: i64,
) -> Result<Product> {
    let new = json!({ "name": name, "price": price, "stock": stock });
    let new: NewProduct = serde_json::from_value(new).context("invalid scenario data")?;
    let product = clients.products.create_product(&new).await;
    Ok(product.map_err(failed("POST /products"))?.into_inner())
}

/// A random address, because the data of earlier runs persists.
fn new_email() -> String {
    format!("ada.{:08x}@example.com", fastrand::u32(..))
}

async fn register(clients: &Clients, rows: &mut Vec<Row>) -> Result<String> {
    let email = new_email();
    let password = "correct horse battery";
    let new = NewUser {
        email: valid(email.as_str())?,
        password: valid(password)?,
        name: valid("Ada Lovelace")?,
    };
    let user = clients.users.create_user(&new).await.map_err(failed("POST /users"))?.into_inner();
    row(rows, "POST /users", format!("{} <{}>, id {}", *user.name, *user.email, *user.id));

    let (id, token) = clients.customer.sign_in(&clients.users, &email, password).await?;
    ensure_eq("the id of the signed-in user", id.as_str(), &**user.id)?;
    let shown: String = token.chars().take(24).collect();
    row(rows, "POST /auth/login", format!("token {shown}…"));
    Ok(user.id.to_string())
}

async fn create_products(clients: &Clients, rows: &mut Vec<Row>) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for (name, price, stock) in [("Teapot", 24.9, 12), ("Cup", 0.1, 500)] {
        let product = create_product(clients, name, price, stock).await?;
        ensure_eq("the price", f64::from(product.price), price)?;
        row(rows, "POST /products", format!("{name} at {price}, id {}", *product.id));
        ids.push(product.id.to_string());
    }
    let page = clients.products.list_products(None, Some(&Limit(valid(1_000)?))).await;
    let page = page.map_err(failed("GET /products"))?;
    // Other clients may create products meanwhile.
    let listed: Vec<String> = page.products.iter().map(|product| product.id.to_string()).collect();
    let created: Vec<String> = listed.into_iter().filter(|id| ids.contains(id)).collect();
    ensure_eq("the created products, newest first", created, ids.iter().rev().cloned().collect())?;
    row(rows, "GET /products", "both, newest first".to_owned());
    Ok(ids)
}

async fn place_order(
    clients: &Clients,
    user_id: &str,
    products: &[String],
    rows: &mut Vec<Row>,
) -> Result<Order> {
    let new = new_order(user_id, products, [2, 3])?;
    let order =
        clients.orders.create_order(None, &new).await.map_err(failed("POST /orders"))?.into_inner();
    // 2 × 24.9 + 3 × 0.1, exactly.
    let total = *order.total_amount;
    ensure_eq("the total", total, 50.1)?;
    ensure_eq("the status", order.status, OrderStatus::Pending)?;
    row(
        rows,
        "POST /orders",
        format!("2 Teapots and 3 Cups, total {total}, {}, id {}", order.status, *order.id),
    );

    let read =
        clients.orders.get_order(&order.id).await.map_err(failed("GET /orders/{id}"))?.into_inner();
    ensure_eq("the order read back", &read, &order)?;
    row(rows, "GET /orders/{id}", "the same order".to_owned());

    let page = clients.orders.list_orders_by_user(&order.user_id, None, None).await;
    let page = page.map_err(failed("GET /orders/user/{userId}"))?.into_inner();
    ensure_eq("the user's orders", &page.orders, &vec![order.clone()])?;
    row(rows, "GET /orders/user/{userId}", "one order".to_owned());
    Ok(order)
}

/// An order for these quantities of the two products.
fn new_order(user_id: &str, products: &[String], quantities: [u32; 2]) -> Result<NewOrder> {
    let item = |(id, quantity): (&String, u32)| -> Result<NewOrderItem> {
        Ok(NewOrderItem { product_id: valid(id.as_str())?, quantity: Quantity(valid(quantity)?) })
    };
    let items = products.iter().zip(quantities).map(item).collect::<Result<_>>()?;
    Ok(NewOrder { user_id: valid(user_id)?, items })
}

fn row(rows: &mut Vec<Row>, request: &str, response: String) {
    rows.push((request.to_owned(), response));
}

/// Formats the rows as an aligned table.
pub fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|(request, _)| request.len()).max().unwrap_or_default();
    rows.iter().map(|(request, response)| format!("  {request:width$}  {response}\n")).collect()
}

/// Converts a value to a generated type, which checks the constraints of the spec.
fn valid<T, V>(value: V) -> Result<T>
where
    T: TryFrom<V>,
    T::Error: Display,
{
    T::try_from(value).map_err(|error| anyhow!("invalid scenario data: {error}"))
}

fn failed<E: Display>(request: &str) -> impl FnOnce(E) -> anyhow::Error {
    move |error| anyhow!("{request} failed: {error}")
}

fn ensure_eq<T: PartialEq + Debug>(name: &str, actual: T, expected: T) -> Result<()> {
    if actual != expected {
        bail!("{name}: expected {expected:?}, found {actual:?}");
    }
    Ok(())
}
