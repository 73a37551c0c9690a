//! The account: reads everything that the system has stored, and compares it with what clients
//! know.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::Result;
use order_client::types::{Order, OrderStatus};
use tokio::time::sleep;

use super::Shared;
use super::client::Tally;

/// How long it may take until everything is quiet: a few rounds of the settler and of the audit.
const QUIET_TIMEOUT: Duration = Duration::from_secs(180);

/// What became of the units of a product.
#[derive(Debug, Default, Clone, Copy)]
struct Units {
    stock: i64,
    held: i64,
    fulfilled: i64,
}

#[derive(Debug)]
pub struct Account {
    initial: i64,
    products: BTreeMap<String, Units>,
    pub faults: Vec<String>,
}

impl Account {
    pub fn table(&self) -> String {
        let mut text =
            "  product                   initial = stock + held + fulfilled\n".to_owned();
        for (id, Units { stock, held, fulfilled }) in &self.products {
            let initial = self.initial;
            text += &format!("  {id} {initial:9} {stock:7} {held:6} {fulfilled:11}\n");
        }
        text
    }
}

/// Takes accounts until one has no fault. After some time, the last one is the result.
pub async fn wait_until_quiet(shared: &Shared, initial: i64, tally: &Tally) -> Result<Account> {
    let start = Instant::now();
    loop {
        let account = take(shared, initial, tally).await;
        match account {
            Ok(account) if account.faults.is_empty() => return Ok(account),
            result if start.elapsed() > QUIET_TIMEOUT => return result,
            _ => sleep(Duration::from_secs(2)).await,
        }
    }
}

async fn take(shared: &Shared, initial: i64, tally: &Tally) -> Result<Account> {
    let orders = read_orders(shared).await?;
    let mut account = Account { initial, products: BTreeMap::new(), faults: Vec::new() };
    compare_orders(&orders, tally, &mut account.faults);
    for id in &shared.products {
        let product = shared.clients.products.get_product(&id.parse()?).await?.into_inner();
        let units = Units { stock: *product.stock, ..Units::default() };
        account.products.insert(id.clone(), units);
    }
    for order in &orders {
        count_units(order, &mut account.products);
    }
    compare_holds(shared, &orders, &mut account.faults).await?;
    for (id, Units { stock, held, fulfilled }) in &account.products {
        if stock + held + fulfilled != initial {
            account.faults.push(format!("the units of product {id} do not add up"));
        }
    }
    Ok(account)
}

async fn read_orders(shared: &Shared) -> Result<Vec<Order>> {
    let mut orders = Vec::new();
    for user in &shared.users {
        let user = user.parse()?;
        let mut cursor = None;
        loop {
            let page = shared.clients.orders.list_orders_by_user(&user, cursor.as_ref(), None);
            let page = page.await?.into_inner();
            orders.extend(page.orders);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(orders)
}

/// Every order that a client has an answer for exists with the confirmed status, and no other does.
fn compare_orders(orders: &[Order], tally: &Tally, faults: &mut Vec<String>) {
    let found: BTreeMap<&str, OrderStatus> =
        orders.iter().map(|order| (order.id.as_str(), order.status)).collect();
    for (id, status) in &tally.placed {
        match found.get(id.as_str()) {
            Some(found) if found == status => {}
            Some(found) => faults.push(format!("the order {id} is {found}, not {status}")),
            None => faults.push(format!("the order {id} is lost")),
        }
    }
    for id in found.keys().filter(|id| !tally.placed.contains_key(**id)) {
        faults.push(format!("no client knows of the order {id}"));
    }
}

fn count_units(order: &Order, products: &mut BTreeMap<String, Units>) {
    for item in &order.items {
        let quantity = i64::from(item.quantity.get());
        let Some(units) = products.get_mut(item.product_id.as_str()) else { continue };
        match order.status {
            OrderStatus::Pending | OrderStatus::Processing => units.held += quantity,
            OrderStatus::Completed => units.fulfilled += quantity,
            OrderStatus::Cancelled => {}
        }
    }
}

/// Exactly the open orders hold something.
async fn compare_holds(shared: &Shared, orders: &[Order], faults: &mut Vec<String>) -> Result<()> {
    let is_open = |order: &&Order| order.status == OrderStatus::Pending;
    let open: BTreeSet<String> =
        orders.iter().filter(is_open).map(|order| order.id.to_string()).collect();
    let mut holding = BTreeSet::new();
    let mut cursor = None;
    loop {
        let page = shared.clients.products.list_reservations(cursor.as_ref(), None, None, None);
        let page = page.await?.into_inner();
        let orders = page.reservations.iter().map(|reservation| reservation.order_id.to_string());
        holding.extend(orders);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let without_holds = open.difference(&holding);
    faults.extend(without_holds.map(|id| format!("the open order {id} holds nothing")));
    let strays = holding.difference(&open);
    faults.extend(strays.map(|id| format!("the order {id} is not open and holds something")));
    Ok(())
}
