//! What a first user does: registers, signs in, fills the catalogue, places
//! an order and looks at it, all through the generated clients.
//!
//! It doubles as the example of how to use those clients.

use std::fmt::{Debug, Display};
use std::time::Duration;

use order_client::types::{NewOrder, NewOrderItem, OrderStatus, Quantity};
use product_client::types::{Limit, NewProduct};
use user_client::types::{Credentials, NewUser};

use crate::system::{Ports, Service};
use crate::{Result, Stop};

/// The longest that a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// One line of the table: what was done, what came back.
pub type Row = (String, String);

/// The clients of all three services.
pub struct Clients {
    /// Users.
    pub users: user_client::Client,
    /// Products.
    pub products: product_client::Client,
    /// Orders.
    pub orders: order_client::Client,
}

impl Clients {
    /// Clients for services on this machine.
    ///
    /// # Errors
    /// If the HTTP client cannot be set up.
    pub fn new(ports: Ports) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build();
        let http = http.map_err(Stop::because("cannot set up an HTTP client"))?;
        Ok(Self {
            users: user_client::Client::new_with_client(
                &ports.url(Service::User),
                http.clone(),
                user_client::Hooks::default(),
            ),
            products: product_client::Client::new_with_client(
                &ports.url(Service::Product),
                http.clone(),
                product_client::Hooks::default(),
            ),
            orders: order_client::Client::new_with_client(
                &ports.url(Service::Order),
                http,
                order_client::Hooks::default(),
            ),
        })
    }
}

/// Goes through the whole story.
///
/// # Errors
/// The first answer that is not as expected.
pub async fn run(clients: &Clients) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let user_id = register(clients, &mut rows).await?;
    let products = fill_catalogue(clients, &mut rows).await?;
    place_order(clients, &user_id, &products, &mut rows).await?;
    Ok(rows)
}

/// Somebody who can sign in, and something to order.
#[derive(Debug)]
pub struct Account {
    /// The user's id.
    pub user: String,
    /// The user's address.
    pub email: String,
    /// The user's password.
    pub password: String,
    /// A product's id.
    pub product: String,
}

/// Makes an account.
///
/// # Errors
/// The first answer that is not as expected.
pub async fn account(clients: &Clients) -> Result<Account> {
    let email = new_email();
    let password = "correct horse battery";
    let new =
        NewUser { email: valid(email.as_str())?, password: valid(password)?, name: valid("Ada")? };
    let user = clients.users.create_user(&new).await.map_err(failed("POST /users"))?.id.to_string();
    let new =
        NewProduct { name: valid("Cup")?, description: None, price: 0.1.into(), stock: valid(9)? };
    let product = clients
        .products
        .create_product(&new)
        .await
        .map_err(failed("POST /products"))?
        .id
        .to_string();
    Ok(Account { user, email, password: password.to_owned(), product })
}

/// A new address each time: the data of last time is still there.
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

    let credentials = Credentials { email: valid(email.as_str())?, password: valid(password)? };
    let session =
        clients.users.login(&credentials).await.map_err(failed("POST /auth/login"))?.into_inner();
    expect("the signed-in user", &*session.user_id, &*user.id)?;
    let shown: String = session.token.chars().take(24).collect();
    row(rows, "POST /auth/login", format!("token {shown}…"));
    Ok(user.id.to_string())
}

async fn fill_catalogue(clients: &Clients, rows: &mut Vec<Row>) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for (name, price, stock) in [("Teapot", 24.9, 12), ("Cup", 0.1, 500)] {
        let new = NewProduct {
            name: valid(name)?,
            description: None,
            price: price.into(),
            stock: valid(stock)?,
        };
        let product = clients
            .products
            .create_product(&new)
            .await
            .map_err(failed("POST /products"))?
            .into_inner();
        expect("the price", f64::from(product.price), price)?;
        row(rows, "POST /products", format!("{name} at {price}, id {}", *product.id));
        ids.push(product.id.to_string());
    }
    let page = clients.products.list_products(None, Some(&Limit(valid(2)?))).await;
    let page = page.map_err(failed("GET /products"))?;
    let newest: Vec<String> = page.products.iter().map(|product| product.id.to_string()).collect();
    expect("the newest products", newest, ids.iter().rev().cloned().collect())?;
    row(rows, "GET /products", "both, newest first".to_owned());
    Ok(ids)
}

async fn place_order(
    clients: &Clients,
    user_id: &str,
    products: &[String],
    rows: &mut Vec<Row>,
) -> Result<()> {
    let item = |(id, quantity): (&String, u32)| -> Result<NewOrderItem> {
        Ok(NewOrderItem { product_id: valid(id.as_str())?, quantity: Quantity(valid(quantity)?) })
    };
    let items = products.iter().zip([2, 3]).map(item).collect::<Result<_>>()?;
    let new = NewOrder { user_id: valid(user_id)?, items };
    let order =
        clients.orders.create_order(&new).await.map_err(failed("POST /orders"))?.into_inner();
    // 2 × 24.9 + 3 × 0.1, exactly.
    let total = *order.total_amount;
    expect("the total", total, 50.1)?;
    expect("the status", order.status, OrderStatus::Pending)?;
    row(
        rows,
        "POST /orders",
        format!("2 Teapots and 3 Cups, total {total}, {}, id {}", order.status, *order.id),
    );

    let read =
        clients.orders.get_order(&order.id).await.map_err(failed("GET /orders/{id}"))?.into_inner();
    expect("the order read back", &read, &order)?;
    row(rows, "GET /orders/{id}", "the same order".to_owned());

    let page = clients.orders.list_orders_by_user(&order.user_id, None, None).await;
    let page = page.map_err(failed("GET /orders/user/{userId}"))?.into_inner();
    expect("the user's orders", &page.orders, &vec![order])?;
    row(rows, "GET /orders/user/{userId}", "one order".to_owned());
    Ok(())
}

fn row(rows: &mut Vec<Row>, what: &str, came_back: String) {
    rows.push((what.to_owned(), came_back));
}

/// The rows as a table.
pub fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|(what, _)| what.len()).max().unwrap_or_default();
    rows.iter().map(|(what, came_back)| format!("  {what:width$}  {came_back}\n")).collect()
}

/// A value of a generated type, whose rules it must keep.
fn valid<T, V>(value: V) -> Result<T>
where
    T: TryFrom<V>,
    T::Error: Display,
{
    T::try_from(value).map_err(Stop::because("the demo's own data"))
}

fn failed<E: Display>(what: &str) -> impl FnOnce(E) -> Stop {
    Stop::because(format!("{what} was not answered as expected"))
}

fn expect<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found == expected {
        Ok(())
    } else {
        Err(Stop(format!("{what} is {found:?}, not {expected:?}")))
    }
}
